namespace Gdx.Identity.Contracts.V1;

/// <summary>Identity says so when the operator suspends an agency: its sessions and API clients have ended.</summary>
public sealed record AgencySuspended
{
    public required Guid AgencyId { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>Person (UUID) of the operator.</summary>
    public required Guid By { get; init; }
}
