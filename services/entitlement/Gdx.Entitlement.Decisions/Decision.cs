namespace Gdx.Entitlement.Decisions;

/// <summary>May this agency read this dataset, for this purpose, over this channel, at this moment?</summary>
/// <param name="AgencyId">Who asks.</param>
/// <param name="DatasetId">A slug such as <c>dopa.person</c>.</param>
/// <param name="Version">Of the dataset, such as <c>1</c>.</param>
/// <param name="Purpose">What for; null where the caller did not say, which is enough where the grant has exactly one purpose.</param>
/// <param name="Channel">How it is asked.</param>
/// <param name="At">When.</param>
public readonly record struct Question(Guid AgencyId, string DatasetId, string Version, string? Purpose, Channel Channel, DateTimeOffset At);

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
}

/// <summary>The answer to a <see cref="Question"/>: as it is returned, so it is kept as evidence.</summary>
public sealed record Decision
{
    public required DecisionCode Code { get; init; }

    /// <summary>The grant that allows, or the one that came closest.</summary>
    public Guid? GrantId { get; init; }

    /// <summary>What may be read; empty unless allowed. The same list object for the same version of a grant.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>What for; set where allowed, also where the caller did not say.</summary>
    public string? Purpose { get; init; }

    public bool IsAllowed => Code == DecisionCode.Allowed;

    /// <summary>The stable code for callers, such as <c>entitlement.grant.expired</c>.</summary>
    public string Reason => Code switch
    {
        DecisionCode.Allowed => "entitlement.allowed",
        DecisionCode.NoGrant => "entitlement.grant.missing",
        DecisionCode.NotYetValid => "entitlement.grant.not_yet_valid",
        DecisionCode.Expired => "entitlement.grant.expired",
        DecisionCode.Revoked => "entitlement.grant.revoked",
        DecisionCode.ChannelNotGranted => "entitlement.channel.not_granted",
        DecisionCode.PurposeNotGranted => "entitlement.purpose.not_granted",
        DecisionCode.PurposeRequired => "entitlement.purpose.required",
        _ => "entitlement.refused",
    };
}
