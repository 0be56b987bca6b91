using Gdx.Notification.Contracts.V1;
using Gdx.Notification.Data;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Notification.Features;

/// <summary>gRPC gdx.notification.v1.Inbox: what a person is told inside the product; everybody sees their own.</summary>
public sealed partial class InboxService(NotificationDb db, TimeProvider clock) : Inbox.InboxBase
{
    private async Task<UnreadCountReply> CountAsync(Guid person, CancellationToken ct) =>
        new() { Unread = await db.Inbox.CountAsync(item => item.PersonId == person && item.ReadAt == null, ct) };
}
