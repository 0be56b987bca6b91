using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Gdx.ServiceDefaults;

internal static class Telemetry
{
    /// <summary>Traces, metrics and logs over OTLP where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set; redacted always, also where the host switches redaction off.</summary>
    public static void AddTelemetry(this WebApplicationBuilder builder, string service)
    {
        builder.Logging.ClearProviders();
        builder.Logging.AddConsole(console => console.FormatterName = RedactingConsoleFormatter.Key)
            .AddConsoleFormatter<RedactingConsoleFormatter, ConsoleFormatterOptions>();
        // These write whole request addresses; the legacy wire carries secrets and citizen numbers there.
        foreach (var talkative in new[] { "Microsoft.AspNetCore", "Microsoft.EntityFrameworkCore", "System.Net.Http.HttpClient", "Npgsql", "Polly", "Grpc", "OpenIddict" }) { builder.Logging.AddFilter(talkative, LogLevel.Warning); }

        // A page of stack trace for every question that a starting service answers with "not yet"; the answer itself and the failing client's own warning say it.
        builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);

        var telemetry = builder.Services.AddOpenTelemetry()
            .WithTracing(tracing => tracing
                .AddSource("Gdx.*", "MassTransit")
                .AddAspNetCoreInstrumentation(options => options.Filter = context => context.Request.Path.Value is not ("/health" or "/alive"))
                .AddHttpClientInstrumentation().AddGrpcClientInstrumentation().AddNpgsql()
                .AddProcessor<ActivityRedaction>())
            .WithMetrics(metrics => metrics
                .AddMeter("Gdx.*", "MassTransit", "Npgsql")
                .AddAspNetCoreInstrumentation().AddHttpClientInstrumentation().AddRuntimeInstrumentation())
            .WithLogging(logging => logging.AddProcessor<LogRedaction>(), options => (options.IncludeFormattedMessage, options.IncludeScopes) = (true, false))
            .ConfigureResource(resource => resource.AddAttributes([new("gdx.service", service)]));
        builder.Services.AddSingleton<ActivityRedaction>().AddSingleton<LogRedaction>();
        if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 }) { telemetry.UseOtlpExporter(); }
    }
}
