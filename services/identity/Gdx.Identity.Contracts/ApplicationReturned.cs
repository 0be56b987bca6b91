namespace Gdx.Identity.Contracts.V1;

/// <summary>Identity says so when the operator returns an application for correction.</summary>
public sealed record ApplicationReturned
{
    public required Guid ApplicationId { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>Person (UUID).</summary>
    public required Guid By { get; init; }
}
