namespace Gdx.Identity.Contracts.V1;

/// <summary>Identity says so when an officer may not work for the agency for the time being.</summary>
public sealed record MembershipSuspended
{
    public required Guid MembershipId { get; init; }
    public required Guid AgencyId { get; init; }
    public required Guid PersonId { get; init; }
    public required DateTimeOffset At { get; init; }
}
