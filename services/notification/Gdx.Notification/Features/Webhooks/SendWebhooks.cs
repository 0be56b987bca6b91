using System.Diagnostics;
using System.Diagnostics.Metrics;
using Gdx.Identity.Contracts.V1;
using Gdx.Notification.Data;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Notification.Features;

/// <summary>
/// Calls the webhooks that something waits for. Any number of replicas share the work; each receiver is called by one of them at a time. A crash between
/// the receiver's answer and the commit calls it again with the same webhook-id, as the standard wants.
/// </summary>
public sealed partial class SendWebhooks(IServiceScopeFactory scopes, WebhookCaller caller, WebhookSecrets secrets, DatabaseSignals signals, SchemaState schema, TimeProvider clock, ILogger<SendWebhooks> log) : RepeatedWork(log)
{
    private const int SideBySide = 4; // Receivers that are called at once; a slow one takes 10 s.
    private static readonly ActivitySource Source = new("Gdx.Notification");
    private static readonly Counter<long> Calls = new Meter("Gdx.Notification").CreateCounter<long>("gdx.notification.webhooks", "{call}", "Calls of webhooks, by kind and outcome.");

    protected override async Task<bool> RoundAsync(CancellationToken ct)
    {
        await schema.Ready.WaitAsync(ct);
        using var round = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var lanes = Enumerable.Range(0, SideBySide).Select(_ => SendAllAsync(round.Token)).ToList();
        try
        {
            await await Task.WhenAny(lanes); // They end by an exception only; then all begin anew.
            return true;
        }
        finally
        {
            await round.CancelAsync();
            await ((Task)Task.WhenAll(lanes)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task SendAllAsync(CancellationToken ct)
    {
        while (true)
        {
            var next = signals.Next(DatabaseSignals.Work);
            if (!await SendNextAsync(ct))
            {
                await DatabaseSignals.WaitAsync(next, TimeSpan.FromSeconds(1), ct); // The shortest wait before another attempt.
            }
        }
    }

    private async Task<bool> SendNextAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<NotificationDb>();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var delivery = await db.WebhookDeliveries.FromSql($"""
            SELECT d.*, d.xmin FROM webhook_deliveries d JOIN webhook_lanes l ON l.webhook_id = d.webhook_id
            WHERE d.state = {(int)DeliveryState.Waiting} AND d.next_attempt_at <= {clock.GetUtcNow()}
            ORDER BY d.next_attempt_at LIMIT 1 FOR UPDATE OF d, l SKIP LOCKED
            """).SingleOrDefaultAsync(ct);
        if (delivery is null)
        {
            return false;
        }

        var parent = ActivityContext.TryParse(delivery.TraceParent, null, out var context) ? context : default;
        using var activity = Source.StartActivity("call webhook", ActivityKind.Producer, parent);
        activity?.SetTag("gdx.fact", Kinds.Name(delivery.Kind)).SetTag("gdx.attempt", delivery.Attempts + 1);
        var webhook = await db.Webhooks.AsNoTracking().SingleAsync(one => one.Id == delivery.WebhookId, ct);
        await AttemptAsync(delivery, webhook, scope.ServiceProvider, ct);
        if (delivery.LastError is { } why)
        {
            activity?.SetStatus(ActivityStatusCode.Error, why);
            Failed(delivery.Id, delivery.Attempts, why, delivery.State);
        }

        Calls.Add(1, new("kind", Kinds.Name(delivery.Kind)), new("outcome", delivery.State.ToString().ToLowerInvariant()));
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    private async Task AttemptAsync(WebhookDelivery delivery, Webhook webhook, IServiceProvider services, CancellationToken ct)
    {
        if (webhook.RemovedAt is not null)
        {
            delivery.Drop("The webhook has been removed.");
            return;
        }

        AgencyState state;
        try
        {
            state = (await services.GetRequiredService<Agencies.AgenciesClient>().GetAsync(new GetAgencyRequest { AgencyId = webhook.AgencyId.ToString() }, cancellationToken: ct)).State;
        }
        catch (Exception failure) when (!ct.IsCancellationRequested && failure is RpcException or HttpRequestException or OperationCanceledException)
        {
            delivery.Fail(TellFacts.Problem(failure), clock.GetUtcNow());
            return;
        }

        if (state != AgencyState.Active)
        {
            delivery.Drop("The agency is not active.");
            return;
        }

        var timestamp = clock.GetUtcNow().ToUnixTimeSeconds();
        var signature = secrets.Sign(webhook, delivery.MessageId, timestamp, delivery.Payload, clock.GetUtcNow());
        if (await caller.PostAsync(new Uri(webhook.Url), delivery.MessageId, timestamp, signature, delivery.Payload, ct) is { } why)
        {
            delivery.Fail(why, clock.GetUtcNow());
            return;
        }

        delivery.Succeed(clock.GetUtcNow());
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Webhook delivery {DeliveryId}, attempt {Attempt} failed: {Why}; now {State}.")]
    private partial void Failed(Guid deliveryId, int attempt, string why, DeliveryState state);
}
