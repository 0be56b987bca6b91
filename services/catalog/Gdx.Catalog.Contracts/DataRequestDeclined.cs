namespace Gdx.Catalog.Contracts.V1;

/// <summary>Catalog says so when data that was asked for cannot be had. The reason is read at Catalog (DataRequests/Get). Everyone who asked is to be told.</summary>
public sealed record DataRequestDeclined
{
    /// <summary>The request that was declined, or that others were merged onto.</summary>
    public required Guid RequestId { get; init; }

    /// <summary>Who is to be told.</summary>
    public required IReadOnlyList<Guid> PersonIds { get; init; }

    /// <summary>For whom they asked.</summary>
    public required IReadOnlyList<Guid> AgencyIds { get; init; }
    public required DateTimeOffset At { get; init; }
}
