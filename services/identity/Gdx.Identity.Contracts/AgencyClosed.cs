namespace Gdx.Identity.Contracts.V1;

/// <summary>Identity says so when an agency leaves the exchange for good.</summary>
public sealed record AgencyClosed
{
    public required Guid AgencyId { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>Person (UUID) of the operator.</summary>
    public required Guid By { get; init; }
}
