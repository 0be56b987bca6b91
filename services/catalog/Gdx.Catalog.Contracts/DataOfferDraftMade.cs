namespace Gdx.Catalog.Contracts.V1;

/// <summary>Catalog says so when an appointment led to a draft dataset that the offering agency owns; its data owners go on with it.</summary>
public sealed record DataOfferDraftMade
{
    public required Guid OfferId { get; init; }
    public required Guid AgencyId { get; init; }
    public required Guid OfferedBy { get; init; }
    public required string DatasetId { get; init; }
    public required string DatasetVersion { get; init; }
    public required DateTimeOffset At { get; init; }
}
