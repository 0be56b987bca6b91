namespace Gdx.Catalog.Contracts.V1;

/// <summary>Catalog says so after a version has ended, some seconds late at most; whoever goes by the instant that DatasetDeprecated named is never late.</summary>
public sealed record DatasetRetired
{
    public required string DatasetId { get; init; }
    public required string DatasetVersion { get; init; }

    /// <summary>Counts the announcements of this version of the dataset from 1.</summary>
    public required long Revision { get; init; }

    /// <summary>The instant that was announced.</summary>
    public required DateTimeOffset EndedAt { get; init; }
}
