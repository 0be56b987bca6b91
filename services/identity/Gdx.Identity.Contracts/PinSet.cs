namespace Gdx.Identity.Contracts.V1;

/// <summary>Identity says so when a person has set a PIN.</summary>
public sealed record PinSet
{
    public required Guid PersonId { get; init; }

    /// <summary>Differs for each PIN that is set.</summary>
    public required Guid PinId { get; init; }
    public required DateTimeOffset At { get; init; }
}
