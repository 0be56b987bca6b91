namespace Gdx.LinkageAdapter.Sources;

/// <summary>How a source answered a question about one person.</summary>
public enum SourceOutcome
{
    /// <summary>Nothing is known; treated as a fault.</summary>
    Unknown = 0,

    /// <summary>With a record.</summary>
    Found,

    /// <summary>The source has no such record.</summary>
    NotFound,

    /// <summary>The source answered with a fault of its own, or something that cannot be read.</summary>
    Fault,

    /// <summary>The quota of the agency's user at the source is used up.</summary>
    OverQuota,

    /// <summary>No connection, or it broke; or it broke so often lately that it was not tried.</summary>
    Unreachable,

    /// <summary>No answer in time.</summary>
    TimedOut,
}

/// <summary>An answer of a source: a JSON object as the source wrote it, byte for byte, where there is one.</summary>
/// <param name="Outcome">How it answered.</param>
/// <param name="Status">Its own status for this question; null where it did not get to answer.</param>
/// <param name="Record">The record; empty unless found.</param>
public readonly record struct SourceAnswer(SourceOutcome Outcome, int? Status, ReadOnlyMemory<byte> Record = default)
{
    /// <summary>The stable decision code that evidence keeps.</summary>
    public string Code => Outcome switch
    {
        SourceOutcome.Found => "source.found",
        SourceOutcome.NotFound => "source.no_data",
        SourceOutcome.OverQuota => "source.over_quota",
        SourceOutcome.Unreachable => "source.unreachable",
        SourceOutcome.TimedOut => "source.timeout",
        _ => "source.fault",
    };
}
