namespace Gdx.Identity.Contracts.V1;

/// <summary>Identity says so when the operator has approved another primary OrganizationAdmin.</summary>
public sealed record PrimaryAdminChanged
{
    public required Guid ChangeId { get; init; }
    public required Guid AgencyId { get; init; }

    /// <summary>Person (UUID) who is primary from now on.</summary>
    public required Guid PersonId { get; init; }
    public required DateTimeOffset At { get; init; }
}
