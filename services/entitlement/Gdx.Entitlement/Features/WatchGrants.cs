using Gdx.Entitlement.Contracts.V1;
using Gdx.Identity.Contracts;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Entitlement.Features;

public sealed partial class GrantService
{
    private const int BatchSize = 500;
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(1); // A fifth of the watcher's lease: four may be lost before it stops trusting what it has.

    /// <summary>gRPC gdx.entitlement.v1.Grants/Watch: everything after a revision, then every change as it commits, for the linkage-adapter.</summary>
    [Authorize(Roles = Roles.LinkageAdapter)]
    public override async Task Watch(WatchGrantsRequest request, IServerStreamWriter<WatchGrantsReply> responseStream, ServerCallContext context)
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

    private async Task SendAsync(WatchGrantsRequest request, IServerStreamWriter<WatchGrantsReply> responseStream, CancellationToken ct)
    {
        var (epoch, highest) = await db.ReadEpochAsync(ct);
        var last = request.AfterRevision;
        if (request.Epoch != epoch || last < 0 || last > highest)
        {
            last = 0;
            await responseStream.WriteAsync(new WatchGrantsReply { Reset = new WatchReset() }, ct);
        }

        while (true)
        {
            // Taken before reading, so that a change in between wakes us at once.
            var next = signals.Next(DatabaseSignals.Watch);
            var changes = await db.Grants.AsNoTracking().Where(grant => grant.Revision > last).OrderBy(grant => grant.Revision).Take(BatchSize).ToListAsync(ct);
            foreach (var grant in changes)
            {
                await responseStream.WriteAsync(new WatchGrantsReply { Grant = Answer(grant) }, ct);
                last = grant.Revision;
            }

            if (changes.Count < BatchSize)
            {
                await responseStream.WriteAsync(new WatchGrantsReply { Heartbeat = new WatchHeartbeat { Epoch = epoch, Revision = last } }, ct);
                await DatabaseSignals.WaitAsync(next, Heartbeat, ct);
            }
        }
    }
}
