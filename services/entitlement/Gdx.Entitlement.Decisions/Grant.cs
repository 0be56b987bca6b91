namespace Gdx.Entitlement.Decisions;

/// <summary>How the data is asked for.</summary>
public enum Channel
{
    /// <summary>Not said: never granted.</summary>
    Unspecified = 0,

    /// <summary>A system of the agency, over the API.</summary>
    Api = 1,

    /// <summary>An officer, on the web.</summary>
    Web = 2,
}

/// <summary>What has become of a grant. Only <see cref="Active"/> opens anything.</summary>
public enum GrantState
{
    /// <summary>A state that this version does not know.</summary>
    Unknown = 0,
    Active,

    /// <summary>Closed for the time being.</summary>
    Suspended,

    /// <summary>Closed for good.</summary>
    Revoked,
}

/// <summary>What an agency may read, what for and when: one version of it, never changed afterwards. Lean, since a million of them are kept in memory.</summary>
public sealed record Grant
{
    private readonly long from;
    private readonly long until;
    private readonly long recertifyBy = long.MaxValue;
    private readonly Guid parent;
    private readonly bool isDelegated;

    public required Guid Id { get; init; }

    /// <summary>Rises with every change of any grant; of two versions of one grant the higher one counts.</summary>
    public required long Revision { get; init; }

    public required GrantState State { get; init; }

    public required Guid AgencyId { get; init; }

    public required string DatasetId { get; init; }

    public required string Version { get; init; }

    public required IReadOnlyList<string> Fields { get; init; }

    /// <summary>Each code once.</summary>
    public required IReadOnlyList<PurposeTerms> Purposes { get; init; }

    public required IReadOnlyList<Channel> Channels { get; init; }

    /// <summary>Inclusive.</summary>
    public required DateTimeOffset ValidFrom
    {
        get => new(from, TimeSpan.Zero);
        init => from = value.UtcTicks;
    }

    /// <summary>Exclusive.</summary>
    public required DateTimeOffset ValidUntil
    {
        get => new(until, TimeSpan.Zero);
        init => until = value.UtcTicks;
    }

    /// <summary>Null: <see cref="Decisions.Budget.Default"/>.</summary>
    public Budget? Budget { get; init; }

    /// <summary>The grant that this one hangs on: only what that one covers counts. Null where it hangs on none.</summary>
    public Guid? ParentId
    {
        get => isDelegated ? parent : null;
        init => (parent, isDelegated) = (value ?? default, value is not null);
    }

    /// <summary>An officer must be in a group that names this grant, also on the API.</summary>
    public bool OfficersManaged { get; init; }

    /// <summary>From then on it opens nothing. Null: never.</summary>
    public DateTimeOffset? RecertifyBy
    {
        get => recertifyBy == long.MaxValue ? null : new(recertifyBy, TimeSpan.Zero);
        init => recertifyBy = value?.UtcTicks ?? long.MaxValue;
    }

    /// <summary>What the grant itself says about an instant (UTC ticks), whatever is asked.</summary>
    internal DecisionCode Life(long at) => State switch
    {
        GrantState.Active or GrantState.Suspended when at >= until || from >= until => DecisionCode.Expired,
        GrantState.Active or GrantState.Suspended when at < from => DecisionCode.NotYetValid,
        GrantState.Suspended => DecisionCode.Suspended,
        GrantState.Active => at >= recertifyBy ? DecisionCode.RecertificationDue : DecisionCode.Allowed,
        GrantState.Revoked => DecisionCode.Revoked,
        _ => DecisionCode.Refused,
    };

    internal bool IsOver(long at) => State is not (GrantState.Active or GrantState.Suspended) || at >= until || from >= until;

    internal bool IsDue(long at) => at >= recertifyBy;

    /// <summary>Whether it covers a channel; a channel that nobody said is covered by none, also where it is listed.</summary>
    internal bool Covers(Channel channel)
    {
        for (var i = 0; i < Channels.Count; i++)
        {
            if (Channels[i] == channel)
            {
                return channel is Channel.Api or Channel.Web;
            }
        }

        return false;
    }

    internal PurposeTerms? TermsOf(string purpose)
    {
        for (var i = 0; i < Purposes.Count; i++)
        {
            if (Purposes[i].Code == purpose)
            {
                return Purposes[i];
            }
        }

        return null;
    }
}

/// <summary>What one purpose of a grant allows.</summary>
public sealed record PurposeTerms(string Code)
{
    private readonly long from = long.MinValue;
    private readonly long until = long.MaxValue;

    /// <summary>Null: as the grant.</summary>
    public DateTimeOffset? ValidFrom
    {
        get => from == long.MinValue ? null : new(from, TimeSpan.Zero);
        init => from = value?.UtcTicks ?? long.MinValue;
    }

    /// <summary>Exclusive. Null: as the grant.</summary>
    public DateTimeOffset? ValidUntil
    {
        get => until == long.MaxValue ? null : new(until, TimeSpan.Zero);
        init => until = value?.UtcTicks ?? long.MaxValue;
    }

    /// <summary>A call must name the agency's own case.</summary>
    public bool CaseRequired { get; init; }

    internal bool Holds(long at) => from <= at && at < until;
}

/// <summary>How much may be asked of a grant. Days are Thai days.</summary>
public sealed record Budget(int CallsPerSecond, int CallsPerDay, int PersonsPerDay, int CallsPerOfficerAndDay, int PersonsPerOfficerAndDay)
{
    /// <summary>A day for an officer whose group says nothing, or who needs none: as the Linkage Center has it.</summary>
    public const int UsualForOfficer = 150;

    /// <summary>
    /// What holds where nobody said otherwise: for the whole agency as much as some hundred officers need. For one officer it is the most that an operator may raise
    /// a group to (one call every three seconds of a working day: no longer a person's work); what an officer has is <see cref="ForOfficer"/>.
    /// </summary>
    public static Budget Default { get; } = new(20, 50_000, 20_000, 10_000, 10_000);

    /// <summary>For an officer who may make so many calls a day: never more than this allows, and as many persons as calls unless it allows fewer. This one where nothing changes.</summary>
    public Budget ForOfficer(int calls)
    {
        var most = Math.Min(calls, CallsPerOfficerAndDay);
        return Within(this with { CallsPerOfficerAndDay = most, PersonsPerOfficerAndDay = Math.Min(most, PersonsPerOfficerAndDay) });
    }

    /// <summary>What both allow; one of the two where it is the smaller in everything.</summary>
    public Budget Within(Budget other)
    {
        Budget smaller = new(
            Math.Min(CallsPerSecond, other.CallsPerSecond), Math.Min(CallsPerDay, other.CallsPerDay), Math.Min(PersonsPerDay, other.PersonsPerDay),
            Math.Min(CallsPerOfficerAndDay, other.CallsPerOfficerAndDay), Math.Min(PersonsPerOfficerAndDay, other.PersonsPerOfficerAndDay));
        return smaller == this ? this : smaller == other ? other : smaller;
    }
}
