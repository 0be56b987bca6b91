using Gdx.Identity.Contracts;
using Gdx.Notification.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Notification.Features;

public sealed partial class WebhookService
{
    private static readonly TimeSpan Overlap = TimeSpan.FromHours(24); // A working day to put the new secret in place.

    /// <summary>gRPC gdx.notification.v1.Webhooks/List: the webhooks of the caller's agency, or of one that an operator names; never their secrets. Not paged: an agency has ten.</summary>
    [Authorize(Roles = $"{Keepers},{Roles.Operator}")]
    public override async Task<ListWebhooksReply> List(ListWebhooksRequest request, ServerCallContext context)
    {
        var agency = Reach(Caller.Of(context), request.AgencyId);
        var webhooks = await db.Webhooks.AsNoTracking().Where(webhook => webhook.AgencyId == agency && webhook.RemovedAt == null)
            .OrderBy(webhook => webhook.Id).ToListAsync(context.CancellationToken);
        return new() { Webhooks = { webhooks.Select(Answer) } };
    }

    /// <summary>gRPC gdx.notification.v1.Webhooks/Remove: it is told nothing more; what waits is dropped when its turn comes.</summary>
    [Authorize(Roles = Keepers)]
    public override async Task<RemoveWebhookReply> Remove(RemoveWebhookRequest request, ServerCallContext context)
    {
        var caller = Caller.Of(context);
        var webhook = await OwnAsync(request.WebhookId, caller.RequireAgency(), context.CancellationToken);
        (webhook.RemovedAt, webhook.RemovedBy) = (clock.GetUtcNow(), caller.Person);
        await db.SaveChangesAsync(context.CancellationToken);
        return new();
    }

    /// <summary>gRPC gdx.notification.v1.Webhooks/RotateSecret: a new secret, shown once; for a day messages are signed with both.</summary>
    [Authorize(Roles = Keepers)]
    public override async Task<WebhookWithSecret> RotateSecret(RotateWebhookSecretRequest request, ServerCallContext context)
    {
        var webhook = await OwnAsync(request.WebhookId, Caller.Of(context).RequireAgency(), context.CancellationToken);
        var (shown, kept) = secrets.New();
        (webhook.ProtectedPreviousSecret, webhook.PreviousUntil, webhook.ProtectedSecret) = (webhook.ProtectedSecret, clock.GetUtcNow() + Overlap, kept);
        await db.SaveChangesAsync(context.CancellationToken);
        return new() { Webhook = Answer(webhook), Secret = shown };
    }

    /// <summary>The agency that the caller may look at: an operator any, everybody else their own.</summary>
    private static Guid Reach(Caller caller, string agencyId)
    {
        if (caller.IsOperator && agencyId.Length > 0)
        {
            return Fields.Id("agency_id", agencyId);
        }

        var own = caller.RequireAgency();
        return agencyId.Length == 0 || Fields.Id("agency_id", agencyId) == own ? own
            : throw Problems.Rpc(StatusCode.PermissionDenied, "caller.forbidden", "You may see your own agency's webhooks only.");
    }
}
