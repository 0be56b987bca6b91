using Gdx.Identity.Contracts;
using Gdx.Notification.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Notification.Features;

public sealed partial class DeliveryService
{
    /// <summary>gRPC gdx.notification.v1.Deliveries/Resend: an operator has a parked mail tried for another day. Where its outcome was unknown, that may make a second mail: a person decides.</summary>
    [Authorize(Roles = Roles.Operator)]
    public override async Task<Delivery> Resend(ResendDeliveryRequest request, ServerCallContext context)
    {
        var (ct, by, id) = (context.CancellationToken, Caller.Of(context).Person, Fields.Id("delivery_id", request.DeliveryId));
        var delivery = await db.Deliveries.SingleOrDefaultAsync(one => one.Id == id, ct)
            ?? throw Problems.Rpc(StatusCode.NotFound, "notification.delivery.unknown", "There is no delivery with this id.");
        if (delivery.State != Data.DeliveryState.Parked)
        {
            throw Problems.Rpc(StatusCode.FailedPrecondition, "notification.delivery.state", "Only a parked delivery is sent again.");
        }

        delivery.Resend(by, clock.GetUtcNow());
        await db.SaveChangesAsync(ct);
        return Answer(delivery);
    }
}
