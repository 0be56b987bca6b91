namespace Gdx.Catalog.Contracts.V1;

/// <summary>Catalog says so when a version gets an end because its successor breaks whoever reads it. Consumers of the version have until then to change.</summary>
public sealed record DatasetChangeAnnounced
{
    public required string DatasetId { get; init; }

    /// <summary>The version that ends.</summary>
    public required string DatasetVersion { get; init; }
    public required string SuccessorVersion { get; init; }

    /// <summary>Counts the announcements of this version of the dataset from 1.</summary>
    public required long Revision { get; init; }
    public required DateTimeOffset EndsAt { get; init; }

    /// <summary>What breaks, such as <c>removed:titleSex</c>, <c>type:age</c>, <c>codes:titleCode</c>, <c>sensitivity:age</c>, <c>classification</c>.</summary>
    public required IReadOnlyList<string> Breaks { get; init; }
    public Guid? OwnerAgencyId { get; init; }
    public required DateTimeOffset At { get; init; }
}
