namespace Gdx.Catalog.Contracts.V1;

/// <summary>Catalog says so when both sides have agreed on a time.</summary>
public sealed record DataOfferAppointmentAgreed
{
    public required Guid OfferId { get; init; }
    public required Guid AgencyId { get; init; }
    public required Guid OfferedBy { get; init; }
    public required DateTimeOffset AgreedTime { get; init; }
    public required DateTimeOffset At { get; init; }
}
