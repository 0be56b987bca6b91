using System.Collections.Concurrent;
using Gdx.Identity.Contracts.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Gdx.TestEnvironment;

/// <summary>gRPC gdx.identity.v1.Sessions/Watch as Identity answers it, for services that are tested without Identity: every session lives until a test ends it.</summary>
public sealed class LivingSessions : Sessions.SessionsBase
{
    private static readonly string Epoch = Guid.NewGuid().ToString();
    private static readonly ConcurrentQueue<SessionEnded> EndedSoFar = new();

    /// <summary>Ends a session, as its person's signing out would.</summary>
    public static void End(Guid session) =>
        EndedSoFar.Enqueue(new SessionEnded { Revision = EndedSoFar.Count + 1, Id = session.ToString(), EndedAt = DateTimeOffset.UtcNow.ToTimestamp() });

    public override async Task Watch(WatchSessionsRequest request, IServerStreamWriter<WatchSessionsReply> responseStream, ServerCallContext context)
    {
        await responseStream.WriteAsync(new WatchSessionsReply { Reset = new WatchReset() });
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var sent = 0;
        do
        {
            foreach (var ended in EndedSoFar.Skip(sent))
            {
                await responseStream.WriteAsync(new WatchSessionsReply { Ended = ended });
                sent++;
            }

            await responseStream.WriteAsync(new WatchSessionsReply { Heartbeat = new WatchHeartbeat { Epoch = Epoch, Revision = sent } });
        }
        while (await timer.WaitForNextTickAsync(context.CancellationToken));
    }
}
