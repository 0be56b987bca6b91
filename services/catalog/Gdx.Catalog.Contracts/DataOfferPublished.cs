namespace Gdx.Catalog.Contracts.V1;

/// <summary>Catalog says so when the open catalogue has confirmed an offer, the first time and after each revision.</summary>
public sealed record DataOfferPublished
{
    public required Guid OfferId { get; init; }
    public required Guid AgencyId { get; init; }
    public required Guid OfferedBy { get; init; }

    /// <summary>Its name on the open catalogue.</summary>
    public required string Slug { get; init; }
    public required DateTimeOffset At { get; init; }
}
