using System.Net;
using Gdx.Dashboard.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Gdx.Dashboard;

/// <summary>
/// OTLP/gRPC on <c>ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL</c> for exporters with the key <c>DASHBOARD__OTLP__PRIMARYAPIKEY</c>; pages and JSON on
/// <c>ASPNETCORE_URLS</c>. Both on loopback only: what is kept here is for the developer at this machine.
/// </summary>
public static class DashboardApp
{
    private const int LargestExport = 4 * 1024 * 1024; // An exporter's batch is 512 spans; a hundredth of this.

    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        var key = builder.Configuration["DASHBOARD:OTLP:PRIMARYAPIKEY"] is { Length: > 0 } set ? set
            : throw new InvalidOperationException("Setting DASHBOARD__OTLP__PRIMARYAPIKEY is missing: the key that exporters send as x-otlp-api-key.");
        var pages = Address(builder.Configuration["URLS"], "ASPNETCORE_URLS", "http://localhost:5607");
        var receiver = Address(builder.Configuration["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"], "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "http://localhost:5608");
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Error); // It warns that Listen takes the place of ASPNETCORE_URLS, which is meant.
        // Against DNS rebinding: a page from elsewhere must not read the traces.
        builder.Configuration["AllowedHosts"] = "localhost;127.0.0.1;[::1]";
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            Listen(kestrel, pages, HttpProtocols.Http1);
            Listen(kestrel, receiver, HttpProtocols.Http2);
        });
        builder.Services.AddSingleton<TelemetryStore>();
        builder.Services.AddSingleton(new ExporterKey(key));
        builder.Services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = LargestExport;
            grpc.Interceptors.Add<ExporterKey>();
        });
        builder.Services.AddHealthChecks();
        var app = builder.Build();
        app.MapHealthChecks("/health");
        app.MapGrpcService<ReceiveTraces>();
        app.MapGrpcService<ReceiveLogs>();
        app.MapGrpcService<ReceiveMetrics>();
        FindTelemetry.Map(app);
        IndexPage.Map(app);
        return app;
    }

    private static Uri Address(string? setting, string name, string otherwise)
    {
        var text = setting is { Length: > 0 } ? setting.Split(';')[0] : otherwise;
        return Uri.TryCreate(text, UriKind.Absolute, out var address) && address is { Scheme: "http", IsLoopback: true }
            ? address
            : throw new InvalidOperationException($"Setting {name} must be an http address of this machine, such as {otherwise}.");
    }

    private static void Listen(KestrelServerOptions kestrel, Uri address, HttpProtocols protocols)
    {
        if (address.Port == 0)
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = protocols);
        }
        else
        {
            kestrel.ListenLocalhost(address.Port, listen => listen.Protocols = protocols);
        }
    }
}
