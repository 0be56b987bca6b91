using Gdx.Identity.Contracts;
using Gdx.Notification.Contracts.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Notification.Features;

public sealed partial class InboxService
{
    /// <summary>gRPC gdx.notification.v1.Inbox/UnreadCount: how many of the caller's messages are unread.</summary>
    [Authorize(Roles = Roles.Person)]
    public override Task<UnreadCountReply> UnreadCount(UnreadCountRequest request, ServerCallContext context) => CountAsync(Caller.Of(context).Person, context.CancellationToken);
}
