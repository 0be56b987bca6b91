namespace Gdx.Identity.Contracts.V1;

/// <summary>Identity says so when an OrganizationAdmin (of the primary admin: the operator) lets a person in.</summary>
public sealed record MembershipApproved
{
    public required Guid MembershipId { get; init; }
    public required Guid AgencyId { get; init; }
    public required Guid PersonId { get; init; }
    public required DateTimeOffset At { get; init; }
}
