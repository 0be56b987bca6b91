using System.Globalization;
using Gdx.Notification.Data;
using Gdx.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Notification.Features;

/// <summary>How long what was told is kept (<c>Gdx:Retention:InboxDays</c>, <c>:MailDays</c>, <c>:WebhookDays</c>, <c>:FactDays</c>).</summary>
public sealed class KeepingTimes(IConfiguration settings)
{
    /// <summary>A year: people look up when they were approved, and by whom, at the yearly review of rights.</summary>
    public TimeSpan Inbox { get; } = Days(settings, "InboxDays", 365);

    /// <summary>A quarter: whoever says that a mail never came says so within weeks.</summary>
    public TimeSpan Mails { get; } = Days(settings, "MailDays", 90);

    /// <summary>A quarter, as mails: an agency's system that has missed something has it replayed by then.</summary>
    public TimeSpan Webhooks { get; } = Days(settings, "WebhookDays", 90);

    /// <summary>A quarter: a fact is also what makes a repeated message the same one, and no broker repeats one after weeks.</summary>
    public TimeSpan Facts { get; } = Days(settings, "FactDays", 90);

    // At least a week: after a day what fails is parked, and over a long weekend nobody looks.
    private static TimeSpan Days(IConfiguration settings, string name, int usual) => settings[$"Gdx:Retention:{name}"] is not { } text ? TimeSpan.FromDays(usual)
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days is >= 7 and <= 3650 ? TimeSpan.FromDays(days)
        : throw new InvalidOperationException($"Setting Gdx:Retention:{name} must be a number of days from 7 to 3650.");
}

/// <summary>
/// Every hour: deletes what is older than <see cref="KeepingTimes"/>, a batch at a time, on one replica at a time. What waits stays, and what is
/// parked stays until an operator has resolved it.
/// </summary>
public sealed partial class ForgetOld(IServiceScopeFactory scopes, KeepingTimes keep, SchemaState schema, TimeProvider clock, ILogger<ForgetOld> log) : RepeatedWork(log)
{
    private const int Batch = 1000; // Rows of one statement: some milliseconds of locks, so that nobody who sends waits for it.
    private const int Turn = 4947; // The advisory lock of whoever does it.
    private static readonly TimeSpan Every = TimeSpan.FromHours(1); // Days are counted; an hour of arrivals is few batches.

    protected override async Task<bool> RoundAsync(CancellationToken ct)
    {
        await schema.Ready.WaitAsync(ct);
        while (await ForgetAsync(ct))
        {
        }

        await Task.Delay(Every, clock, ct);
        return true;
    }

    /// <summary>One batch of each kind; whether there may be more. The lock is the transaction's, so that a replica that dies leaves no turn behind.</summary>
    private async Task<bool> ForgetAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<NotificationDb>();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (!(await db.Database.SqlQuery<bool>($"SELECT pg_try_advisory_xact_lock({Turn}) AS \"Value\"").ToListAsync(ct))[0])
        {
            return false;
        }

        DeliveryState[] done = [DeliveryState.Sent, DeliveryState.Dropped];
        var (inbox, mails, webhooks, facts) = (Before(keep.Inbox), Before(keep.Mails), Before(keep.Webhooks), Before(keep.Facts));
        int[] deleted =
        [
            await db.Inbox.Where(item => item.Id < inbox).OrderBy(item => item.Id).Take(Batch).ExecuteDeleteAsync(ct),
            await db.Deliveries.Where(delivery => delivery.Id < mails && done.Contains(delivery.State)).OrderBy(delivery => delivery.Id).Take(Batch).ExecuteDeleteAsync(ct),
            await db.MailOffers.Where(offer => offer.DeliveryId < mails && !db.Deliveries.Any(delivery => delivery.Id == offer.DeliveryId)).OrderBy(offer => offer.DeliveryId).Take(Batch).ExecuteDeleteAsync(ct),
            await db.WebhookDeliveries.Where(delivery => delivery.Id < webhooks && done.Contains(delivery.State)).OrderBy(delivery => delivery.Id).Take(Batch).ExecuteDeleteAsync(ct),
            // A mail is written from its fact, so what still has one to be sent, or resent by an operator, stays.
            await db.Facts.Where(fact => fact.Id < facts && (fact.State == FactState.Told || fact.State == FactState.Dropped)
                && !db.Deliveries.Any(delivery => delivery.CausedBy == fact.Id) && !db.WebhookDeliveries.Any(delivery => delivery.CausedBy == fact.Id)).OrderBy(fact => fact.Id).Take(Batch).ExecuteDeleteAsync(ct),
        ];
        await transaction.CommitAsync(ct);
        if (deleted.Sum() is > 0 and var count)
        {
            Forgot(count);
        }

        return deleted.Any(count => count == Batch);
    }

    // Ids are UUIDv7: their order is the order of creation, so that the primary key finds the oldest without an index more.
    private Guid Before(TimeSpan age) => Guid.CreateVersion7(clock.GetUtcNow() - age);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} rows were older than they are kept, and are deleted.")]
    private partial void Forgot(int count);
}
