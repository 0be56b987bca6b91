namespace Gdx.Identity.Contracts.V1;

/// <summary>Identity says so when three wrong PINs in a row have locked one. Only a registrar unlocks it, in person.</summary>
public sealed record PinLocked
{
    public required Guid PersonId { get; init; }

    /// <summary>Differs for each time it is locked.</summary>
    public required Guid LockId { get; init; }
    public required DateTimeOffset At { get; init; }
}
