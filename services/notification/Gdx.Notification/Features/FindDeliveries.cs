using Gdx.Identity.Contracts;
using Gdx.Notification.Contracts.V1;
using Gdx.Notification.Data;
using Gdx.ServiceDefaults;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Notification.Features;

/// <summary>gRPC gdx.notification.v1.Deliveries/Find: what was sent, what waits and what is parked, newest first, for operators.</summary>
public sealed class DeliveryService(NotificationDb db) : Deliveries.DeliveriesBase
{
    [Authorize(Roles = Roles.Operator)]
    public override async Task<FindDeliveriesReply> Find(FindDeliveriesRequest request, ServerCallContext context)
    {
        var size = request.PageSize switch
        {
            0 => 50,
            >= 1 and <= 100 => request.PageSize,
            _ => throw Problems.Invalid("page_size", "must be 1-100, or 0 for 50"),
        };
        if (!System.Enum.IsDefined(request.State))
        {
            throw Problems.Invalid("state", "is not a state of a delivery");
        }

        // Ids are UUIDv7: their order is the order of creation, so the last one of a page is where the next begins.
        Guid? before = request.PageToken.Length == 0 ? null : Guid.TryParse(request.PageToken, out var token) ? token : throw Problems.Invalid("page_token", "is not one that Find answered");
        var query = db.Deliveries.AsNoTracking();
        query = request.State == 0 ? query : query.Where(delivery => delivery.State == (Data.DeliveryState)request.State);
        query = before is null ? query : query.Where(delivery => delivery.Id < before);
        var page = await query.OrderByDescending(delivery => delivery.Id).Take(size + 1).ToListAsync(context.CancellationToken);
        return new FindDeliveriesReply
        {
            Deliveries = { page.Take(size).Select(Answer) },
            NextPageToken = page.Count > size ? page[size - 1].Id.ToString() : "",
        };
    }

    private static Contracts.V1.Delivery Answer(Data.Delivery delivery) => new()
    {
        Id = delivery.Id.ToString(),
        Template = delivery.Template,
        State = (Contracts.V1.DeliveryState)delivery.State,
        CreatedAt = delivery.CreatedAt.ToTimestamp(),
        SentAt = delivery.SentAt?.ToTimestamp(),
        Attempts = delivery.Attempts,
        LastError = delivery.LastError ?? "",
        AboutId = delivery.AboutId.ToString(),
    };
}
