using System.Diagnostics;
using System.Diagnostics.Metrics;
using Gdx.Identity.Contracts.V1;
using Gdx.Notification.Data;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using MimeKit;

namespace Gdx.Notification.Features;

/// <summary>
/// Sends what waits, oldest first. Any number of replicas share the work: each holds the row it sends. At most one mail goes out: before the text goes
/// to the server a <see cref="MailOffer"/> is committed, and an offer without an outcome (the process or its database died between the offer and the commit
/// of the server's answer) parks the mail for an operator, who can look into the mail server's log for its Message-ID and send it again.
/// </summary>
public sealed partial class SendDeliveries(IServiceScopeFactory scopes, MailServer mail, MailSettings settings, Texts texts, DatabaseSignals signals, SchemaState schema, TimeProvider clock, ILogger<SendDeliveries> log) : BackgroundService
{
    public const string OutcomeUnknown = "Outcome unknown: cut off while the mail server took it";
    private const int SideBySide = 4; // So that one mail for which the server takes its time holds up no other.
    private static readonly ActivitySource Source = new("Gdx.Notification");
    private static readonly Counter<long> Mails = new Meter("Gdx.Notification").CreateCounter<long>("gdx.notification.mails", "{mail}", "Attempts to send a mail, by template and outcome.");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await schema.Ready.WaitAsync(stoppingToken);
        await Task.WhenAll(Enumerable.Range(0, SideBySide).Select(_ => SendAllAsync(stoppingToken)));
    }

    private async Task SendAllAsync(CancellationToken stoppingToken)
    {
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
        if (await db.MailOffers.AnyAsync(offer => offer.DeliveryId == delivery.Id && offer.Attempt > delivery.Attempts, ct))
        {
            delivery.Park(OutcomeUnknown);
        }
        else
        {
            await AttemptAsync(delivery, db, scope.ServiceProvider, ct);
        }

        if (delivery.State is DeliveryState.Sent or DeliveryState.Dropped)
        {
            Done(delivery.Id, delivery.Template, delivery.State);
        }
        else
        {
            activity?.SetStatus(ActivityStatusCode.Error, delivery.LastError);
            Failed(delivery.Id, delivery.Attempts, delivery.LastError, delivery.State);
        }

        Mails.Add(1, new("template", delivery.Template), new("outcome", delivery.State.ToString().ToLowerInvariant()));
        await db.SaveChangesAsync(CancellationToken.None); // Whatever stops meanwhile: an outcome that is known is kept.
        await transaction.CommitAsync(CancellationToken.None);
        return true;
    }

    private async Task AttemptAsync(Delivery delivery, NotificationDb db, IServiceProvider services, CancellationToken ct)
    {
        if (await db.Facts.AsNoTracking().SingleOrDefaultAsync(one => one.Id == delivery.CausedBy, ct) is not { } fact)
        {
            delivery.Drop("It was queued before facts were kept."); // By version 1; its client can be renewed.
            return;
        }

        MimeMessage message;
        try
        {
            var (address, values) = delivery.Template == MailConsumerKeyConsumer.Template ? await ClaimLinkAsync(services, fact, ct) : await RecipientAsync(services, fact, delivery.Recipient, ct);
            if (address.Length == 0)
            {
                delivery.Drop("The recipient no longer is one, or has no address.");
                return;
            }

            message = Write(delivery, address, texts.RenderMail(delivery.Template, values));
        }
        catch (RpcException gone) when (gone.StatusCode is StatusCode.FailedPrecondition or StatusCode.NotFound)
        {
            delivery.Drop("What it was about is gone.");
            return;
        }
        catch (TemplateException hole)
        {
            delivery.Park(hole.Message); // A bug: trying again would not help.
            return;
        }
        catch (Exception failure) when (!ct.IsCancellationRequested && failure is RpcException or HttpRequestException or OperationCanceledException)
        {
            delivery.Fail(TellFacts.Problem(failure), clock.GetUtcNow());
            return;
        }
        catch (ParseException)
        {
            delivery.Park("The recipient's address is not one."); // Its text may repeat the address.
            return;
        }

        var (outcome, why) = await mail.SendAsync(message, () => OfferAsync(delivery), ct);
        switch (outcome)
        {
            case MailOutcome.Accepted:
                delivery.Succeed(clock.GetUtcNow());
                break;
            case MailOutcome.Refused:
                delivery.Park(why);
                break;
            case MailOutcome.TryLater:
                delivery.Fail(why, clock.GetUtcNow());
                break;
            default:
                delivery.Park($"{OutcomeUnknown} ({why})");
                break;
        }
    }

    /// <summary>Commits, beside the transaction that holds the delivery, that its text goes to the server now.</summary>
    private async Task OfferAsync(Delivery delivery)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<NotificationDb>();
        db.MailOffers.Add(new() { DeliveryId = delivery.Id, Attempt = delivery.Attempts + 1, At = clock.GetUtcNow() });
        await db.SaveChangesAsync(CancellationToken.None);
    }

    private static async Task<(string Address, Dictionary<string, object> Values)> ClaimLinkAsync(IServiceProvider services, Fact fact, CancellationToken ct)
    {
        var link = await services.GetRequiredService<ApiClients.ApiClientsClient>().IssueClaimLinkAsync(new IssueClaimLinkRequest { ApiClientId = fact.AboutId.ToString() }, cancellationToken: ct);
        return (link.ContactEmail, new()
        {
            ["agency_name_th"] = link.AgencyNameTh,
            ["agency_name_en"] = link.AgencyNameEn,
            ["consumer_key"] = link.ConsumerKey,
            ["claim_url"] = link.Url,
            ["claim_until_at"] = link.ExpiresAt.ToDateTimeOffset(),
        });
    }

    /// <summary>The address as it is now: who has stopped being an admin is told nothing more.</summary>
    private static async Task<(string Address, Dictionary<string, object> Values)> RecipientAsync(IServiceProvider services, Fact fact, string key, CancellationToken ct)
    {
        var notice = await services.GetRequiredService<Notices.NoticesClient>().GetAsync(TellFacts.Question(fact), cancellationToken: ct);
        return (notice.Recipients.FirstOrDefault(recipient => recipient.Key == key)?.Email ?? "", TellFacts.Values(fact, notice));
    }

    /// <summary>The mail; its Message-ID is the same for every attempt of one delivery.</summary>
    private MimeMessage Write(Delivery delivery, string address, MailText text)
    {
        var from = MailboxAddress.Parse(settings.From);
        var message = new MimeMessage
        {
            MessageId = $"{delivery.Id:N}@{from.Domain}",
            Subject = text.Subject,
            Body = new BodyBuilder { TextBody = text.Plain, HtmlBody = text.Html }.ToMessageBody(),
        };
        message.From.Add(from);
        message.To.Add(MailboxAddress.Parse(address));
        message.Headers.Add("Auto-Submitted", "auto-generated");
        return message;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Delivery {DeliveryId} ({Template}) is {State}.")]
    private partial void Done(Guid deliveryId, string template, DeliveryState state);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Delivery {DeliveryId}, attempt {Attempt} failed: {Why}; now {State}.")]
    private partial void Failed(Guid deliveryId, int attempt, string? why, DeliveryState state);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Sending mails was interrupted, trying again in 1 s: {Why}")]
    private partial void Interrupted(string why);
}
