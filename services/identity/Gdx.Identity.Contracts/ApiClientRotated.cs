namespace Gdx.Identity.Contracts.V1;

/// <summary>Identity says so when a further secret has been claimed in a rotation; the old one works until its end.</summary>
public sealed record ApiClientRotated
{
    public required Guid ApiClientId { get; init; }
    public required Guid AgencyId { get; init; }

    /// <summary>Differs for each rotation of the same client.</summary>
    public required Guid RotationId { get; init; }
    public required DateTimeOffset OldEndsAt { get; init; }
    public required DateTimeOffset At { get; init; }
}
