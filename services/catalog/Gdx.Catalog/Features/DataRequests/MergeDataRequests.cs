using Gdx.Catalog.Contracts.V1;
using Gdx.Identity.Contracts;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Catalog.Features;

/// <summary>
/// gRPC gdx.catalog.v1.DataRequests/Merge: one asks for the same as another. Its askers (and those merged onto it before) share the fate of the
/// other; where that is decided already, they are told now.
/// </summary>
public sealed partial class DataRequestService
{
    [Authorize(Roles = Roles.Operator)]
    public override async Task<DataRequest> Merge(MergeDataRequests request, ServerCallContext context)
    {
        var (person, ct, now) = (Caller.Of(context).RequirePerson(), context.CancellationToken, clock.Now());
        var (id, into) = (Fields.Id("request_id", request.RequestId), Fields.Id("into_request_id", request.IntoRequestId));
        if (id == into)
        {
            throw Problems.Invalid("into_request_id", "must be another request.");
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.Database.ExecuteSqlRawAsync("SELECT pg_advisory_xact_lock(4943)", ct); // Merges take turns: two in opposite directions would make a circle.
        var from = await LockedAsync(id, ct) ?? throw Unknown();
        var target = await LockedAsync(into, ct) ?? throw Unknown();
        target = target.MergedInto is { } leader ? (await LockedAsync(leader, ct))! : target;
        if (from.MergedInto is not null || !IsOpen(from) || target.Id == from.Id)
        {
            throw WrongState("Only a request that is open and leads is merged onto another.");
        }

        var askers = await AskersAsync(from.Id, ct);
        foreach (var follower in await db.Requests.Where(one => one.MergedInto == from.Id).ToListAsync(ct))
        {
            follower.MergedInto = target.Id;
        }

        (from.MergedInto, from.HandledBy, from.HandledAt) = (target.Id, person, now);
        if (target.State == DataRequestState.Answered)
        {
            TellAnswered(target, askers, now);
        }
        else if (target.State == DataRequestState.Declined)
        {
            TellDeclined(target, askers, now);
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return await AnswerAsync(from, true, ct);
    }
}
