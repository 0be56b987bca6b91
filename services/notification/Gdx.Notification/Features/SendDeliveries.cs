using System.Diagnostics;
using System.Diagnostics.Metrics;
using Gdx.Identity.Contracts.V1;
using Gdx.Notification.Data;
using Gdx.ServiceDefaults;
using Grpc.Core;
using MailKit;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Notification.Features;

/// <summary>
/// Sends what waits, oldest first. Any number of replicas share the work: each holds the row it sends. A crash between the mail
/// server's answer and the commit sends a mail again, with the same Message-ID.
/// </summary>
public sealed partial class SendDeliveries(IServiceScopeFactory scopes, MailServer mail, DatabaseSignals signals, SchemaState schema, TimeProvider clock, ILogger<SendDeliveries> log) : BackgroundService
{
    private static readonly ActivitySource Source = new("Gdx.Notification");
    private static readonly Counter<long> Mails = new Meter("Gdx.Notification").CreateCounter<long>("gdx.notification.mails", "{mail}", "Attempts to send a mail, by template and outcome.");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await schema.Ready.WaitAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            var next = signals.Next(DatabaseSignals.Work);
            try
            {
                if (!await SendNextAsync(stoppingToken))
                {
                    await DatabaseSignals.WaitAsync(next, TimeSpan.FromSeconds(1), stoppingToken); // The shortest wait before another attempt.
                }
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                Interrupted(exception.GetType().Name);
                await Task.Delay(TimeSpan.FromSeconds(1), stoppingToken);
            }
        }
    }

    private async Task<bool> SendNextAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<NotificationDb>();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var delivery = await db.Deliveries.FromSql($"""
            SELECT *, xmin FROM deliveries WHERE state = {(int)DeliveryState.Waiting} AND next_attempt_at <= {clock.GetUtcNow()}
            ORDER BY next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED
            """).SingleOrDefaultAsync(ct);
        if (delivery is null)
        {
            return false;
        }

        var parent = ActivityContext.TryParse(delivery.TraceParent, null, out var context) ? context : default;
        using var activity = Source.StartActivity("send mail", ActivityKind.Producer, parent);
        activity?.SetTag("gdx.template", delivery.Template).SetTag("gdx.attempt", delivery.Attempts + 1);
        await AttemptAsync(delivery, scope.ServiceProvider.GetRequiredService<ApiClients.ApiClientsClient>(), activity, ct);
        Mails.Add(1, new("template", delivery.Template), new("outcome", delivery.State.ToString().ToLowerInvariant()));
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    private async Task AttemptAsync(Delivery delivery, ApiClients.ApiClientsClient clients, Activity? activity, CancellationToken ct)
    {
        try
        {
            var link = await clients.IssueClaimLinkAsync(new IssueClaimLinkRequest { ApiClientId = delivery.AboutId.ToString() }, cancellationToken: ct);
            await mail.SendAsync(ConsumerKeyMail.Write(delivery.Id, link), ct);
            delivery.Succeed(clock.GetUtcNow());
            Sent(delivery.Id, delivery.Template);
        }
        catch (RpcException gone) when (gone.StatusCode is StatusCode.FailedPrecondition or StatusCode.NotFound)
        {
            delivery.Drop("Nothing is left to claim.");
            Dropped(delivery.Id);
        }
        catch (Exception failure) when (!ct.IsCancellationRequested && IsOutage(failure))
        {
            // The kind only: a mail server's text may repeat the address.
            var why = failure is RpcException rpc ? $"Identity: {rpc.StatusCode}" : failure.GetType().Name;
            activity?.SetStatus(ActivityStatusCode.Error, why);
            delivery.Fail(why, clock.GetUtcNow());
            Failed(delivery.Id, delivery.Attempts, why, delivery.State);
        }
    }

    private static bool IsOutage(Exception failure) => failure is RpcException or HttpRequestException or ProtocolException or CommandException
        or ServiceNotConnectedException or ServiceNotAuthenticatedException or MailKit.Security.SslHandshakeException or NotSupportedException
        or IOException or System.Net.Sockets.SocketException or TimeoutException or OperationCanceledException;

    [LoggerMessage(Level = LogLevel.Information, Message = "Delivery {DeliveryId} ({Template}) was sent.")]
    private partial void Sent(Guid deliveryId, string template);

    [LoggerMessage(Level = LogLevel.Information, Message = "Delivery {DeliveryId} is dropped: nothing is left to claim.")]
    private partial void Dropped(Guid deliveryId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Delivery {DeliveryId}, attempt {Attempt} failed: {Why}; now {State}.")]
    private partial void Failed(Guid deliveryId, int attempt, string why, DeliveryState state);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Sending mails was interrupted, trying again in 1 s: {Why}")]
    private partial void Interrupted(string why);
}
