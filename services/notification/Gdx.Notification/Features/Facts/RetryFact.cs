using Gdx.Identity.Contracts;
using Gdx.Notification.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Notification.Features;

public sealed partial class DeliveryService
{
    /// <summary>gRPC gdx.notification.v1.Deliveries/RetryFact: an operator has a parked fact told after all. Nobody was told before it was parked, so nobody is told twice.</summary>
    [Authorize(Roles = Roles.Operator)]
    public override async Task<ToldFact> RetryFact(RetryFactRequest request, ServerCallContext context)
    {
        var (ct, by, id) = (context.CancellationToken, Caller.Of(context).Person, Fields.Id("fact_id", request.FactId));
        var fact = await db.Facts.SingleOrDefaultAsync(one => one.Id == id, ct)
            ?? throw Problems.Rpc(StatusCode.NotFound, "notification.fact.unknown", "There is no fact with this id.");
        if (fact.State != Data.FactState.Parked)
        {
            throw Problems.Rpc(StatusCode.FailedPrecondition, "notification.fact.state", "Only a parked fact is tried again.");
        }

        fact.Retry(by, clock.GetUtcNow());
        await db.SaveChangesAsync(ct);
        return Answer(fact);
    }
}
