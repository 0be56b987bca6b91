using System.Collections.Concurrent;
using Gdx.ServiceDefaults;
using Npgsql;

namespace Gdx.LinkageAdapter.Evidence;

/// <summary>Counts callers that nobody knows, per minute and address, and writes the counts once a minute: an outsider gets a line per minute, not per call.</summary>
public sealed partial class RefusalCounts(NpgsqlDataSource source, SchemaState schema, TimeProvider clock, ILogger<RefusalCounts> log) : BackgroundService
{
    public const string UnknownClient = "client.unknown";
    public const string InactiveClient = "client.inactive";
    public const string RateExceeded = "rate.exceeded";

    private const int MostCallers = 1000; // Distinct callers in one flush; an attack from more is one line, "others".

    private ConcurrentDictionary<(DateTimeOffset Minute, string Reason, string Caller), long> counts = new();

    public void Count(string reason, string caller)
    {
        var now = clock.GetUtcNow();
        var minute = new DateTimeOffset(now.Ticks - (now.Ticks % TimeSpan.TicksPerMinute), TimeSpan.Zero);
        var current = counts;
        var key = (minute, reason, caller);
        if (current.Count >= MostCallers && !current.ContainsKey(key))
        {
            key.caller = "others";
        }

        current.AddOrUpdate(key, 1, (_, count) => count + 1);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await schema.Ready.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(1), clock);
        while (!stoppingToken.IsCancellationRequested)
        {
            Task tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
            await tick.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await FlushAsync(); // Also when the service stops.
        }
    }

    private async Task FlushAsync()
    {
        var full = Interlocked.Exchange(ref counts, new());
        if (full.IsEmpty)
        {
            return;
        }

        try
        {
            await using var command = source.CreateCommand("""
                INSERT INTO refused_callers (minute, reason, caller, count) SELECT * FROM unnest($1, $2, $3, $4)
                ON CONFLICT (minute, reason, caller) DO UPDATE SET count = refused_callers.count + excluded.count
                """);
            var rows = full.ToArray();
            command.Parameters.Add(new() { Value = rows.Select(row => row.Key.Minute).ToArray() });
            command.Parameters.Add(new() { Value = rows.Select(row => row.Key.Reason).ToArray() });
            command.Parameters.Add(new() { Value = rows.Select(row => row.Key.Caller).ToArray() });
            command.Parameters.Add(new() { Value = rows.Select(row => row.Value).ToArray() });
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (Exception exception)
        {
            // Numbers of strangers, not evidence: kept while they fit.
            NotWritten(exception.GetType().Name);
            foreach (var (key, count) in full)
            {
                if (counts.Count < MostCallers)
                {
                    counts.AddOrUpdate(key, count, (_, known) => known + count);
                }
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The counts of unknown callers could not be written, trying again in a minute: {Fault}")]
    private partial void NotWritten(string fault);
}
