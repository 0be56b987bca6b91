using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Gdx.Dashboard.Tests;

/// <summary>A receiver on ports of its own.</summary>
public sealed class RunningDashboard : IAsyncLifetime
{
    public const string Key = "a-key-of-this-run";
    private readonly HttpClient http = new();
    private WebApplication app = null!;

    public Uri Pages { get; private set; } = null!;

    public Uri Receiver { get; private set; } = null!;

    public TelemetryStore Store => app.Services.GetRequiredService<TelemetryStore>();

    public async ValueTask InitializeAsync()
    {
        app = DashboardApp.Build(["--urls", "http://127.0.0.1:0", "--ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "http://127.0.0.1:0", "--DASHBOARD:OTLP:PRIMARYAPIKEY", Key]);
        await app.StartAsync();
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToList();
        (Pages, Receiver) = (new Uri(addresses[0]), new Uri(addresses[1]));
    }

    public async Task<(int Status, string Body)> GetAsync(string path)
    {
        using var answer = await http.GetAsync(new Uri(Pages, path));
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public async Task<JsonObject> JsonAsync(string path) => JsonNode.Parse((await GetAsync(path)).Body)!.AsObject();

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await app.DisposeAsync();
    }
}
