using Gdx.Identity.Contracts.V1;
using Gdx.Notification.Contracts.V1;
using Gdx.Notification.Data;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Notification.Features;

public sealed partial class WebhookService
{
    private const int MostWebhooks = 10; // Of one agency: several systems with a spare; past it every fact is a burst of calls.

    /// <summary>gRPC gdx.notification.v1.Webhooks/Register: an address of the caller's agency is told of these kinds of facts from now on; answers the secret, once.</summary>
    [Authorize(Roles = Keepers)]
    public override async Task<WebhookWithSecret> Register(RegisterWebhookRequest request, ServerCallContext context)
    {
        var (ct, caller, now) = (context.CancellationToken, Caller.Of(context), clock.GetUtcNow());
        var agency = caller.RequireAgency();
        var url = WebhookAddress.Read(request.Url, environment.IsDevelopment());
        var kinds = ReadKinds(request.Kinds);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(4941, hashtext({agency.ToString()}))", ct); // Two at once would both find room.
        if (await db.Webhooks.CountAsync(webhook => webhook.AgencyId == agency && webhook.RemovedAt == null, ct) >= MostWebhooks)
        {
            throw Problems.Rpc(StatusCode.ResourceExhausted, "notification.webhook.too_many", "Your agency has as many webhooks as it may have. Remove one first.");
        }

        var (shown, kept) = secrets.New();
        var webhook = new Data.Webhook { Id = Guid.CreateVersion7(now), AgencyId = agency, Url = url.AbsoluteUri, Kinds = kinds, ProtectedSecret = kept, CreatedAt = now, CreatedBy = caller.Person };
        db.Add(webhook);
        db.Add(new WebhookLane { WebhookId = webhook.Id });
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return new() { Webhook = Answer(webhook), Secret = shown };
    }

    private static List<NoticeKind> ReadKinds(IEnumerable<string> names)
    {
        var kinds = names.Distinct().Select(Kinds.Find).ToList();
        return kinds.Count > 0 && kinds.All(kind => kind is not null)
            ? [.. kinds.Select(kind => kind!.Value)]
            : throw Problems.Invalid("kinds", $"must be one or more of {string.Join(", ", Kinds.OfAgencies.Select(Kinds.Name).Order(StringComparer.Ordinal))}");
    }
}
