namespace Gdx.Catalog.Contracts.V1;

/// <summary>Catalog says so when an agency offers data. Operators are to decide about it, or to propose times for an appointment.</summary>
public sealed record DataOfferMade
{
    public required Guid OfferId { get; init; }
    public required Guid AgencyId { get; init; }

    /// <summary>The person.</summary>
    public required Guid OfferedBy { get; init; }
    public required bool GovernmentOnly { get; init; }
    public required DateTimeOffset At { get; init; }
}
