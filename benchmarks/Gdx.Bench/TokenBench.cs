using System.Text.Json.Nodes;

namespace Gdx.Bench;

/// <summary>
/// OAuth 2.0 client-credential grants (client_secret_post; an ES256 access token each) at Identity, beside a bare ASP.NET Core endpoint that reads the
/// same form and answers JSON of the same size: what a POST costs when nobody is looked up and nothing is signed.
/// </summary>
internal static class TokenBench
{
    private static readonly int[] Widths = [64];

    public static async Task<IReadOnlyList<Row>> RunAsync(BenchSystem system, TimeSpan duration, CancellationToken ct)
    {
        var client = system.Client;
        using var form = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("client_id", client.ConsumerKey), new("client_secret", client.ConsumerSecret), new("agent_id", client.AgentId)]);
        var body = await form.ReadAsStringAsync(ct);
        using var http = new HttpClient();
        using var first = await http.PostAsync(new Uri($"{system.Exchange.Endpoints.Identity}/connect/token"), form, ct);
        if (!first.IsSuccessStatusCode || JsonNode.Parse(await first.Content.ReadAsStringAsync(ct))?["access_token"] is null)
        {
            throw new BenchException($"The demo client got no access token: HTTP {(int)first.StatusCode}.");
        }

        Target[] targets = [Of("Identity", new Uri(system.Exchange.Endpoints.Identity)), Of("bare ASP.NET Core endpoint", system.Endpoint)];
        return await Race.RunAsync(targets, Widths, duration, system.Home, width =>
        [
            ($"client-credential grants (secret), {width} connections", "grants/s", run => run.PerSecond),
            ($"the same for each core", "grants/s", run => run.PerSecond / Environment.ProcessorCount),
            ($"client-credential grant, median, {width} connections", "ms", run => run.Median),
        ], ct);

        Target Of(string name, Uri address) => new(name, address, "POST", [("Content-Type", "application/x-www-form-urlencoded")], [("/connect/token", body)]);
    }
}
