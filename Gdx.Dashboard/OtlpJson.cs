using System.Globalization;
using System.Text.Json.Nodes;
using Gdx.Dashboard.Otlp;
using Google.Protobuf;

namespace Gdx.Dashboard;

/// <summary>OTLP's JSON form: lowerCamelCase names, ids in hex, enums as numbers, 64-bit numbers as strings.</summary>
public static class OtlpJson
{
    public static string ServiceName(Resource resource) => Attribute(resource, "service.name") ?? "unknown";

    public static string? Attribute(Resource resource, string key) => resource.Attributes.FirstOrDefault(attribute => attribute.Key == key)?.Value?.StringValue;

    /// <summary><c>{"resourceSpans": …}</c></summary>
    public static JsonObject Spans(IEnumerable<KeptSpan> spans) => new()
    {
        ["resourceSpans"] = Group(spans, span => (span.Resource, span.Scope), "scopeSpans", "spans", span => Span(span.Span)),
    };

    /// <summary><c>{"resourceLogs": …}</c></summary>
    public static JsonObject Logs(IEnumerable<KeptLog> logs) => new()
    {
        ["resourceLogs"] = Group(logs, log => (log.Resource, log.Scope), "scopeLogs", "logRecords", log => Log(log.Record)),
    };

    private static JsonArray Group<T>(IEnumerable<T> items, Func<T, (Resource Resource, InstrumentationScope Scope)> source, string scopes, string name, Func<T, JsonNode> write) =>
        [.. items.GroupBy(item => source(item).Resource).Select(resource => new JsonObject
        {
            ["resource"] = new JsonObject { ["attributes"] = Attributes(resource.Key.Attributes) },
            [scopes] = new JsonArray([.. resource.GroupBy(item => source(item).Scope).Select(scope => new JsonObject
            {
                ["scope"] = new JsonObject { ["name"] = scope.Key.Name, ["version"] = scope.Key.Version },
                [name] = new JsonArray([.. scope.Select(write)]),
            })]),
        })];

    private static JsonObject Span(Span span)
    {
        var json = new JsonObject { ["traceId"] = Hex(span.TraceId), ["spanId"] = Hex(span.SpanId) };
        if (span.ParentSpanId.Length > 0)
        {
            json["parentSpanId"] = Hex(span.ParentSpanId);
        }

        json["name"] = span.Name;
        json["kind"] = span.Kind;
        json["startTimeUnixNano"] = Number(span.StartTimeUnixNano);
        json["endTimeUnixNano"] = Number(span.EndTimeUnixNano);
        json["attributes"] = Attributes(span.Attributes);
        json["events"] = new JsonArray([.. span.Events.Select(happened => new JsonObject
        {
            ["timeUnixNano"] = Number(happened.TimeUnixNano),
            ["name"] = happened.Name,
            ["attributes"] = Attributes(happened.Attributes),
        })]);
        json["links"] = new JsonArray([.. span.Links.Select(link => new JsonObject { ["traceId"] = Hex(link.TraceId), ["spanId"] = Hex(link.SpanId), ["attributes"] = Attributes(link.Attributes) })]);
        json["status"] = new JsonObject { ["code"] = span.Status?.Code ?? 0, ["message"] = span.Status?.Message ?? "" };
        return json;
    }

    private static JsonObject Log(LogRecord record)
    {
        var json = new JsonObject
        {
            ["timeUnixNano"] = Number(record.TimeUnixNano),
            ["observedTimeUnixNano"] = Number(record.ObservedTimeUnixNano),
            ["severityNumber"] = record.SeverityNumber,
            ["severityText"] = record.SeverityText,
            ["body"] = record.Body is null ? null : Value(record.Body),
            ["attributes"] = Attributes(record.Attributes),
        };
        if (record.TraceId.Length > 0)
        {
            json["traceId"] = Hex(record.TraceId);
            json["spanId"] = Hex(record.SpanId);
        }

        return json;
    }

    private static JsonArray Attributes(IEnumerable<KeyValue> attributes) =>
        [.. attributes.Select(attribute => new JsonObject { ["key"] = attribute.Key, ["value"] = attribute.Value is null ? null : Value(attribute.Value) })];

    private static JsonObject Value(AnyValue value) => value.ValueCase switch
    {
        AnyValue.ValueOneofCase.StringValue => new() { ["stringValue"] = value.StringValue },
        AnyValue.ValueOneofCase.BoolValue => new() { ["boolValue"] = value.BoolValue },
        AnyValue.ValueOneofCase.IntValue => new() { ["intValue"] = value.IntValue.ToString(CultureInfo.InvariantCulture) },
        AnyValue.ValueOneofCase.DoubleValue => new() { ["doubleValue"] = double.IsFinite(value.DoubleValue) ? value.DoubleValue : value.DoubleValue.ToString(CultureInfo.InvariantCulture) },
        AnyValue.ValueOneofCase.ArrayValue => new() { ["arrayValue"] = new JsonObject { ["values"] = new JsonArray([.. value.ArrayValue.Values.Select(Value)]) } },
        AnyValue.ValueOneofCase.KvlistValue => new() { ["kvlistValue"] = new JsonObject { ["values"] = Attributes(value.KvlistValue.Values) } },
        AnyValue.ValueOneofCase.BytesValue => new() { ["bytesValue"] = value.BytesValue.ToBase64() },
        _ => [],
    };

    private static string Hex(ByteString id) => Convert.ToHexStringLower(id.Span);

    private static string Number(ulong nanoseconds) => nanoseconds.ToString(CultureInfo.InvariantCulture);
}
