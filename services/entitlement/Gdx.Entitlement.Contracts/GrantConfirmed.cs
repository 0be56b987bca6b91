namespace Gdx.Entitlement.Contracts.V1;

/// <summary>Entitlement says so when a permission is confirmed by a second operator, or an access request has been approved. The agency may read the fields within the period.</summary>
public sealed record GrantConfirmed
{
    public required Guid GrantId { get; init; }
    /// <summary>Counts the changes of this grant from 1; a consumer drops what is older than it has seen.</summary>
    public required long Revision { get; init; }
    public required Guid AgencyId { get; init; }
    public required string DatasetId { get; init; }
    public required string DatasetVersion { get; init; }
    public required IReadOnlyList<string> Fields { get; init; }
    public required IReadOnlyList<string> Purposes { get; init; }
    public required DateTimeOffset ValidFrom { get; init; }
    public required DateTimeOffset ValidUntil { get; init; }

    /// <summary>Person (UUID) of the operator; of an access request whoever took its last step.</summary>
    public required Guid ConfirmedBy { get; init; }

    /// <summary>The access request that it came from; null where it came from a letter on paper.</summary>
    public Guid? AccessRequestId { get; init; }

    /// <summary>The grant of the central agency that it hangs on.</summary>
    public Guid? ParentGrantId { get; init; }
}
