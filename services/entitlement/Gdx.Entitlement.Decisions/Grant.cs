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

/// <summary>What an agency may read, what for and when: one version of it, never changed afterwards.</summary>
public sealed record Grant
{
    public required Guid Id { get; init; }

    /// <summary>Rises with every change of any grant; of two versions of one grant the higher one counts.</summary>
    public required long Revision { get; init; }

    /// <summary>True unless the grant is known to be in force: a state that this version does not know must not open anything.</summary>
    public required bool Revoked { get; init; }
    public required Guid AgencyId { get; init; }
    public required string DatasetId { get; init; }
    public required string Version { get; init; }
    public required IReadOnlyList<string> Fields { get; init; }
    public required IReadOnlyList<string> Purposes { get; init; }
    public required IReadOnlyList<Channel> Channels { get; init; }

    /// <summary>Inclusive.</summary>
    public required DateTimeOffset ValidFrom { get; init; }

    /// <summary>Exclusive.</summary>
    public required DateTimeOffset ValidUntil { get; init; }
}
