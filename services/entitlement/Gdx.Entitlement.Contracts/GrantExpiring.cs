namespace Gdx.Entitlement.Contracts.V1;

/// <summary>Entitlement says so 60, 30, 7 and 1 days before a grant ends, each once; after a downtime only the nearest. Not of revoked ones, nor of those that have a renewal. For those who tell people: the agency that holds it.</summary>
public sealed record GrantExpiring
{
    public required Guid GrantId { get; init; }

    /// <summary>Counts the changes of this grant from 1; a consumer drops what is older than it has seen.</summary>
    public required long Revision { get; init; }
    public required Guid AgencyId { get; init; }

    /// <summary>Whose data it is; null where the owner is not on the exchange.</summary>
    public Guid? OwnerAgencyId { get; init; }
    public required string DatasetId { get; init; }
    public required DateTimeOffset ValidUntil { get; init; }

    /// <summary>60, 30, 7 or 1: at most so many days are left.</summary>
    public required int DaysLeft { get; init; }
    public required DateTimeOffset At { get; init; }
}
