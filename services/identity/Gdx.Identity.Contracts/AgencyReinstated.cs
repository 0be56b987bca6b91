namespace Gdx.Identity.Contracts.V1;

/// <summary>Identity says so when a suspended agency may work again.</summary>
public sealed record AgencyReinstated
{
    public required Guid AgencyId { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>Person (UUID) of the operator.</summary>
    public required Guid By { get; init; }
}
