namespace Gdx.Identity.Contracts.V1;

/// <summary>Identity says so when a person asks to work for an agency: its OrganizationAdmins have somebody to approve.</summary>
public sealed record MembershipRequested
{
    public required Guid MembershipId { get; init; }
    public required Guid AgencyId { get; init; }
    public required Guid PersonId { get; init; }
    public required DateTimeOffset At { get; init; }
}
