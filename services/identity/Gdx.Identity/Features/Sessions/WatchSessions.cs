using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

public sealed partial class SessionService
{
    private const int BatchSize = 500;
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(1); // A fifth of the watcher's lease.

    // Access tokens live ten minutes; the rest is for clocks that disagree and for ends that commit late.
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(15);

    /// <summary>gRPC gdx.identity.v1.Sessions/Watch: sessions that ended lately, then each as its end commits, for every service that takes people's tokens.</summary>
    [Authorize(Roles = Roles.Service)]
    public override async Task Watch(WatchSessionsRequest request, IServerStreamWriter<WatchSessionsReply> responseStream, ServerCallContext context)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        try
        {
            await SendAsync(request, responseStream, stop.Token);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // The stream ends in order; the watcher goes on at another replica, or here after the restart.
        }
    }

    private async Task SendAsync(WatchSessionsRequest request, IServerStreamWriter<WatchSessionsReply> responseStream, CancellationToken ct)
    {
        var (epoch, highest) = await db.ReadEpochAsync(ct);
        var last = request.AfterRevision;
        if (request.Epoch != epoch || last < 0 || last > highest)
        {
            last = 0;
            await responseStream.WriteAsync(new WatchSessionsReply { Reset = new WatchReset() }, ct);
        }

        while (true)
        {
            // Taken before reading, so that a change in between wakes us at once.
            var next = signals.Next(DatabaseSignals.Watch);
            var since = clock.GetUtcNow() - Remembered;
            var ended = await db.Sessions.AsNoTracking().Where(session => session.EndedAt > since && session.Revision > last).OrderBy(session => session.Revision)
                .Select(session => new { session.Id, session.Revision, session.EndedAt }).Take(BatchSize).ToListAsync(ct);
            foreach (var session in ended)
            {
                await responseStream.WriteAsync(new WatchSessionsReply { Ended = new SessionEnded { Revision = session.Revision, Id = session.Id.ToString(), EndedAt = session.EndedAt!.Value.ToTimestamp() } }, ct);
                last = session.Revision;
            }

            if (ended.Count < BatchSize)
            {
                await responseStream.WriteAsync(new WatchSessionsReply { Heartbeat = new WatchHeartbeat { Epoch = epoch, Revision = last } }, ct);
                await DatabaseSignals.WaitAsync(next, Heartbeat, ct);
            }
        }
    }
}
