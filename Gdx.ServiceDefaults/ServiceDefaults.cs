using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Gdx.ServiceDefaults;

/// <summary>What every Gdx process has in common: telemetry, health, discovery, authentication, problem details and its two ports.</summary>
public static class Defaults
{
    /// <summary>Adds everything common. The name of the service is its resource name (<c>linkage-adapter</c>): client id, queue prefix and telemetry name.</summary>
    public static WebApplicationBuilder AddServiceDefaults(this WebApplicationBuilder builder, string service)
    {
        builder.Services.AddSingleton(new ServiceIdentity(service));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Listen();
        builder.AddTelemetry(service);
        builder.Services.AddServiceDiscovery();
        builder.Services.ConfigureHttpClientDefaults(http => http.AddServiceDiscovery());
        builder.AddServiceAuthentication();
        builder.Services.AddProblems();
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), ["live"]);
        builder.Services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = 1024 * 1024; // Uploads are streamed in chunks; no single message needs more.
            grpc.Interceptors.Add<GrpcErrors>();
        });
        if (builder.Environment.IsDevelopment())
        {
            builder.Services.AddGrpcReflection();
        }

        return builder;
    }

    /// <summary>Maps <c>/alive</c> (the process runs) and <c>/health</c> (it can do its work), and puts authentication in front of everything else.</summary>
    public static WebApplication UseServiceDefaults(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapHealthChecks("/alive", new HealthCheckOptions { Predicate = check => check.Tags.Contains("live") }).AllowAnonymous();
        app.MapHealthChecks("/health").AllowAnonymous();
        if (app.Environment.IsDevelopment())
        {
            app.MapGrpcReflectionService().AllowAnonymous();
        }

        return app;
    }

    /// <summary>
    /// HTTP/1 on the addresses of <c>ASPNETCORE_URLS</c>, HTTP/2 on <c>GRPC_PORT</c>: without TLS one port cannot speak both.
    /// </summary>
    private static void Listen(this WebApplicationBuilder builder)
    {
        if (builder.Configuration["GRPC_PORT"] is not { Length: > 0 } grpcPort)
        {
            return;
        }

        var ports = builder.Configuration["HTTP_PORTS"]?.Split(';', StringSplitOptions.RemoveEmptyEntries) ?? [];
        var urls = builder.Configuration["URLS"]?.Split(';', StringSplitOptions.RemoveEmptyEntries)
            ?? [.. ports.Select(port => $"http://*:{port}")];
        var host = urls.FirstOrDefault()?.Contains("localhost", StringComparison.OrdinalIgnoreCase) ?? true ? "localhost" : "*";
        var endpoints = urls.Select((url, index) => ($"http{index}", url, "Http1")).Append(("grpc", $"http://{host}:{grpcPort}", "Http2"));
        builder.Configuration.AddInMemoryCollection(endpoints.SelectMany(endpoint => new Dictionary<string, string?>
        {
            [$"Kestrel:Endpoints:{endpoint.Item1}:Url"] = endpoint.Item2,
            [$"Kestrel:Endpoints:{endpoint.Item1}:Protocols"] = endpoint.Item3,
        }));
        builder.WebHost.UseSetting(WebHostDefaults.ServerUrlsKey, "");
        builder.WebHost.UseSetting(WebHostDefaults.HttpPortsKey, "");
    }
}

/// <summary>The resource name of the running service, such as <c>linkage-adapter</c>.</summary>
public sealed record ServiceIdentity(string Name);
