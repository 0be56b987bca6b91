using Gdx.Identity.Contracts;
using Gdx.Notification.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Notification.Features;

public sealed partial class DeliveryService
{
    /// <summary>gRPC gdx.notification.v1.Deliveries/Find: what was sent, what waits and what is parked, newest first, for operators.</summary>
    [Authorize(Roles = Roles.Operator)]
    public override async Task<FindDeliveriesReply> Find(FindDeliveriesRequest request, ServerCallContext context)
    {
        var (size, before) = (Fields.PageSize(request.PageSize), Fields.PageToken(request.PageToken));
        var state = State(request.State);
        Guid? person = request.PersonId.Length == 0 ? null : Fields.Id("person_id", request.PersonId);
        var template = request.Template.Length == 0 || texts.Names.Contains(request.Template) ? request.Template : throw Problems.Invalid("template", "is not the name of a template");

        // Ids are UUIDv7: their order is the order of creation, so the last one of a page is where the next begins.
        var page = await db.Deliveries.AsNoTracking()
            .Where(delivery => state == null || delivery.State == state)
            .Where(delivery => person == null || delivery.PersonId == person)
            .Where(delivery => template == "" || delivery.Template == template)
            .Where(delivery => before == null || delivery.Id < before)
            .OrderByDescending(delivery => delivery.Id).Take(size + 1).ToListAsync(context.CancellationToken);
        return new FindDeliveriesReply
        {
            Deliveries = { page.Take(size).Select(Answer) },
            NextPageToken = page.Count > size ? page[size - 1].Id.ToString() : "",
        };
    }

    /// <summary>The state to look for; null where any will do.</summary>
    public static Data.DeliveryState? State(DeliveryState state) =>
        !Enum.IsDefined(state) ? throw Problems.Invalid("state", "is not a state of a delivery") : state == 0 ? null : (Data.DeliveryState)state;
}
