using Gdx.Identity.Contracts;
using Gdx.Notification.Contracts.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Notification.Features;

public sealed partial class InboxService
{
    /// <summary>gRPC gdx.notification.v1.Inbox/List: the caller's messages, newest first.</summary>
    [Authorize(Roles = Roles.Person)]
    public override async Task<ListInboxReply> List(ListInboxRequest request, ServerCallContext context)
    {
        var (person, size, before) = (Caller.Of(context).Person, Fields.PageSize(request.PageSize), Fields.PageToken(request.PageToken));
        var page = await db.Inbox.AsNoTracking()
            .Where(item => item.PersonId == person && (!request.UnreadOnly || item.ReadAt == null))
            .Where(item => before == null || item.Id < before)
            .OrderByDescending(item => item.Id).Take(size + 1).ToListAsync(context.CancellationToken);
        return new ListInboxReply
        {
            Messages =
            {
                page.Take(size).Select(item => new InboxMessage
                {
                    Id = item.Id.ToString(),
                    Template = item.Template,
                    TitleTh = item.TitleTh,
                    TitleEn = item.TitleEn,
                    TextTh = item.TextTh,
                    TextEn = item.TextEn,
                    AboutId = item.AboutId?.ToString() ?? "",
                    CreatedAt = item.CreatedAt.ToTimestamp(),
                    ReadAt = item.ReadAt?.ToTimestamp(),
                }),
            },
            NextPageToken = page.Count > size ? page[size - 1].Id.ToString() : "",
        };
    }
}
