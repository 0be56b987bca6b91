using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography;
using Gdx.Dashboard.Otlp;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Gdx.Dashboard.Tests;

/// <summary>OpenTelemetry's own exporter sends; the JSON is read as a program would.</summary>
public sealed class ReceiveTelemetryTests(RunningDashboard dashboard) : IClassFixture<RunningDashboard>
{
    [Fact]
    public async Task A_span_comes_back_as_OTLP_JSON_under_its_trace_id()
    {
        using var source = new ActivitySource("test.spans");
        ActivityTraceId trace;
        ActivitySpanId parent;
        using (var provider = Tracing("test.spans", "shop", RunningDashboard.Key))
        {
            using var outer = source.StartActivity("outer", ActivityKind.Server)!;
            using (var inner = source.StartActivity("inner")!)
            {
                inner.SetTag("count", 3).SetTag("ok", true).SetTag("text", "ก").SetStatus(ActivityStatusCode.Error, "broke");
                inner.AddEvent(new ActivityEvent("happened"));
            }

            (trace, parent) = (outer.TraceId, outer.SpanId);
            outer.Stop();
            provider.ForceFlush();
        }

        var answer = await dashboard.JsonAsync($"/api/telemetry/traces/{trace.ToHexString().ToUpperInvariant()}");

        var resource = answer["data"]!["resourceSpans"]!.AsArray().Single()!;
        Assert.Contains(resource["resource"]!["attributes"]!.AsArray(), attribute => attribute!["key"]!.GetValue<string>() == "service.name" && attribute["value"]!["stringValue"]!.GetValue<string>() == "shop");
        var spans = resource["scopeSpans"]!.AsArray().SelectMany(scope => scope!["spans"]!.AsArray()).ToList();
        var innerJson = spans.Single(span => span!["name"]!.GetValue<string>() == "inner")!;
        Assert.Equal(2, spans.Count);
        Assert.Equal(2, answer["totalCount"]!.GetValue<int>());
        Assert.Equal(trace.ToHexString(), innerJson["traceId"]!.GetValue<string>());
        Assert.Equal(parent.ToHexString(), innerJson["parentSpanId"]!.GetValue<string>());
        Assert.Equal(2, innerJson["status"]!["code"]!.GetValue<int>());
        Assert.Equal("happened", innerJson["events"]![0]!["name"]!.GetValue<string>());
        Assert.Equal("3", Value(innerJson, "count")["intValue"]!.GetValue<string>());
        Assert.True(Value(innerJson, "ok")["boolValue"]!.GetValue<bool>());
        Assert.Equal("ก", Value(innerJson, "text")["stringValue"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_log_record_comes_back_with_its_text_and_trace()
    {
        using var source = new ActivitySource("test.logs");
        using var tracing = Tracing("test.logs", "clerk", RunningDashboard.Key);
        using var activity = source.StartActivity("writing")!;
        using (var logging = LoggerFactory.Create(logs => logs.AddOpenTelemetry(options =>
        {
            options.IncludeFormattedMessage = true;
            options.SetResourceBuilder(ResourceBuilder.CreateDefault().AddService("clerk"));
            options.AddOtlpExporter(To(RunningDashboard.Key));
        })))
        {
            logging.CreateLogger("desk").LogWarning("Form {Number} is late", 7);
        }

        var answer = await dashboard.JsonAsync($"/api/telemetry/logs?resource=clerk&traceId={activity.TraceId.ToHexString()}");

        var record = answer["data"]!["resourceLogs"]![0]!["scopeLogs"]![0]!["logRecords"]!.AsArray().Single()!;
        Assert.Equal("Form 7 is late", record["body"]!["stringValue"]!.GetValue<string>());
        Assert.Equal(13, record["severityNumber"]!.GetValue<int>());
        Assert.Equal(activity.SpanId.ToHexString(), record["spanId"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_exporter_with_another_key_is_not_heard()
    {
        using var source = new ActivitySource("test.stranger");
        using var provider = Tracing("test.stranger", "stranger", "another-key");
        using var activity = source.StartActivity("secretly")!;
        activity.Stop();
        provider.ForceFlush();

        Assert.Equal(404, (await dashboard.GetAsync($"/api/telemetry/traces/{activity.TraceId.ToHexString()}")).Status);
    }

    [Fact]
    public async Task Garbage_on_the_receiver_harms_nobody()
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(dashboard.Receiver.Host, dashboard.Receiver.Port);
        await socket.GetStream().WriteAsync(RandomNumberGenerator.GetBytes(4096));

        Assert.Equal(200, (await dashboard.GetAsync("/health")).Status);
    }

    [Theory]
    [InlineData("/api/telemetry/traces?limit=0", 400)]
    [InlineData("/api/telemetry/spans?limit=-1", 400)]
    [InlineData("/api/telemetry/logs?limit=x", 400)]
    [InlineData("/api/telemetry/traces/nothing", 404)]
    public async Task Bad_questions_are_refused(string path, int status) => Assert.Equal(status, (await dashboard.GetAsync(path)).Status);

    [Fact]
    public void The_newest_are_kept_and_long_texts_are_cut()
    {
        var store = new TelemetryStore();
        var long_ = new string('x', TelemetryStore.LongestText + 1);
        for (var i = 0; i < TelemetryStore.MostSpans + 10; i++)
        {
            store.Add([new ResourceSpans { ScopeSpans = { new ScopeSpans { Spans = { new Span
            {
                TraceId = ByteString.CopyFrom(Guid.NewGuid().ToByteArray()),
                SpanId = ByteString.CopyFrom(new byte[8]),
                Name = $"{i}",
                Attributes = { new KeyValue { Key = "long", Value = new AnyValue { StringValue = long_ } } },
            } } } } }]);
        }

        var kept = store.Spans();
        Assert.Equal(TelemetryStore.MostSpans, kept.Count);
        Assert.Equal($"{TelemetryStore.MostSpans + 9}", kept[0].Span.Name);
        Assert.Equal(TelemetryStore.LongestText + 1, kept[0].Span.Attributes[0].Value.StringValue.Length);
        Assert.EndsWith("…", kept[0].Span.Attributes[0].Value.StringValue, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_key_or_an_address_of_another_machine_stops_the_start()
    {
        var missing = Assert.Throws<InvalidOperationException>(() => DashboardApp.Build(["--urls", "http://127.0.0.1:0"]));
        var open = Assert.Throws<InvalidOperationException>(() => DashboardApp.Build(["--urls", "http://0.0.0.0:0", "--DASHBOARD:OTLP:PRIMARYAPIKEY", "k"]));

        Assert.Contains("DASHBOARD__OTLP__PRIMARYAPIKEY", missing.Message, StringComparison.Ordinal);
        Assert.Contains("ASPNETCORE_URLS", open.Message, StringComparison.Ordinal);
    }

    private TracerProvider Tracing(string source, string service, string key) => Sdk.CreateTracerProviderBuilder()
        .AddSource(source).SetSampler(new AlwaysOnSampler()).ConfigureResource(resource => resource.AddService(service)).AddOtlpExporter(To(key)).Build();

    private Action<OtlpExporterOptions> To(string key) => options =>
        (options.Endpoint, options.Protocol, options.Headers) = (dashboard.Receiver, OtlpExportProtocol.Grpc, $"x-otlp-api-key={key}");

    private static System.Text.Json.Nodes.JsonNode Value(System.Text.Json.Nodes.JsonNode span, string key) =>
        span["attributes"]!.AsArray().Single(attribute => attribute!["key"]!.GetValue<string>() == key)!["value"]!;
}
