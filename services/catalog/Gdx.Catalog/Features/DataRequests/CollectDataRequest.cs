using Gdx.Catalog.Contracts.V1;
using Gdx.Identity.Contracts;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Catalog.Features;

/// <summary>gRPC gdx.catalog.v1.DataRequests/Collect: an operator has begun to look for the data.</summary>
public sealed partial class DataRequestService
{
    [Authorize(Roles = Roles.Operator)]
    public override async Task<DataRequest> Collect(CollectDataRequest request, ServerCallContext context)
    {
        var (person, ct) = (Caller.Of(context).RequirePerson(), context.CancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var found = await ToHandleAsync(request.RequestId, ct);
        if (found.State != DataRequestState.Asked)
        {
            throw WrongState("Only a request that was just asked is taken up.");
        }

        (found.State, found.HandledBy, found.HandledAt) = (DataRequestState.Collecting, person, clock.Now());
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return await AnswerAsync(found, true, ct);
    }
}
