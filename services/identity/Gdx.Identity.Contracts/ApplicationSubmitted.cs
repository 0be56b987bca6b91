namespace Gdx.Identity.Contracts.V1;

/// <summary>Identity says so when an application is handed in, the first time or corrected. The operator has it to verify from now on.</summary>
public sealed record ApplicationSubmitted
{
    public required Guid ApplicationId { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>Person (UUID).</summary>
    public required Guid By { get; init; }
}
