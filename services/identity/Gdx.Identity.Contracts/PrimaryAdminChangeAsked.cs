namespace Gdx.Identity.Contracts.V1;

/// <summary>Identity says so when an agency asks for another primary OrganizationAdmin: the operator has something to decide.</summary>
public sealed record PrimaryAdminChangeAsked
{
    public required Guid ChangeId { get; init; }
    public required Guid AgencyId { get; init; }
    public required DateTimeOffset At { get; init; }
}
