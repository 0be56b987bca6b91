using System.Collections.Concurrent;
using Gdx.Numbers;
using Npgsql;
using NpgsqlTypes;

namespace Gdx.LinkageAdapter.Budgets;

/// <summary>
/// Refuses before the source is asked what is known to be used up. What it knows comes from this replica's last commits, so it may know too little,
/// never too much: the commit of the evidence decides (<see cref="BudgetCharge"/>). Also drops the counters of days gone by.
/// </summary>
public sealed partial class BudgetBook(NpgsqlDataSource source, TimeProvider clock, ILogger<BudgetBook> log) : BackgroundService
{
    private const int DaysKept = 8; // Only today counts; a week shows an operator how budgets were used.
    private static readonly TimeSpan CleanUpEvery = TimeSpan.FromHours(1); // A day's rows at most wait an hour longer.

    private readonly ConcurrentDictionary<Guid, Known> totals = new();
    private readonly ConcurrentDictionary<Guid, Bucket> buckets = new();

    /// <summary>The Thai day that budgets count in.</summary>
    public static DateOnly DayOf(DateTimeOffset at) => WorkingDays.DayOf(at);

    /// <summary>Seconds until the next Thai day begins.</summary>
    public static int SecondsLeft(DateTimeOffset at)
    {
        var thai = at.ToOffset(TimeSpan.FromHours(7));
        return (int)Math.Ceiling((thai.Date.AddDays(1) - thai.DateTime).TotalSeconds);
    }

    /// <summary>What a committed batch has brought the budgets to.</summary>
    public void Committed(DateOnly day, IEnumerable<(Guid Scope, long Calls, long Subjects)> now)
    {
        foreach (var (scope, calls, subjects) in now)
        {
            totals[scope] = new(day, calls, subjects);
        }
    }

    /// <summary>Whether a call fits into every budget as far as is known here; null where it does.</summary>
    public async ValueTask<BudgetRefusal?> RefuseAsync(IReadOnlyList<BudgetLine> lines, byte[]? subject)
    {
        var day = DayOf(clock.GetUtcNow());
        foreach (var line in lines)
        {
            if (line.CallsPerSecond is { } rate && !buckets.GetOrAdd(line.Scope, static _ => new()).TryTake(rate, clock.GetTimestamp(), clock.TimestampFrequency))
            {
                return BudgetRefusal.Rate;
            }

            if (!totals.TryGetValue(line.Scope, out var known) || known.Day != day)
            {
                continue;
            }

            if (known.Calls >= line.CallsPerDay)
            {
                return BudgetRefusal.Of(line, calls: true);
            }

            if (subject is not null && known.Subjects >= line.SubjectsPerDay && !await IsCountedAsync(line.Scope, day, subject))
            {
                return BudgetRefusal.Of(line, calls: false);
            }
        }

        return null;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(CleanUpEvery, clock);
        do
        {
            try
            {
                await CleanUpAsync(stoppingToken);
            }
            catch (NpgsqlException away)
            {
                NotCleaned(away.SqlState ?? away.GetType().Name);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Deletes the counters of days long gone. Safe to run on every replica.</summary>
    public async Task CleanUpAsync(CancellationToken ct)
    {
        var today = DayOf(clock.GetUtcNow());
        await using var batch = source.CreateBatch();
        foreach (var table in new[] { "budget_subject", "budget_use" })
        {
            batch.BatchCommands.Add(new($"DELETE FROM {table} WHERE day < $1") { Parameters = { new() { Value = today.AddDays(-DaysKept) } } });
        }

        await batch.ExecuteNonQueryAsync(ct);
        foreach (var (scope, known) in totals)
        {
            if (known.Day < today)
            {
                totals.TryRemove(scope, out _);
            }
        }
    }

    // Only where the number of persons is used up: who was looked up already may be looked up again.
    private async ValueTask<bool> IsCountedAsync(Guid scope, DateOnly day, byte[] subject)
    {
        await using var command = source.CreateCommand("SELECT EXISTS (SELECT FROM budget_subject WHERE scope = $1 AND day = $2 AND subject_hash = $3)");
        command.Parameters.Add(new() { Value = scope });
        command.Parameters.Add(new() { Value = day });
        command.Parameters.Add(new() { Value = subject, NpgsqlDbType = NpgsqlDbType.Bytea });
        try
        {
            return await command.ExecuteScalarAsync() is true;
        }
        catch (NpgsqlException)
        {
            return true; // This is only a glance ahead: the commit decides, and where the database is away it withholds the answer and says so.
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old budget counters could not be dropped ({Fault}); the next hour tries again.")]
    private partial void NotCleaned(string fault);

    private sealed record Known(DateOnly Day, long Calls, long Subjects);

    /// <summary>A token bucket of one second's calls, filled evenly; of this replica alone.</summary>
    private sealed class Bucket
    {
        private readonly Lock gate = new();
        private double tokens = double.MaxValue;
        private long filledAt;

        public bool TryTake(int perSecond, long now, long frequency)
        {
            lock (gate)
            {
                tokens = Math.Min(perSecond, tokens + ((now - filledAt) * (double)perSecond / frequency));
                filledAt = now;
                if (tokens < 1)
                {
                    return false;
                }

                tokens--;
                return true;
            }
        }
    }
}
