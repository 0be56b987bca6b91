using System.Collections.Concurrent;
using Gdx.Identity.Contracts.V1;
using Gdx.Watching;

namespace Gdx.Identity.Sessions;

/// <summary>The sessions that ended lately, in memory: one look-up per call.</summary>
public sealed class EndedSessionBook(TimeProvider clock) : IWatchedState<SessionEnded>
{
    // As long as Identity remembers them: no token of theirs lives longer.
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(15);
    private ConcurrentDictionary<Guid, DateTimeOffset> current = [];
    private ConcurrentDictionary<Guid, DateTimeOffset>? coming;
    private DateTimeOffset sweptAt;

    /// <summary>Whether the session ended.</summary>
    public bool Holds(Guid session) => Volatile.Read(ref current).ContainsKey(session);

    /// <summary>The sessions' watch stream at Identity.</summary>
    public static WatchMessage<SessionEnded> Read(WatchSessionsReply reply) => reply.KindCase switch
    {
        WatchSessionsReply.KindOneofCase.Reset => new(true, null, null),
        WatchSessionsReply.KindOneofCase.Ended => new(false, (reply.Ended, reply.Ended.Revision), null),
        WatchSessionsReply.KindOneofCase.Heartbeat => new(false, null, (reply.Heartbeat.Epoch, reply.Heartbeat.Revision)),
        _ => default, // A kind of a later version: not ours to understand, and no heartbeat.
    };

    /// <inheritdoc/>
    public void BeginSnapshot() => coming = [];

    /// <inheritdoc/>
    public void Apply(SessionEnded item)
    {
        var now = clock.GetUtcNow();
        // By our own clock from now on: Identity's may differ.
        (coming ?? current)[Guid.Parse(item.Id)] = now;
        if (now - sweptAt > TimeSpan.FromMinutes(1))
        {
            sweptAt = now;
            foreach (var (session, at) in current.Where(ended => now - ended.Value > Remembered))
            {
                current.TryRemove(session, out _);
            }
        }
    }

    /// <inheritdoc/>
    public void CompleteSnapshot()
    {
        Volatile.Write(ref current, coming!);
        coming = null;
    }
}
