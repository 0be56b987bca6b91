namespace Gdx.Identity.Contracts.V1;

/// <summary>Identity says so when the operator refuses an application for good.</summary>
public sealed record ApplicationRejected
{
    public required Guid ApplicationId { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>Person (UUID).</summary>
    public required Guid By { get; init; }
}
