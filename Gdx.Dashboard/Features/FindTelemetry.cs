using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gdx.Dashboard.Features;

/// <summary>
/// GET /api/telemetry/resources, /traces, /traces/{traceId}, /spans, /logs: what was received, newest first, as OTLP JSON inside
/// <c>{"data": …, "totalCount": n, "returnedCount": n}</c>, as the Aspire dashboard answers. Filters: resource, hasError (traces, spans), limit.
/// </summary>
public static class FindTelemetry
{
    private const int DefaultLimit = 100;

    public static void Map(IEndpointRouteBuilder app)
    {
        var api = app.MapGroup("/api/telemetry");
        api.MapGet("/resources", Resources);
        api.MapGet("/traces", Traces);
        api.MapGet("/traces/{traceId}", Trace);
        api.MapGet("/spans", Spans);
        api.MapGet("/logs", Logs);
    }

    private static JsonHttpResult<JsonArray> Resources(TelemetryStore store) => TypedResults.Json(new JsonArray([..
        store.Spans().Select(span => span.Resource).Concat(store.Logs().Select(log => log.Resource))
            .Select(resource => (Name: OtlpJson.ServiceName(resource), Instance: OtlpJson.Attribute(resource, "service.instance.id")))
            .Distinct().Order()
            .Select(resource => (JsonNode)new JsonObject { ["name"] = resource.Name, ["instanceId"] = resource.Instance })]));

    private static Results<JsonHttpResult<JsonObject>, BadRequest<string>> Traces(TelemetryStore store, string? resource = null, bool? hasError = null, int limit = DefaultLimit)
    {
        if (limit is < 1 or > TelemetryStore.MostSpans)
        {
            return TypedResults.BadRequest("limit must be 1 or more");
        }

        var traces = store.Spans().GroupBy(span => span.TraceId)
            .Where(trace => resource is null || trace.Any(span => OtlpJson.ServiceName(span.Resource) == resource))
            .Where(trace => hasError is null || trace.Any(IsError) == hasError)
            .ToList();
        return TypedResults.Json(Answer(OtlpJson.Spans(traces.Take(limit).SelectMany(trace => trace)), traces.Count, Math.Min(limit, traces.Count)));
    }

    private static Results<JsonHttpResult<JsonObject>, NotFound> Trace(string traceId, TelemetryStore store)
    {
        var spans = store.Spans().Where(span => span.TraceId.Equals(traceId, StringComparison.OrdinalIgnoreCase)).Reverse().ToList();
        return spans.Count == 0 ? TypedResults.NotFound() : TypedResults.Json(Answer(OtlpJson.Spans(spans), spans.Count, spans.Count));
    }

    private static Results<JsonHttpResult<JsonObject>, BadRequest<string>> Spans(TelemetryStore store, string? resource = null, bool? hasError = null, int limit = DefaultLimit)
    {
        if (limit is < 1 or > TelemetryStore.MostSpans)
        {
            return TypedResults.BadRequest("limit must be 1 or more");
        }

        var spans = store.Spans()
            .Where(span => (resource is null || OtlpJson.ServiceName(span.Resource) == resource) && (hasError is null || IsError(span) == hasError))
            .ToList();
        return TypedResults.Json(Answer(OtlpJson.Spans(spans.Take(limit)), spans.Count, Math.Min(limit, spans.Count)));
    }

    private static Results<JsonHttpResult<JsonObject>, BadRequest<string>> Logs(TelemetryStore store, string? resource = null, string? traceId = null, int limit = DefaultLimit)
    {
        if (limit is < 1 or > TelemetryStore.MostLogs)
        {
            return TypedResults.BadRequest("limit must be 1 or more");
        }

        var logs = store.Logs()
            .Where(log => (resource is null || OtlpJson.ServiceName(log.Resource) == resource)
                && (traceId is null || Convert.ToHexStringLower(log.Record.TraceId.Span).Equals(traceId, StringComparison.OrdinalIgnoreCase)))
            .ToList();
        return TypedResults.Json(Answer(OtlpJson.Logs(logs.Take(limit)), logs.Count, Math.Min(limit, logs.Count)));
    }

    private static bool IsError(KeptSpan span) => span.Span.Status?.Code == 2;

    private static JsonObject Answer(JsonObject data, int total, int returned) => new() { ["data"] = data, ["totalCount"] = total, ["returnedCount"] = returned };
}
