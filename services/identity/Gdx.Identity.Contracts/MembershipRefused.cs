namespace Gdx.Identity.Contracts.V1;

/// <summary>Identity says so when a person who asked is not let in.</summary>
public sealed record MembershipRefused
{
    public required Guid MembershipId { get; init; }
    public required Guid AgencyId { get; init; }
    public required Guid PersonId { get; init; }
    public required DateTimeOffset At { get; init; }
}
