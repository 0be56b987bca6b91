namespace Gdx.Watching;

/// <summary>
/// How long what a watch stream told us may be believed: 5 s after its last heartbeat, by the monotonic clock, so that a corrected
/// wall clock neither prolongs nor ends it.
/// </summary>
public sealed class Lease(TimeProvider clock)
{
    /// <summary>Five missed heartbeats: longer than a hiccup of a database or a network, short enough to bound what a revoked right can still do.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromSeconds(5);

    private const long Never = long.MinValue;
    private long renewedAt = Never;

    /// <summary>False before the first heartbeat and when the last one is 5 s old: then every decision is a refusal.</summary>
    public bool IsLive => Volatile.Read(ref renewedAt) is var last && last != Never && clock.GetElapsedTime(last) < Length;

    internal void Renew() => Volatile.Write(ref renewedAt, clock.GetTimestamp());

    internal void End() => Volatile.Write(ref renewedAt, Never);
}
