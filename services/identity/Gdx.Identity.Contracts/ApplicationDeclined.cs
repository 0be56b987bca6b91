namespace Gdx.Identity.Contracts.V1;

/// <summary>Identity says so when a central agency does not stand up for a regional one: the application is returned, or rejected where it came on paper.</summary>
public sealed record ApplicationDeclined
{
    public required Guid ApplicationId { get; init; }
    public required Guid CentralAgencyId { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>Person (UUID).</summary>
    public required Guid By { get; init; }
}
