using System.Diagnostics.Metrics;
using Gdx.LinkageAdapter.Budgets;
using Gdx.LinkageAdapter.Data;
using Npgsql;
using NpgsqlTypes;
using OpenTelemetry;

namespace Gdx.LinkageAdapter.Evidence;

/// <summary>Whether an entry is durable, and what budget its call overshot: then it was written as denied.</summary>
public readonly record struct Appended(bool IsWritten, BudgetRefusal? Refusal);

/// <summary>
/// Writes evidence before answers leave. One writer takes everything that queued while the last commit was under way and writes it with
/// one COPY, which is one transaction: many calls share the cost of one flush to disk. Budgets are charged in that transaction.
/// </summary>
public sealed partial class EvidenceWriter(NpgsqlDataSource source, BudgetBook budgets, TimeProvider clock, ILogger<EvidenceWriter> log) : BackgroundService
{
    // At 5 000 calls per second almost a second of a stalled disk, and about 4 MB; beyond it calls are refused at once instead of piling up.
    private const int MostWaiting = 4096;

    private static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(5); // A commit takes milliseconds; past this the answer is withheld.

    private const string Copy = """
        COPY evidence (entry_id, at, agency_id, client_id, agent_id, channel, dataset_id, dataset_version, fields, purpose, "case",
            outcome, decision, decisions_version, grant_id, answer_status, source_status, total_ms, source_ms, trace_id, subject_hash)
        FROM STDIN (FORMAT BINARY)
        """;

    private static readonly Histogram<int> BatchSize = AdapterTelemetry.Meter.CreateHistogram<int>("gdx.evidence.batch", "{entry}", "Entries per commit.");

    private readonly Lock gate = new();
    private readonly SemaphoreSlim wake = new(0);
    private Batch filling = new();
    private NpgsqlConnection? connection;
    private bool stopping;

    /// <summary>Completes when the entry is durable, or cannot be made so: then the answer must not leave.</summary>
    public async ValueTask<Appended> AppendAsync(EvidenceEntry entry)
    {
        Task<BudgetRefusal?[]?> written;
        int place;
        lock (gate)
        {
            if (filling.Entries.Count >= MostWaiting || stopping)
            {
                return default;
            }

            place = filling.Entries.Count;
            filling.Entries.Add(entry);
            if (place == 0)
            {
                wake.Release();
            }

            written = filling.Written.Task;
        }

        return await written is { } refusals ? new(true, refusals[place]) : default;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Many calls share a batch, so no call's trace has room for it; each has its own span for the wait.
        using var untraced = SuppressInstrumentationScope.Begin();
        // Not ended by the token alone: what has queued is written first.
        while (!stopping || filling.Entries.Count > 0)
        {
            await wake.WaitAsync(CancellationToken.None);
            Batch batch;
            lock (gate)
            {
                (batch, filling) = (filling, new());
            }

            if (batch.Entries.Count > 0)
            {
                batch.Written.SetResult(await WriteAsync(batch.Entries));
            }
        }
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        // The web server has stopped by now: nobody appends any more.
        lock (gate)
        {
            stopping = true;
            wake.Release();
        }

        await base.StopAsync(cancellationToken);
        if (connection is not null)
        {
            await connection.DisposeAsync();
        }
    }

    /// <summary>What overshot its budget, entry by entry; null where nothing could be written.</summary>
    private async Task<BudgetRefusal?[]?> WriteAsync(List<EvidenceEntry> entries)
    {
        BatchSize.Record(entries.Count);
        using var patience = new CancellationTokenSource(WriteTimeout);
        BudgetRefusal?[]? first = null;
        for (var attempt = 1; ; attempt++)
        {
            var refusals = new BudgetRefusal?[entries.Count];
            try
            {
                await CommitAsync(entries, refusals, () => first ??= refusals, patience.Token);
                return refusals;
            }
            catch (PostgresException exception) when (attempt > 1 && exception.SqlState == PostgresErrorCodes.UniqueViolation)
            {
                return first; // The first attempt did commit; only its confirmation was lost. A transaction commits whole or not at all.
            }
            catch (Exception exception)
            {
                if (connection is not null)
                {
                    await connection.DisposeAsync();
                    connection = null;
                }

                // A restarted database leaves a dead connection behind: one fresh one is tried. Entries of a wrong shape would fail again.
                if (attempt == 2 || exception is PostgresException { IsTransient: false } || patience.IsCancellationRequested)
                {
                    NotWritten(entries.Count, exception.GetType().Name, exception is PostgresException postgres ? postgres.SqlState : "");
                    return null;
                }
            }
        }
    }

