using Npgsql;
using NpgsqlTypes;

namespace Gdx.LinkageAdapter.Budgets;

/// <summary>
/// Charges the calls of one batch of evidence to their budgets, in the transaction that writes the evidence: the rows of the counters are locked
/// first, in one order for all replicas, then read, so that what fits is decided exactly once. What overshoots is not counted.
/// </summary>
public sealed class BudgetCharge(DateOnly day)
{
    private readonly Dictionary<Guid, Counter> counters = [];

    /// <summary>The totals as they will be once the transaction commits.</summary>
    public IEnumerable<(Guid Scope, long Calls, long Subjects)> Totals => counters.Select(counter => (counter.Key, counter.Value.Calls, counter.Value.Subjects));

    /// <summary>Locks and reads the counters that these calls touch, and which of their subjects are counted already.</summary>
    public async Task ReadAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, IReadOnlyList<(IReadOnlyList<BudgetLine> Lines, byte[]? Subject)> calls, CancellationToken ct)
    {
        var scopes = calls.SelectMany(call => call.Lines).Select(line => line.Scope).Distinct().Order().ToArray();
        var pairs = calls.Where(call => call.Subject is not null).SelectMany(call => call.Lines.Select(line => (line.Scope, call.Subject))).ToList();
        await using var batch = new NpgsqlBatch(connection, transaction)
        {
            BatchCommands =
            {
                new("""
                    INSERT INTO budget_use (scope, day, calls, subjects) SELECT scope, $2, 0, 0 FROM unnest($1) WITH ORDINALITY AS asked (scope, place) ORDER BY place
                    ON CONFLICT (scope, day) DO UPDATE SET calls = budget_use.calls RETURNING scope, calls, subjects
                    """) { Parameters = { Of(scopes), new() { Value = day } } },
                new("""
                    SELECT DISTINCT known.scope, known.subject_hash FROM unnest($1, $2) AS asked (scope, subject)
                    JOIN budget_subject AS known ON known.scope = asked.scope AND known.day = $3 AND known.subject_hash = asked.subject
                    """)
                {
                    Parameters = { Of([.. pairs.Select(pair => pair.Scope)]), Of([.. pairs.Select(pair => pair.Subject!)]), new() { Value = day } },
                },
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            counters[reader.GetGuid(0)] = new() { Calls = reader.GetInt64(1), Subjects = reader.GetInt64(2) };
        }

        await reader.NextResultAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            counters[reader.GetGuid(0)].Known.Add(Convert.ToHexString(reader.GetFieldValue<byte[]>(1)));
        }
    }

    /// <summary>Counts a call in all its budgets, or in none: null, or what it overshoots.</summary>
    public BudgetRefusal? Add(IReadOnlyList<BudgetLine> lines, byte[]? subject)
    {
        var person = subject is null ? null : Convert.ToHexString(subject);
        foreach (var line in lines)
        {
            var counter = counters[line.Scope];
            if (counter.Calls >= line.CallsPerDay)
            {
                return BudgetRefusal.Of(line, calls: true);
            }

            if (person is not null && counter.Subjects >= line.SubjectsPerDay && !counter.Has(person))
            {
                return BudgetRefusal.Of(line, calls: false);
            }
        }

        foreach (var line in lines)
        {
            var counter = counters[line.Scope];
            counter.Calls++;
            counter.Changed = true;
            if (person is not null && !counter.Has(person))
            {
                counter.Subjects++;
                counter.Fresh[person] = subject!;
            }
        }

        return null;
    }

    /// <summary>Writes the new totals and subjects; they count once the transaction commits.</summary>
    public async Task WriteAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken ct)
    {
        var changed = counters.Where(counter => counter.Value.Changed).ToList();
        if (changed.Count == 0)
        {
            return;
        }

        var fresh = changed.SelectMany(counter => counter.Value.Fresh.Values.Select(subject => (Scope: counter.Key, Subject: subject))).ToList();
        await using var batch = new NpgsqlBatch(connection, transaction)
        {
            BatchCommands =
            {
                new("UPDATE budget_use SET calls = now.calls, subjects = now.subjects FROM unnest($1, $2, $3) AS now (scope, calls, subjects) WHERE budget_use.scope = now.scope AND budget_use.day = $4")
                {
                    Parameters =
                    {
                        Of([.. changed.Select(counter => counter.Key)]),
                        new() { Value = changed.Select(counter => counter.Value.Calls).ToArray() },
                        new() { Value = changed.Select(counter => counter.Value.Subjects).ToArray() },
                        new() { Value = day },
                    },
                },
                new("INSERT INTO budget_subject (scope, day, subject_hash) SELECT scope, $3, subject FROM unnest($1, $2) AS fresh (scope, subject)")
                {
                    Parameters = { Of([.. fresh.Select(pair => pair.Scope)]), Of([.. fresh.Select(pair => pair.Subject)]), new() { Value = day } },
                },
            },
        };
        await batch.ExecuteNonQueryAsync(ct);
    }

    private static NpgsqlParameter Of(Guid[] values) => new() { Value = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid };

    private static NpgsqlParameter Of(byte[][] values) => new() { Value = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea };

    private sealed class Counter
    {
        public long Calls { get; set; }

        public long Subjects { get; set; }

        public bool Changed { get; set; }

        public HashSet<string> Known { get; } = [];

        public Dictionary<string, byte[]> Fresh { get; } = [];

        public bool Has(string subject) => Known.Contains(subject) || Fresh.ContainsKey(subject);
    }
}
