namespace Gdx.FaultProgram;

/// <summary>A fact was committed.</summary>
public sealed record FactWritten
{
    public required Guid FactId { get; init; }

    public required Guid Aggregate { get; init; }

    public required long Sequence { get; init; }
}
