using Gdx.Identity.Contracts;
using Gdx.Notification.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Notification.Features;

public sealed partial class WebhookService
{
    /// <summary>gRPC gdx.notification.v1.Webhooks/FindDeliveries: what was sent to a webhook, what waits and what is parked, newest first.</summary>
    [Authorize(Roles = $"{Keepers},{Roles.Operator}")]
    public override async Task<FindWebhookDeliveriesReply> FindDeliveries(FindWebhookDeliveriesRequest request, ServerCallContext context)
    {
        var (ct, caller) = (context.CancellationToken, Caller.Of(context));
        var (id, size, before, state) = (Fields.Id("webhook_id", request.WebhookId), Fields.PageSize(request.PageSize), Fields.PageToken(request.PageToken), DeliveryService.State(request.State));
        Guid? agency = caller.IsOperator ? null : caller.RequireAgency();
        if (!await db.Webhooks.AnyAsync(webhook => webhook.Id == id && (agency == null || webhook.AgencyId == agency), ct))
        {
            throw Unknown();
        }

        var page = await db.WebhookDeliveries.AsNoTracking()
            .Where(delivery => delivery.WebhookId == id && (state == null || delivery.State == state))
            .Where(delivery => before == null || delivery.Id < before)
            .OrderByDescending(delivery => delivery.Id).Take(size + 1).ToListAsync(ct);
        return new() { Deliveries = { page.Take(size).Select(Answer) }, NextPageToken = page.Count > size ? page[size - 1].Id.ToString() : "" };
    }

    /// <summary>gRPC gdx.notification.v1.Webhooks/Replay: sends one again with the webhook-id that it had, for another day; the receiver can tell that it has it already.</summary>
    [Authorize(Roles = Keepers)]
    public override async Task<WebhookDelivery> Replay(ReplayWebhookDeliveryRequest request, ServerCallContext context)
    {
        var (ct, caller, id) = (context.CancellationToken, Caller.Of(context), Fields.Id("delivery_id", request.DeliveryId));
        var agency = caller.RequireAgency();
        var delivery = await db.WebhookDeliveries.SingleOrDefaultAsync(one => one.Id == id && db.Webhooks.Any(webhook => webhook.Id == one.WebhookId && webhook.AgencyId == agency && webhook.RemovedAt == null), ct)
            ?? throw Problems.Rpc(StatusCode.NotFound, "notification.webhook.delivery_unknown", "Your agency's webhooks have no delivery with this id.");
        if (delivery.State == Data.DeliveryState.Waiting)
        {
            throw Problems.Rpc(StatusCode.FailedPrecondition, "notification.webhook.delivery_state", "It waits to be sent already.");
        }

        delivery.Replay(caller.Person, clock.GetUtcNow());
        await db.SaveChangesAsync(ct);
        return Answer(delivery);
    }
}
