namespace Gdx.Catalog.Contracts.V1;

/// <summary>Catalog says so when a published dataset answers a request. Everyone who asked, by this request or by one merged onto it, is to be told; each is named in one such event only.</summary>
public sealed record DataRequestAnswered
{
    /// <summary>The request that was answered, or that others were merged onto.</summary>
    public required Guid RequestId { get; init; }
    public required string DatasetId { get; init; }
    public required string DatasetVersion { get; init; }

    /// <summary>Who is to be told.</summary>
    public required IReadOnlyList<Guid> PersonIds { get; init; }

    /// <summary>For whom they asked.</summary>
    public required IReadOnlyList<Guid> AgencyIds { get; init; }
    public required DateTimeOffset At { get; init; }
}
