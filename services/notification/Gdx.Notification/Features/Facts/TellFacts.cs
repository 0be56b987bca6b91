using System.Diagnostics;
using System.Text.Json;
using Gdx.Identity.Contracts.V1;
using Gdx.Notification.Data;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Notification.Features;

/// <summary>
/// Asks Identity whom a fact concerns and makes of it, in one commit: a mail for every recipient with an address, a message in the inbox of every
/// person, a delivery to every webhook of the agency that asked for this kind.
/// </summary>
public sealed partial class TellFacts(IServiceScopeFactory scopes, Texts texts, DatabaseSignals signals, SchemaState schema, TimeProvider clock, ILogger<TellFacts> log) : RepeatedWork(log)
{
    private static readonly ActivitySource Source = new("Gdx.Notification");

    protected override async Task<bool> RoundAsync(CancellationToken ct)
    {
        await schema.Ready.WaitAsync(ct);
        var next = signals.Next(DatabaseSignals.Work);
        if (!await TellNextAsync(ct))
        {
            await DatabaseSignals.WaitAsync(next, TimeSpan.FromSeconds(1), ct); // The shortest wait before another attempt.
        }

        return true;
    }

    private async Task<bool> TellNextAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<NotificationDb>();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var fact = await db.Facts.FromSql($"""
            SELECT *, xmin FROM facts WHERE state = {(int)FactState.Waiting} AND next_attempt_at <= {clock.GetUtcNow()}
            ORDER BY next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED
            """).SingleOrDefaultAsync(ct);
        if (fact is null)
        {
            return false;
        }

