using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Gdx.Demo;
using Gdx.Numbers;

namespace Gdx.Bench;

/// <summary>
/// Linked-data calls through the running exchange with everything on (token, decision, source, projection, evidence on disk before the
/// answer, telemetry), beside a bare proxy in front of the same source and the source itself. Same machine, same minutes, ABC then CBA.
/// </summary>
internal static class LinkedDataBench
{
    private const int People = 400; // Synthetic(100) to (499), all known to the source.
    private static readonly int[] Widths = [64, 8];

    public static async Task<IReadOnlyList<Row>> RunAsync(BenchSystem system, TimeSpan duration, CancellationToken ct)
    {
        Target[] targets = [await ExchangeAsync(system), .. await SourcesAsync(system)];
        var rows = await Race.RunAsync(targets, Widths, duration, system.Home, width =>
        [
            ($"linked-data calls, {width} connections", "calls/s", run => run.PerSecond),
            ($"linked-data call, median, {width} connections", "ms", run => run.Median),
            ($"linked-data call, 99th percentile, {width} connections", "ms", run => run.Slow),
        ], ct);
        await EvidenceAsync(system);
        return rows;
    }

    private static async Task<Target> ExchangeAsync(BenchSystem system)
    {
        var (exchange, client) = (system.Exchange, system.Client);
        var validated = await exchange.ValidateAsync(client.ConsumerKey, client.ConsumerSecret, Journey.AgencySystem);
        var token = validated.Json["Result"]?.GetValue<string>() ?? throw new BenchException($"The demo client got no token: HTTP {validated.Status}.");
        var answer = await exchange.LinkAsync(client.ConsumerKey, token, client.CitizenId);
        if (answer.Status != 200 || !answer.Json.ContainsKey("firstName"))
        {
            throw new BenchException($"The exchange did not answer with a record: HTTP {answer.Status}.");
        }

        return new Target("the exchange", new Uri(exchange.Endpoints.Api), "GET", [("Consumer-Key", client.ConsumerKey), ("Token", token)],
            [.. Citizens().Select(citizen => ($"/ws/dopa/linkage/v1/link?OfficeID=00023&ServiceID=001&Version=01&CitizenID={citizen.Value}", (string?)null))]);
    }

    /// <summary>The request that the exchange itself sends, with a token of its own: through the bare proxy, and direct.</summary>
    private static async Task<Target[]> SourcesAsync(BenchSystem system)
    {
        var source = system.Exchange.Endpoints.Mail;
        var user = CitizenId.Synthetic(1).Number; // The exchange's system user at the simulated Linkage Center.
        var accessToken = (await PostAsync("/lk2/thaid/token", $$"""{"personalID":{{user}}}"""))["access_token"]!;
        var token = (await PostAsync("/lk2/api/center/login/confirm", $$"""{"loginType":2,"officeID":23,"personalID":{{user}},"accessToken":"{{accessToken}}"}"""))["token"]!;
        const string Job = "5f0c6a52-2f9b-4f3b-9a53-0d7c1a1e0001";
        var requests = Citizens().Select(citizen => ("/lk2/api/center/request/", (string?)$$$"""{"jobID":"{{{Job}}}","data":[{"serviceID":1,"query":{"personalID":"{{{citizen.Value}}}"}}]}""")).ToList();
        (string, string)[] headers = [("Authorization", $"Bearer {token}"), ("Content-Type", "application/json")];
        return [new Target("bare YARP", system.Proxy, "POST", headers, requests), new Target("the source itself", new Uri(source), "POST", headers, requests)];

        async Task<JsonObject> PostAsync(string path, string json)
        {
            using var body = new StringContent(json, Encoding.UTF8, "application/json");
            return (await system.Exchange.SendAsync(HttpMethod.Post, source + path, body: body)).Json;
        }
    }

    /// <summary>Everything was on: the newest record of evidence is of these minutes.</summary>
    private static async Task EvidenceAsync(BenchSystem system)
    {
        var from = Uri.EscapeDataString(DateTimeOffset.UtcNow.AddMinutes(-2).ToString("O", CultureInfo.InvariantCulture));
        var evidence = await system.Exchange.EvidenceAsync($"from={from}&pageSize=1");
        if (evidence.Status != 200 || !evidence.Body.Contains("entryId", StringComparison.OrdinalIgnoreCase))
        {
            throw new BenchException($"No evidence of the measured calls was found (HTTP {evidence.Status}), so not everything was on.");
        }
    }

    private static IEnumerable<CitizenId> Citizens() => Enumerable.Range(100, People).Select(CitizenId.Synthetic);
}
