namespace Gdx.Catalog.Contracts.V1;

/// <summary>Catalog says so when a version of a dataset first appears in the dictionary. From now on permissions may name its fields; fields are only ever added.</summary>
public sealed record DatasetPublished
{
    /// <summary>A slug such as <c>dopa.person</c>.</summary>
    public required string DatasetId { get; init; }

    /// <summary>Such as <c>1</c>.</summary>
    public required string DatasetVersion { get; init; }

    /// <summary>Counts the announcements of this version of the dataset from 1; a consumer drops what is older than it has seen.</summary>
    public required long Revision { get; init; }
    public required string NameTh { get; init; }
    public required string NameEn { get; init; }
    public required DateTimeOffset PublishedAt { get; init; }
}
