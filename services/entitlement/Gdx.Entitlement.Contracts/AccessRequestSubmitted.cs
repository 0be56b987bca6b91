namespace Gdx.Entitlement.Contracts.V1;

/// <summary>Entitlement says so when an agency has handed in a request for data, also again after it was returned. Its first steps are open or done.</summary>
public sealed record AccessRequestSubmitted
{
    public required Guid RequestId { get; init; }

    /// <summary>Counts the changes of this request from 1; a consumer drops what is older than it has seen.</summary>
    public required long Revision { get; init; }

    /// <summary>The agency that asks.</summary>
    public required Guid AgencyId { get; init; }
    public required string DatasetId { get; init; }
    public required string DatasetVersion { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>Person (UUID).</summary>
    public required Guid By { get; init; }
}
