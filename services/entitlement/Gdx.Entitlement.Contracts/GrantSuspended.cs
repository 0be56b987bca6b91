namespace Gdx.Entitlement.Contracts.V1;

/// <summary>Entitlement says so when a grant opens nothing for the time being. For decisions the watch stream counts; this is for those who tell people: the agency that holds it.</summary>
public sealed record GrantSuspended
{
    public required Guid GrantId { get; init; }

    /// <summary>Counts the changes of this grant from 1; a consumer drops what is older than it has seen.</summary>
    public required long Revision { get; init; }
    public required Guid AgencyId { get; init; }

    /// <summary>Whose data it is; null where the owner is not on the exchange.</summary>
    public Guid? OwnerAgencyId { get; init; }
    public required string DatasetId { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>Person (UUID), of the operator, the data owner or the central agency.</summary>
    public required Guid By { get; init; }
}
