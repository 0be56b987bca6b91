namespace Gdx.Catalog.Contracts.V1;

/// <summary>Catalog says so when an operator lets an open offer go to the open catalogue; it is on its way.</summary>
public sealed record DataOfferAccepted
{
    public required Guid OfferId { get; init; }
    public required Guid AgencyId { get; init; }
    public required Guid OfferedBy { get; init; }
    public required DateTimeOffset At { get; init; }
}
