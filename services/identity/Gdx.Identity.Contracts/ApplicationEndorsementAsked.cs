namespace Gdx.Identity.Contracts.V1;

/// <summary>Identity says so when a regional agency has handed in an application that its central agency must endorse.</summary>
public sealed record ApplicationEndorsementAsked
{
    public required Guid ApplicationId { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>Person (UUID).</summary>
    public required Guid By { get; init; }
    public required Guid CentralAgencyId { get; init; }
}
