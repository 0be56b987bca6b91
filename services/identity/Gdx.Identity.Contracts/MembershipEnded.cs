namespace Gdx.Identity.Contracts.V1;

/// <summary>Identity says so when a person has left the agency or was transferred.</summary>
public sealed record MembershipEnded
{
    public required Guid MembershipId { get; init; }
    public required Guid AgencyId { get; init; }
    public required Guid PersonId { get; init; }
    public required DateTimeOffset At { get; init; }
}
