namespace Gdx.Catalog.Contracts.V1;

/// <summary>Catalog says so when an operator refuses an offer. The reason is read at Catalog (DataOffers/Get).</summary>
public sealed record DataOfferDeclined
{
    public required Guid OfferId { get; init; }
    public required Guid AgencyId { get; init; }
    public required Guid OfferedBy { get; init; }
    public required DateTimeOffset At { get; init; }
}