        var parent = ActivityContext.TryParse(fact.TraceParent, null, out var context) ? context : default;
        using var activity = Source.StartActivity("tell fact", ActivityKind.Internal, parent);
        var kind = Kinds.Name(fact.Kind);
        activity?.SetTag("gdx.fact", kind);
        try
        {
            var notice = await scope.ServiceProvider.GetRequiredService<Notices.NoticesClient>().GetAsync(Question(fact), cancellationToken: ct);
            await TellAsync(db, fact, notice, ct);
            fact.Tell();
            Told(fact.Id, kind, notice.Recipients.Count);
        }
        catch (RpcException gone) when (gone.StatusCode == StatusCode.NotFound)
        {
            fact.Drop("What it was about does not exist.");
            Dropped(fact.Id);
        }
        catch (Exception failure) when (!ct.IsCancellationRequested && failure is RpcException or HttpRequestException or OperationCanceledException or TemplateException)
        {
            db.ChangeTracker.Entries().Where(entry => entry.State == EntityState.Added).ToList().ForEach(entry => entry.State = EntityState.Detached);
            var why = Problem(failure);
            activity?.SetStatus(ActivityStatusCode.Error, why);
            fact.Fail(why, clock.GetUtcNow());
            Failed(fact.Id, fact.Attempts, why, fact.State);
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    /// <summary>What to ask Identity about a fact.</summary>
    public static GetNoticeRequest Question(Fact fact)
    {
        var question = fact.Question is { } named ? GetNoticeRequest.Parser.ParseJson(named) : new();
        (question.Kind, question.AboutId, question.PersonId) = (fact.Kind, fact.AboutId?.ToString() ?? "", fact.PersonId?.ToString() ?? "");
        return question;
    }

    /// <summary>What a text about the fact may name: what the event said and what Identity adds.</summary>
    public static Dictionary<string, object> Values(Fact fact, Notice notice)
    {
        var values = new Dictionary<string, object>();
        foreach (var (name, value) in JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(fact.Values)!)
        {
            values[name] = name.EndsWith("_at", StringComparison.Ordinal) ? value.GetDateTimeOffset() : value.ToString();
        }

        if (fact.Kind == NoticeKind.GrantRevoked)
        {
            values.TryAdd("dataset_id", "-"); // Facts of before did not name it.
        }

        foreach (var (name, value) in notice.Values)
        {
            values[name] = value;
        }

        foreach (var (name, time) in notice.Times)
        {
            values[name] = time.ToDateTimeOffset();
        }

        return values;
    }

    /// <summary>Why Identity could not be asked; the kind only.</summary>
    public static string Problem(Exception failure) => failure switch
    {
        RpcException rpc => $"Identity: {rpc.StatusCode}",
        TemplateException template => template.Message,
        _ => failure.GetType().Name,
    };

    private async Task TellAsync(NotificationDb db, Fact fact, Notice notice, CancellationToken ct)
    {
        var (now, values) = (clock.GetUtcNow(), Values(fact, notice));
        var addresses = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var recipient in notice.Recipients)
        {
            var template = Kinds.Template(fact.Kind, recipient.Audience, fact.AboutId);
            Guid? person = Guid.TryParse(recipient.PersonId, out var id) ? id : null;
            if (recipient.Email.Length > 0 && addresses.Add(recipient.Email)) // An admin who is also the key contact gets one mail.
            {
                db.Deliveries.Add(new Delivery
                {
                    Id = Guid.CreateVersion7(now),
                    CausedBy = fact.Id,
                    Recipient = recipient.Key,
                    PersonId = person,
                    Template = template,
                    AboutId = fact.AboutId,
                    CreatedAt = now,
                    TryingSince = now,
                    NextAttemptAt = now,
                    TraceParent = fact.TraceParent,
                });
            }

            if (person is { } owner && template != MailConsumerKeyConsumer.Template) // The link to a secret is in the mail and nowhere else.
            {
                var (thai, english) = (texts.Render(template, Language.Thai, values), texts.Render(template, Language.English, values));
                db.Inbox.Add(new InboxItem
                {
                    Id = Guid.CreateVersion7(now),
                    CausedBy = fact.Id,
                    PersonId = owner,
                    Template = template,
                    AboutId = fact.AboutId,
                    // Identity answers no numbers; names and reasons were typed by people.
                    TitleTh = Redaction.Numbers(thai.Subject),
                    TitleEn = Redaction.Numbers(english.Subject),
                    TextTh = Redaction.Numbers(thai.Plain),
                    TextEn = Redaction.Numbers(english.Plain),
                    CreatedAt = now,
                });
            }
        }

        // Of whoever the fact belongs to, and of the other agencies that it names.
        foreach (var named in Question(fact).Circles.Select(circle => circle.AgencyId).Prepend(notice.AgencyId).Distinct())
        {
            if (Guid.TryParse(named, out var agency) && Kinds.OfAgencies.Contains(fact.Kind))
            {
                await TellSystemsAsync(db, fact, agency, now, ct);
            }
        }
    }

    private static async Task TellSystemsAsync(NotificationDb db, Fact fact, Guid agency, DateTimeOffset now, CancellationToken ct)
    {
        var webhooks = await db.Webhooks.AsNoTracking().Where(webhook => webhook.AgencyId == agency && webhook.RemovedAt == null).ToListAsync(ct);
        db.WebhookDeliveries.AddRange(webhooks.Where(webhook => webhook.Kinds.Contains(fact.Kind)).Select(webhook => new WebhookDelivery
        {
            Id = Guid.CreateVersion7(now),
            WebhookId = webhook.Id,
            CausedBy = fact.Id,
            Kind = fact.Kind,
            Payload = JsonSerializer.Serialize(new { type = Kinds.Name(fact.Kind), timestamp = fact.OccurredAt.UtcDateTime, data = new { id = fact.AboutId, agencyId = agency } }),
            CreatedAt = now,
            TryingSince = now,
            NextAttemptAt = now,
            TraceParent = fact.TraceParent,
        }));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Fact {FactId} ({Kind}) concerns {Count} recipients.")]
    private partial void Told(Guid factId, string kind, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Fact {FactId} is dropped: what it was about does not exist.")]
    private partial void Dropped(Guid factId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Fact {FactId}, attempt {Attempt} failed: {Why}; now {State}.")]
    private partial void Failed(Guid factId, int attempt, string why, FactState state);
}
