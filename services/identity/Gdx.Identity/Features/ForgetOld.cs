using System.Globalization;
using Gdx.Identity.Data;
using Gdx.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

/// <summary>How long rows are kept that nothing needs any more (<c>Gdx:Retention:SessionDays</c>, <c>:ClaimLinkDays</c>).</summary>
public sealed class KeepingTimes(IConfiguration settings)
{
    /// <summary>A quarter: whoever asks from where an account was used asks within weeks. A session itself lives twelve hours.</summary>
    public TimeSpan Sessions { get; } = Days(settings, "SessionDays", 90);

    /// <summary>A quarter after it was used or has expired: until then the page says which of the two, and not that it knows no such link.</summary>
    public TimeSpan ClaimLinks { get; } = Days(settings, "ClaimLinkDays", 90);

    // At least a week: claim links and sessions of a long weekend are still asked about.
    private static TimeSpan Days(IConfiguration settings, string name, int usual) => settings[$"Gdx:Retention:{name}"] is not { } text ? TimeSpan.FromDays(usual)
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days is >= 7 and <= 3650 ? TimeSpan.FromDays(days)
        : throw new InvalidOperationException($"Setting Gdx:Retention:{name} must be a number of days from 7 to 3650.");
}

/// <summary>
/// Every hour: deletes old sessions, claim links and proofs of numbers, a batch at a time, on one replica at a time. Assertions that were used and
/// counts of guesses go sooner (<see cref="UsageNotes"/>), begun sign-ins after a day (<see cref="ForgetStates"/>); what people did and decided stays.
/// </summary>
public sealed partial class ForgetOld(IServiceScopeFactory scopes, KeepingTimes keep, SchemaState schema, TimeProvider clock, ILogger<ForgetOld> log) : RepeatedWork(log)
{
    private const int Batch = 1000; // Rows of one statement: some milliseconds of locks, so that nobody who signs in waits for it.
    private const int Turn = 4948; // The advisory lock of whoever does it.
    private static readonly TimeSpan Every = TimeSpan.FromHours(1); // Days are counted; an hour of arrivals is few batches.
    private static readonly TimeSpan Proofs = TimeSpan.FromDays(1); // They live for minutes; a day lets an operator see that one was begun.

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
        var db = scope.ServiceProvider.GetRequiredService<IdentityDb>();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (!(await db.Database.SqlQuery<bool>($"SELECT pg_try_advisory_xact_lock({Turn}) AS \"Value\"").ToListAsync(ct))[0])
        {
            return false;
        }

        var now = clock.GetUtcNow();
        var (proofs, links, sessions) = (now - Proofs, now - keep.ClaimLinks, now - keep.Sessions);
        // Ids are UUIDv7: what is older than a moment comes first in the primary key, which so finds it without an index more.
        var (firstLink, firstSession) = (Guid.CreateVersion7(links), Guid.CreateVersion7(sessions));
        int[] deleted =
        [
            await db.IdentityProofs.Where(proof => proof.ExpiresAt < proofs).OrderBy(proof => proof.Id).Take(Batch).ExecuteDeleteAsync(ct),
            // One that is open and has not expired is never so old: it lives three days.
            await db.ClaimLinks.Where(link => link.Id < firstLink && link.ExpiresAt < links).OrderBy(link => link.Id).Take(Batch).ExecuteDeleteAsync(ct),
            await db.Sessions.Where(session => session.Id < firstSession && session.StartedAt < sessions && !db.IdentityProofs.Any(proof => proof.SessionId == session.Id))
                .OrderBy(session => session.Id).Take(Batch).ExecuteDeleteAsync(ct),
        ];
        await transaction.CommitAsync(ct);
        if (deleted.Sum() is > 0 and var count)
        {
            Forgot(count);
        }

        return deleted.Any(count => count == Batch);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} rows were older than they are kept, and are deleted.")]
    private partial void Forgot(int count);
}
