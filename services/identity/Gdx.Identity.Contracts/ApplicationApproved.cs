namespace Gdx.Identity.Contracts.V1;

/// <summary>Identity says so when an application is approved, for the web, the API or both. A first one is preceded by AgencyApproved.</summary>
public sealed record ApplicationApproved
{
    public required Guid ApplicationId { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>Person (UUID).</summary>
    public required Guid By { get; init; }
    public required Guid AgencyId { get; init; }
}
