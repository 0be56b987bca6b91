namespace Gdx.Entitlement.Decisions;

/// <summary>Officers of an agency and what they may do with its grants: one version of it, never changed afterwards.</summary>
public sealed record OfficerGroup
{
    public required Guid Id { get; init; }

    /// <summary>Of two versions of one group the higher one counts.</summary>
    public required long Revision { get; init; }

    public required Guid AgencyId { get; init; }

    /// <summary>False: it opens nothing.</summary>
    public required bool Active { get; init; }

    public required IReadOnlyList<GroupRight> Rights { get; init; }

    /// <summary>Persons.</summary>
    public required IReadOnlyList<Guid> OfficerIds { get; init; }

    /// <summary>Inclusive.</summary>
    public required DateTimeOffset ValidFrom { get; init; }

    /// <summary>Exclusive.</summary>
    public required DateTimeOffset ValidUntil { get; init; }

    public required int CallsPerOfficerAndDay { get; init; }

    internal bool Holds(long at) => ValidFrom.UtcTicks <= at && at < ValidUntil.UtcTicks;
}

/// <summary>What a group's officers may do with one grant; never more than the grant.</summary>
public sealed record GroupRight(Guid GrantId, IReadOnlyList<string> Fields, IReadOnlyList<string> Purposes);
