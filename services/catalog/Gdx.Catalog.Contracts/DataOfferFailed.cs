namespace Gdx.Catalog.Contracts.V1;

/// <summary>Catalog says so when the open catalogue refuses an offer or cannot be reached for too long: an operator reads why (DataOffers/Get) and sends it again.</summary>
public sealed record DataOfferFailed
{
    public required Guid OfferId { get; init; }
    public required Guid AgencyId { get; init; }
    public required DateTimeOffset At { get; init; }
}
