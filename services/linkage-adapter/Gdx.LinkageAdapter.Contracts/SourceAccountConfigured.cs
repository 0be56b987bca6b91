namespace Gdx.LinkageAdapter.Contracts.V1;

/// <summary>LinkageAdapter says so when an agency's account at a source has been set or replaced. The credentials themselves are nowhere but there.</summary>
public sealed record SourceAccountConfigured
{
    public required Guid AgencyId { get; init; }

    /// <summary>Such as dbd or linkage-center-2.</summary>
    public required string Source { get; init; }

    /// <summary>Counts the configurations of this account, from 1; a consumer drops what is older than it has seen.</summary>
    public required long Revision { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>Person (UUID) who configured it.</summary>
    public required Guid By { get; init; }
}
