namespace Gdx.Entitlement.Contracts.V1;

/// <summary>
/// Entitlement says so once for each grant in force when the version of the dataset that it opens gets an end, when that end is put off, and when it has
/// come (<see cref="EndsAt"/> is not after <see cref="At"/>): Catalog knows datasets and not who may read them. For those who tell people: the agency that holds it.
/// </summary>
public sealed record GrantDatasetEnding
{
    public required Guid GrantId { get; init; }

    /// <summary>Of the dataset, as in Catalog's event that it follows; a consumer drops what is older than it has seen.</summary>
    public required long Revision { get; init; }
    public required Guid AgencyId { get; init; }
    public required string DatasetId { get; init; }
    public required string DatasetVersion { get; init; }

    /// <summary>From this instant on the version answers nobody.</summary>
    public required DateTimeOffset EndsAt { get; init; }
    public required DateTimeOffset At { get; init; }
}