    private async Task CommitAsync(List<EvidenceEntry> entries, BudgetRefusal?[] refusals, Action decided, CancellationToken ct)
    {
        connection ??= await source.OpenConnectionAsync(ct);
        var charged = entries.Where(entry => entry.Charges.Count > 0).Select(entry => (entry.Charges, entry.SubjectHash)).ToList();
        if (charged.Count == 0)
        {
            decided();
            await CopyAsync(connection, entries, refusals, ct);
            return;
        }

        var day = BudgetBook.DayOf(clock.GetUtcNow()); // The day on which the answers leave.
        var charge = new BudgetCharge(day);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await charge.ReadAsync(connection, transaction, charged, ct);
        for (var place = 0; place < entries.Count; place++)
        {
            refusals[place] = entries[place].Charges.Count > 0 ? charge.Add(entries[place].Charges, entries[place].SubjectHash) : null;
        }

        await charge.WriteAsync(connection, transaction, ct);
        await CopyAsync(connection, entries, refusals, ct);
        decided();
        await transaction.CommitAsync(ct);
        budgets.Committed(day, charge.Totals);
    }

    private static async Task CopyAsync(NpgsqlConnection connection, List<EvidenceEntry> entries, BudgetRefusal?[] refusals, CancellationToken ct)
    {
        await using var copy = await connection.BeginBinaryImportAsync(Copy, ct);
        foreach (var (place, entry) in entries.Index())
        {
            var refusal = refusals[place];
            await copy.StartRowAsync(ct);
            await copy.WriteAsync(entry.EntryId, NpgsqlDbType.Uuid, ct);
            await copy.WriteAsync(entry.At, NpgsqlDbType.TimestampTz, ct);
            await copy.WriteAsync(entry.AgencyId, NpgsqlDbType.Uuid, ct);
            await copy.WriteAsync(entry.ClientId, NpgsqlDbType.Uuid, ct);
            await Text(entry.AgentId);
            await Text(entry.Channel);
            await Text(entry.DatasetId);
            await Text(entry.DatasetVersion);
            await copy.WriteAsync(refusal is not null ? [] : entry.Fields as string[] ?? [.. entry.Fields], NpgsqlDbType.Array | NpgsqlDbType.Text, ct);
            await Text(entry.Purpose);
            await Text(entry.Case);
            await Text(refusal is null ? entry.Outcome : "denied");
            await Text(refusal is null ? entry.Decision : refusal.Code);
            await Text(entry.DecisionsVersion);
            await Value(entry.GrantId, NpgsqlDbType.Uuid);
            await copy.WriteAsync(refusal is null ? entry.AnswerStatus : (short)429, NpgsqlDbType.Smallint, ct);
            await Value(entry.SourceStatus, NpgsqlDbType.Smallint);
            await copy.WriteAsync(entry.TotalMs, NpgsqlDbType.Real, ct);
            await Value(entry.SourceMs, NpgsqlDbType.Real);
            await Text(entry.TraceId);
            await (entry.SubjectHash is { } hash ? copy.WriteAsync(hash, NpgsqlDbType.Bytea, ct) : copy.WriteNullAsync(ct));
        }

        await copy.CompleteAsync(ct);

        Task Text(string? text) => text is null ? copy.WriteNullAsync(ct) : copy.WriteAsync(text, NpgsqlDbType.Text, ct);
        Task Value<T>(T? value, NpgsqlDbType type)
            where T : struct => value is { } known ? copy.WriteAsync(known, type, ct) : copy.WriteNullAsync(ct);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Count} entries of evidence could not be written ({Fault} {SqlState}): their answers are withheld.")]
    private partial void NotWritten(int count, string fault, string sqlState);

    private sealed class Batch
    {
        public List<EvidenceEntry> Entries { get; } = [];

        public TaskCompletionSource<BudgetRefusal?[]?> Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
