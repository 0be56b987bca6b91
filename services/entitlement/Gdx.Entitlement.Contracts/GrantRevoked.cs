namespace Gdx.Entitlement.Contracts.V1;

/// <summary>Entitlement says so when a grant is ended before its time. For decisions the watch stream counts; this is for those who tell people.</summary>
public sealed record GrantRevoked
{
    public required Guid GrantId { get; init; }
    /// <summary>Counts the changes of this grant from 1; a consumer drops what is older than it has seen.</summary>
    public required long Revision { get; init; }
    public required Guid AgencyId { get; init; }
    public required DateTimeOffset RevokedAt { get; init; }

    /// <summary>Person (UUID), of the operator, the data owner or the central agency.</summary>
    public required Guid RevokedBy { get; init; }

    /// <summary>Whose data it is; null where the owner is not on the exchange, and in messages of before.</summary>
    public Guid? OwnerAgencyId { get; init; }

    /// <summary>Null in messages of before.</summary>
    public string? DatasetId { get; init; }
}
