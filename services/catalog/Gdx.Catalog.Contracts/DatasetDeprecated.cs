namespace Gdx.Catalog.Contracts.V1;

/// <summary>Catalog says so when the end of a published version is announced, and again when it is put off. Rights go on until then; nobody should ask for new ones.</summary>
public sealed record DatasetDeprecated
{
    /// <summary>A slug such as <c>dopa.person</c>.</summary>
    public required string DatasetId { get; init; }
    public required string DatasetVersion { get; init; }

    /// <summary>Counts the announcements of this version of the dataset from 1; a consumer drops what is older than it has seen.</summary>
    public required long Revision { get; init; }

    /// <summary>From this instant on the version answers nobody.</summary>
    public required DateTimeOffset EndsAt { get; init; }

    /// <summary>Empty where none takes its place.</summary>
    public required string SuccessorVersion { get; init; }

    /// <summary>The agency that owns the dataset, where it is on the exchange.</summary>
    public Guid? OwnerAgencyId { get; init; }
    public required DateTimeOffset At { get; init; }
}
