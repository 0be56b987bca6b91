namespace Gdx.Identity.Contracts.V1;

/// <summary>Identity says so when an operator approves the first application of an agency. The agency exists from now on.</summary>
public sealed record AgencyApproved
{
    public required Guid AgencyId { get; init; }
    public required string NameTh { get; init; }
    public required string NameEn { get; init; }
    public required DateTimeOffset ApprovedAt { get; init; }

    /// <summary>Person (UUID) of the operator.</summary>
    public required Guid ApprovedBy { get; init; }
}
