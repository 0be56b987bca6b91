namespace Gdx.Catalog.Contracts.V1;

/// <summary>Catalog says so when an offer is off the open catalogue, or was taken back before it got there.</summary>
public sealed record DataOfferRetracted
{
    public required Guid OfferId { get; init; }
    public required Guid AgencyId { get; init; }
    public required Guid OfferedBy { get; init; }
    public required DateTimeOffset At { get; init; }
}
