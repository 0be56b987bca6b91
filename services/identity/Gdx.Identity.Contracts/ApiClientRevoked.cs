namespace Gdx.Identity.Contracts.V1;

/// <summary>Identity says so when an operator, or the agency itself, ends a client. For decisions the watch stream counts; this is for those who tell people.</summary>
public sealed record ApiClientRevoked
{
    public required Guid ApiClientId { get; init; }
    public required Guid AgencyId { get; init; }
    public required DateTimeOffset RevokedAt { get; init; }

    /// <summary>Person (UUID).</summary>
    public required Guid RevokedBy { get; init; }
}
