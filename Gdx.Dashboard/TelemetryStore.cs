using Gdx.Dashboard.Otlp;
using Google.Protobuf.Collections;

namespace Gdx.Dashboard;

/// <summary>One span with who sent it.</summary>
public sealed record KeptSpan(Resource Resource, InstrumentationScope Scope, Span Span)
{
    public string TraceId { get; } = Convert.ToHexStringLower(Span.TraceId.Span);
}

/// <summary>One log record with who sent it.</summary>
public sealed record KeptLog(Resource Resource, InstrumentationScope Scope, LogRecord Record);

/// <summary>The newest spans and logs, in memory, bounded in count and in the length of every text.</summary>
public sealed class TelemetryStore
{
    public const int MostSpans = 20_000;
    public const int MostLogs = 20_000;
    public const int LongestText = 4096;
    private readonly Lock gate = new();
    private readonly Queue<KeptSpan> spans = new();
    private readonly Queue<KeptLog> logs = new();

    public void Add(IEnumerable<ResourceSpans> exported)
    {
        lock (gate)
        {
            foreach (var (resource, scope, span) in exported.SelectMany(one => one.ScopeSpans.SelectMany(scoped => scoped.Spans.Select(span => (one.Resource ?? new(), scoped.Scope ?? new(), span)))))
            {
                if (span.TraceId.Length != 16 || span.SpanId.Length != 8)
                {
                    continue; // Not a span that anything could refer to.
                }

                Shorten(span.Attributes);
                Keep(spans, new KeptSpan(resource, scope, span), MostSpans);
            }
        }
    }

    public void Add(IEnumerable<ResourceLogs> exported)
    {
        lock (gate)
        {
            foreach (var (resource, scope, record) in exported.SelectMany(one => one.ScopeLogs.SelectMany(scoped => scoped.LogRecords.Select(record => (one.Resource ?? new(), scoped.Scope ?? new(), record)))))
            {
                Shorten(record.Attributes);
                Shorten(record.Body);
                Keep(logs, new KeptLog(resource, scope, record), MostLogs);
            }
        }
    }

    /// <summary>Newest first.</summary>
    public IReadOnlyList<KeptSpan> Spans()
    {
        lock (gate)
        {
            return [.. spans.Reverse()];
        }
    }

    /// <summary>Newest first.</summary>
    public IReadOnlyList<KeptLog> Logs()
    {
        lock (gate)
        {
            return [.. logs.Reverse()];
        }
    }

    private static void Keep<T>(Queue<T> kept, T item, int most)
    {
        kept.Enqueue(item);
        if (kept.Count > most)
        {
            kept.Dequeue();
        }
    }

    private static void Shorten(RepeatedField<KeyValue> attributes)
    {
        foreach (var attribute in attributes)
        {
            Shorten(attribute.Value);
        }
    }

    private static void Shorten(AnyValue? value)
    {
        if (value is { ValueCase: AnyValue.ValueOneofCase.StringValue, StringValue.Length: > LongestText })
        {
            value.StringValue = $"{value.StringValue.AsSpan(0, LongestText)}…";
        }
    }
}
