using System.Data;
using Gdx.Entitlement.Contracts.V1;
using Gdx.Identity.Contracts;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Entitlement.Features;

public sealed partial class GrantService
{
    private const int BatchSize = 1000; // About 1 MB of grants: a million of them are a thousand look-ups, and a watcher never has much in flight.
    private const int GroupBatchSize = 100; // A group has up to a thousand officers, 36 bytes each.
    private const string Meaning = "2"; // Rises when what is streamed gains meaning (2: suspended and conditional grants, officer groups): a watcher that knows it from an older replica starts anew.
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(1); // A fifth of the watcher's lease: four may be lost before it stops trusting what it has.

    /// <summary>gRPC gdx.entitlement.v1.Grants/Watch: every grant and officer group after a revision, then every change as it commits, for the linkage-adapter.</summary>
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
        var (database, highest) = await db.ReadEpochAsync(ct);
        var epoch = $"{database}/{Meaning}";
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
            var (changes, isAll) = await ReadAsync(last, ct);
            foreach (var (revision, reply) in changes)
            {
                await responseStream.WriteAsync(reply, ct);
                last = revision;
            }

            if (isAll)
            {
                await responseStream.WriteAsync(new WatchGrantsReply { Heartbeat = new WatchHeartbeat { Epoch = epoch, Revision = last } }, ct);
                await DatabaseSignals.WaitAsync(next, Heartbeat, ct);
            }
        }
    }

    /// <summary>What follows a revision, in order, and whether that was all. Both tables are read as of one moment: a change of the one that commits between the reads would be passed over.</summary>
    private async Task<(List<(long Revision, WatchGrantsReply Reply)> Changes, bool IsAll)> ReadAsync(long last, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
        var grants = await db.Grants.AsNoTracking().Where(grant => grant.Revision > last).OrderBy(grant => grant.Revision).Take(BatchSize).ToListAsync(ct);
        var groups = await db.OfficerGroups.AsNoTracking().Include(group => group.Officers).AsSplitQuery()
            .Where(group => group.Revision > last).OrderBy(group => group.Revision).Take(GroupBatchSize).ToListAsync(ct);
        await transaction.CommitAsync(ct);

        // Beyond the end of a page that is full there may be more of its kind, so that the other kind must wait there, too.
        var isAll = grants.Count < BatchSize && groups.Count < GroupBatchSize;
        var upTo = Math.Min(grants.Count < BatchSize ? long.MaxValue : grants[^1].Revision, groups.Count < GroupBatchSize ? long.MaxValue : groups[^1].Revision);
        return (
            [
                .. grants.Where(grant => grant.Revision <= upTo).Select(grant => (grant.Revision, new WatchGrantsReply { Grant = Answer(grant) }))
                    .Concat(groups.Where(group => group.Revision <= upTo).Select(group => (group.Revision, new WatchGrantsReply { OfficerGroup = OfficerGroupService.Answer(group) })))
                    .OrderBy(change => change.Revision),
            ],
            isAll);
    }
}
