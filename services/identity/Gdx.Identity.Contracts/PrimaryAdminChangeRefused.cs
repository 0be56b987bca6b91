namespace Gdx.Identity.Contracts.V1;

/// <summary>Identity says so when the operator does not want the primary OrganizationAdmin whom an agency asked for: everything stays as it was.</summary>
public sealed record PrimaryAdminChangeRefused
{
    public required Guid ChangeId { get; init; }
    public required Guid AgencyId { get; init; }
    public required DateTimeOffset At { get; init; }
}
