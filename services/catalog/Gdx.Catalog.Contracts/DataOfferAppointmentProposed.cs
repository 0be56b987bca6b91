namespace Gdx.Catalog.Contracts.V1;

/// <summary>Catalog says so when one side proposes times for the appointment about data for government only; the other side is to be told.</summary>
public sealed record DataOfferAppointmentProposed
{
    public required Guid OfferId { get; init; }
    public required Guid AgencyId { get; init; }
    public required Guid OfferedBy { get; init; }

    /// <summary>Otherwise the offering agency did.</summary>
    public required bool ByOperator { get; init; }
    public required DateTimeOffset At { get; init; }
}
