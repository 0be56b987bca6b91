namespace Gdx.Identity.Contracts.V1;

/// <summary>Identity says so when an officer who was suspended may work for the agency again.</summary>
public sealed record MembershipResumed
{
    public required Guid MembershipId { get; init; }
    public required Guid AgencyId { get; init; }
    public required Guid PersonId { get; init; }
    public required DateTimeOffset At { get; init; }
}
