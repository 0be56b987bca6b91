using Yarp.ReverseProxy.Configuration;

namespace Gdx.Bench;

/// <summary>The peer: YARP as it comes, one route, one destination, no telemetry, no access log. What a call costs when nothing is asked and nothing is kept.</summary>
internal static class BareProxy
{
    public static async Task RunAsync(string source)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddReverseProxy().LoadFromMemory(
            [new RouteConfig { RouteId = "all", ClusterId = "source", Match = new RouteMatch { Path = "{**all}" } }],
            [new ClusterConfig { ClusterId = "source", Destinations = new Dictionary<string, DestinationConfig> { ["source"] = new() { Address = source } } }]);
        var app = builder.Build();
        app.MapReverseProxy();
        await app.StartAsync();
        Console.WriteLine(app.Urls.First()); // Read by the bench.
        await app.WaitForShutdownAsync();
    }
}
