namespace Gdx.ServiceDefaults;

/// <summary>What every Gdx process has in common: telemetry, health, discovery, authentication, problem details and its two ports.</summary>
public static class Defaults
{
    /// <summary>Adds everything common. The name of the service is its resource name (<c>linkage-adapter</c>): client id, queue prefix and telemetry name.</summary>
    public static WebApplicationBuilder AddServiceDefaults(this WebApplicationBuilder builder, string service)
    {
        builder.Services.AddSingleton(new ServiceIdentity(service)).AddSingleton(TimeProvider.System);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5)); // Open watch streams would hold the default 30 s.
        builder.Listen();
        builder.AddTelemetry(service);
        builder.Services.AddServiceDiscovery().ConfigureHttpClientDefaults(http => http.AddServiceDiscovery());
        builder.AddServiceAuthentication();
        builder.Services.AddProblems();
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), ["live"]);
        // Uploads are streamed in chunks: no single message needs more than a megabyte.
        builder.Services.AddGrpc(grpc => { grpc.MaxReceiveMessageSize = 1024 * 1024; grpc.Interceptors.Add<GrpcErrors>(); });
        if (builder.Environment.IsDevelopment()) { builder.Services.AddGrpcReflection(); }

        return builder;
    }

    /// <summary>Maps <c>/alive</c> (the process runs) and <c>/health</c> (it can do its work), and puts authentication in front of everything else.</summary>
    public static WebApplication UseServiceDefaults(this WebApplication app)
    {
        app.UseExceptionHandler().UseStatusCodePages().UseAuthentication().UseAuthorization();
        app.MapHealthChecks("/alive", new HealthCheckOptions { Predicate = check => check.Tags.Contains("live") }).AllowAnonymous();
        app.MapHealthChecks("/health").AllowAnonymous();
        if (app.Environment.IsDevelopment()) { app.MapGrpcReflectionService().AllowAnonymous(); }

        return app;
    }

    /// <summary>HTTP/1 on the addresses of <c>ASPNETCORE_URLS</c>, HTTP/2 on <c>GRPC_PORT</c>: without TLS one port cannot speak both.</summary>
    private static void Listen(this WebApplicationBuilder builder)
    {
        if (builder.Configuration["GRPC_PORT"] is not { Length: > 0 } grpcPort) { return; }

        string[] Split(string key) => builder.Configuration[key]?.Split(';', StringSplitOptions.RemoveEmptyEntries) ?? [];
        var urls = Split("URLS") is { Length: > 0 } given ? given : [.. Split("HTTP_PORTS").Select(port => $"http://*:{port}")];
        var host = urls.Length == 0 || urls[0].Contains("localhost", StringComparison.OrdinalIgnoreCase) ? "localhost" : "*";
        // By name and not by number: with port 0 the system chooses both.
        var endpoints = urls.Select((url, index) => (Name: $"http{index}", Url: url, Protocols: "Http1")).Append((Name: "grpc", Url: $"http://{host}:{grpcPort}", Protocols: "Http2"));
        builder.Configuration.AddInMemoryCollection(endpoints.SelectMany<(string Name, string Url, string Protocols), KeyValuePair<string, string?>>(endpoint =>
            [new($"Kestrel:Endpoints:{endpoint.Name}:Url", endpoint.Url), new($"Kestrel:Endpoints:{endpoint.Name}:Protocols", endpoint.Protocols)]));
        builder.WebHost.UseSetting(WebHostDefaults.ServerUrlsKey, "").UseSetting(WebHostDefaults.HttpPortsKey, "");
    }
}

/// <summary>The resource name of the running service, such as <c>linkage-adapter</c>.</summary>
public sealed record ServiceIdentity(string Name);
