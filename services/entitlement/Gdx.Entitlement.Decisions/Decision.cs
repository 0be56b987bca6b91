namespace Gdx.Entitlement.Decisions;

/// <summary>May this agency read this dataset, for this purpose, over this channel, at this moment?</summary>
/// <param name="AgencyId">Who asks.</param>
/// <param name="DatasetId">A slug such as <c>dopa.person</c>.</param>
/// <param name="Version">Of the dataset, such as <c>1</c>.</param>
/// <param name="Purpose">What for; null where nobody said, which is never enough.</param>
/// <param name="Channel">How it is asked.</param>
/// <param name="At">When.</param>
public readonly record struct Question(Guid AgencyId, string DatasetId, string Version, string? Purpose, Channel Channel, DateTimeOffset At)
{
    /// <summary>The person who asks; null for a system of the agency.</summary>
    public Guid? Officer { get; init; }

    /// <summary>The agency's own number of the case that this is for; null where none was named.</summary>
    public string? Case { get; init; }
}

/// <summary>What was decided. Everything but <see cref="Allowed"/> is a refusal.</summary>
public enum DecisionCode
{
    /// <summary>Nothing was decided.</summary>
    Refused = 0,
    Allowed,
    NoGrant,
    NotYetValid,
    Expired,
    Revoked,
    ChannelNotGranted,
    PurposeNotGranted,
    PurposeRequired,
    Suspended,
    RecertificationDue,
    PurposeOutsidePeriod,
    CaseRequired,
    OfficerNotRegistered,
    OfficerOutsidePeriod,
    DelegationNotInForce,
}

/// <summary>The answer to a <see cref="Question"/>: as it is returned, so it is kept as evidence.</summary>
public sealed record Decision
{
    public required DecisionCode Code { get; init; }

    /// <summary>The grant that allows, or the one that came closest.</summary>
    public Guid? GrantId { get; init; }

    /// <summary>What may be read; empty unless allowed. The same list object for the same versions of everything it follows from.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>What for; set where allowed.</summary>
    public string? Purpose { get; init; }

    /// <summary>How much of it; set where allowed.</summary>
    public Budget? Budget { get; init; }

    /// <summary>The group by which the officer may; set where allowed and an officer needs one.</summary>
    public Guid? GroupId { get; init; }

    public bool IsAllowed => Code == DecisionCode.Allowed;

    /// <summary>The stable code for callers, such as <c>entitlement.grant.expired</c>.</summary>
    public string Reason => ReasonOf(Code);

    /// <summary>The stable code of a rule.</summary>
    public static string ReasonOf(DecisionCode code) => code switch
    {
        DecisionCode.Allowed => "entitlement.allowed",
        DecisionCode.NoGrant => "entitlement.grant.missing",
        DecisionCode.NotYetValid => "entitlement.grant.not_yet_valid",
        DecisionCode.Expired => "entitlement.grant.expired",
        DecisionCode.Revoked => "entitlement.grant.revoked",
        DecisionCode.Suspended => "entitlement.grant.suspended",
        DecisionCode.RecertificationDue => "entitlement.grant.recertification_due",
        DecisionCode.ChannelNotGranted => "entitlement.channel.not_granted",
        DecisionCode.PurposeNotGranted => "entitlement.purpose.not_granted",
        DecisionCode.PurposeRequired => "entitlement.purpose.required",
        DecisionCode.PurposeOutsidePeriod => "entitlement.purpose.outside_period",
        DecisionCode.CaseRequired => "entitlement.case.required",
        DecisionCode.OfficerNotRegistered => "entitlement.officer.not_registered",
        DecisionCode.OfficerOutsidePeriod => "entitlement.officer.outside_period",
        DecisionCode.DelegationNotInForce => "entitlement.delegation.not_in_force",
        _ => "entitlement.refused",
    };
}
