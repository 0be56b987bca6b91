using Gdx.Identity.Contracts;
using Gdx.Notification.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Notification.Features;

public sealed partial class InboxService
{
    /// <summary>gRPC gdx.notification.v1.Inbox/MarkRead: these messages of the caller are read. Whose id it is else is not said: it is passed over.</summary>
    [Authorize(Roles = Roles.Person)]
    public override async Task<UnreadCountReply> MarkRead(MarkReadRequest request, ServerCallContext context)
    {
        var (ct, person, now) = (context.CancellationToken, Caller.Of(context).Person, clock.GetUtcNow());
        var ids = request.Ids.Count is >= 1 and <= 100 ? request.Ids.Select(id => Fields.Id("ids", id)).ToList() : throw Problems.Invalid("ids", "must be 1-100 ids");
        await db.Inbox.Where(item => item.PersonId == person && item.ReadAt == null && ids.Contains(item.Id)).ExecuteUpdateAsync(set => set.SetProperty(item => item.ReadAt, now), ct);
        return await CountAsync(person, ct);
    }

    /// <summary>gRPC gdx.notification.v1.Inbox/MarkAllRead: everything up to a message is read; what came after it stays unread.</summary>
    [Authorize(Roles = Roles.Person)]
    public override async Task<UnreadCountReply> MarkAllRead(MarkAllReadRequest request, ServerCallContext context)
    {
        var (ct, person, now) = (context.CancellationToken, Caller.Of(context).Person, clock.GetUtcNow());
        Guid? upTo = request.UpToId.Length == 0 ? null : Fields.Id("up_to_id", request.UpToId);
        await db.Inbox.Where(item => item.PersonId == person && item.ReadAt == null && (upTo == null || item.Id <= upTo)).ExecuteUpdateAsync(set => set.SetProperty(item => item.ReadAt, now), ct);
        return await CountAsync(person, ct);
    }
}
