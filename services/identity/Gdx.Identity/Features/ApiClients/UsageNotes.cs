using System.Collections.Concurrent;
using System.Net;
using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Data;
using Gdx.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

/// <summary>Somebody's last use of a client's secret (0: of a key).</summary>
public sealed record UseNote(Guid Client, int Generation, string Agent, DateTimeOffset At);

/// <summary>Wrong secrets since the last note, for one client (its id) or from one network address.</summary>
public sealed record GuessNote(string Target, long Count);

/// <summary>
/// What happened at this replica's token endpoint, written once a minute: last uses, and wrong secrets, of which the operator is told when they
/// pass what mistakes explain. The adapter's reports go the same way.
/// </summary>
public sealed partial class UsageNotes(IServiceScopeFactory scopes, SchemaState schema, TimeProvider clock, ILogger<UsageNotes> log) : RepeatedWork(log)
{
    // A program with a wrong secret that retries, or a person who tries; within the hour.
    private const int ExplainedOfClient = 20;

    // Many agencies may share one address of a government network.
    private const int ExplainedOfAddress = 100;
    private const int MostKept = 10_000; // Targets and uses between two writings; an attack from more is seen by those that fit.
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);
    private readonly ConcurrentDictionary<(Guid Client, int Generation, string Agent), DateTimeOffset> uses = new();
    private readonly ConcurrentDictionary<string, long> guesses = new();

    public void Used(Guid client, int generation, string agent)
    {
        var key = (client, generation, agent);
        if (uses.Count < MostKept || uses.ContainsKey(key))
        {
            uses[key] = clock.GetUtcNow();
        }
    }

    /// <summary>A wrong secret, for this client where its key is known.</summary>
    public void Guessed(Guid? client, IPAddress? address)
    {
        Count(client?.ToString());
        Count(address?.ToString());

        void Count(string? target)
        {
            if (target is not null && (guesses.Count < MostKept || guesses.ContainsKey(target)))
            {
                guesses.AddOrUpdate(target, 1, (_, count) => count + 1);
            }
        }
    }

    /// <inheritdoc/>
    protected override async Task<bool> RoundAsync(CancellationToken ct)
    {
        await schema.Ready.WaitAsync(ct);
        await Task.Delay(Every, clock, ct);
        await FlushAsync(ct);
        return true;
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (uses.IsEmpty && guesses.IsEmpty)
        {
            return;
        }

        try
        {
            await FlushAsync(cancellationToken);
        }
        catch (Exception exception)
        {
            NotWritten(exception.GetType().Name); // A minute's notes; no decision rests on them.
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The last uses of clients could not be written before the stop: {Fault}")]
    private partial void NotWritten(string fault);

    private async Task FlushAsync(CancellationToken ct)
    {
        var (now, used, guessed) = (clock.GetUtcNow(), uses.ToArray(), guesses.ToArray());
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<IdentityDb>();
        await WriteAsync(db, [.. used.Select(use => new UseNote(use.Key.Client, use.Key.Generation, use.Key.Agent, use.Value))], [.. guessed.Select(guess => new GuessNote(guess.Key, guess.Value))], now, ct);
        foreach (var use in used)
        {
            uses.TryRemove(use); // Only where it has not been used since.
        }

        foreach (var (target, count) in guessed)
        {
            if (!guesses.TryRemove(new(target, count)))
            {
                guesses.AddOrUpdate(target, 0, (_, more) => more - count);
            }
        }

        // Expired assertions cannot be replayed, and counts older than a day say nothing.
        await db.UsedAssertions.Where(assertion => assertion.ExpiresAt < now - Every).ExecuteDeleteAsync(ct);
        await db.SecretGuesses.Where(count => count.Since < now.AddDays(-1)).ExecuteDeleteAsync(ct);
    }

    /// <summary>Keeps the latest of each use, counts the guesses and tells of those that pass what mistakes explain: at most once an hour for each target, whichever replicas report.</summary>
    public static async Task WriteAsync(IdentityDb db, IReadOnlyCollection<UseNote> uses, IReadOnlyCollection<GuessNote> guesses, DateTimeOffset now, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (uses.Count > 0)
        {
            // In one order everywhere, so that two reports at once cannot wait for each other.
            UseNote[] rows = [.. uses.GroupBy(use => (use.Client, use.Generation, use.Agent)).Select(same => same.MaxBy(use => use.At)!).OrderBy(use => use.Client).ThenBy(use => use.Generation).ThenBy(use => use.Agent, StringComparer.Ordinal)];
            var (clients, generations, agents, times) = (rows.Select(use => use.Client).ToArray(), rows.Select(use => use.Generation).ToArray(), rows.Select(use => use.Agent).ToArray(),
                rows.Select(use => use.At < now ? use.At : now).ToArray());
            await db.Database.ExecuteSqlAsync($"""
                INSERT INTO api_client_uses (api_client_id, secret_generation, agent_id, last_used_at)
                SELECT client, generation, agent, at FROM unnest({clients}, {generations}, {agents}, {times}) AS u(client, generation, agent, at)
                WHERE EXISTS (SELECT FROM api_clients c WHERE c.id = client)
                ON CONFLICT (api_client_id, secret_generation, agent_id) DO UPDATE SET last_used_at = GREATEST(api_client_uses.last_used_at, excluded.last_used_at)
                """, ct);
        }

        if (guesses.Count > 0)
        {
            await CountAsync(db, guesses.GroupBy(guess => guess.Target).ToDictionary(same => same.Key, same => same.Sum(guess => guess.Count)), now, ct);
        }

        await transaction.CommitAsync(ct);
    }

    private static async Task CountAsync(IdentityDb db, Dictionary<string, long> guesses, DateTimeOffset now, CancellationToken ct)
    {
        string[] targets = [.. guesses.Keys.Order(StringComparer.Ordinal)];
        await db.Database.ExecuteSqlAsync($"INSERT INTO secret_guesses (target, count, since) SELECT target, 0, {now} FROM unnest({targets}) AS t(target) ON CONFLICT DO NOTHING", ct);
        var counts = await db.SecretGuesses.FromSql($"SELECT * FROM secret_guesses WHERE target = ANY({targets}) ORDER BY target FOR UPDATE").ToListAsync(ct);
        foreach (var counted in counts)
        {
            if (now - counted.Since >= Window)
            {
                (counted.Count, counted.Since) = (0, now);
            }

            counted.Count += guesses[counted.Target];
            Guid? client = Guid.TryParseExact(counted.Target, "D", out var id) ? id : null;
            if (counted.Count >= (client is null ? ExplainedOfAddress : ExplainedOfClient) && !(now - counted.ToldAt < Window))
            {
                counted.ToldAt = now;
                var alert = Guid.CreateVersion7(now);
                db.Publish(client ?? alert, new SecretGuessed { ApiClientId = client, AlertId = alert, At = now });
            }
        }

        await db.SaveChangesAsync(ct);
    }
}
