namespace Gdx.Catalog.Contracts.V1;

/// <summary>Catalog says so when a draft is finished and waits for an operator who has not touched it.</summary>
public sealed record DatasetProposed
{
    public required string DatasetId { get; init; }
    public required string DatasetVersion { get; init; }
    public Guid? OwnerAgencyId { get; init; }

    /// <summary>The person.</summary>
    public required Guid ProposedBy { get; init; }
    public required DateTimeOffset At { get; init; }
}
