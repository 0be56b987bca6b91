namespace Gdx.Identity.Contracts.V1;

/// <summary>Identity says so some days before a client expires, once for each number of days.</summary>
public sealed record ApiClientExpiring
{
    public required Guid ApiClientId { get; init; }
    public required Guid AgencyId { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public required int DaysLeft { get; init; }
    public required DateTimeOffset At { get; init; }
}
