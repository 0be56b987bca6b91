using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Gdx.Numbers;
using Gdx.TestEnvironment;

namespace Gdx.LinkageAdapter.Tests;

/// <summary>What came back, and under which trace it can be found.</summary>
public sealed record Answer(int Status, string Body, string? ContentType, HttpResponseHeaders Headers, string TraceId)
{
    public JsonObject Json => JsonNode.Parse(Body)!.AsObject();

    public string? Code => Json[nameof(Code)]?.GetValue<string>();

    public string? Message => Json[nameof(Message)]?.GetValue<string>();

    public string? Header(string name) => Headers.TryGetValues(name, out var values) ? string.Join(",", values) : null;
}

/// <summary>An agency's program: it knows the two calls of the legacy wire and nothing else.</summary>
public static class LegacyCaller
{
    /// <summary>Somebody who is always there and alive.</summary>
    public static readonly CitizenId Citizen = CitizenId.Synthetic(100);

    /// <summary>Somebody who is not in the register.</summary>
    public static readonly CitizenId Nobody = CitizenId.Synthetic(9000);

    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, ActivityHeadersPropagator = null });

    public static string LinkPath(CitizenId? citizen = null, string service = "001", string version = "01", string office = "00023") =>
        $"/ws/dopa/linkage/v1/link?OfficeID={office}&ServiceID={service}&Version={version}&CitizenID={(citizen ?? Citizen).Value}";

    public static async Task<Answer> SendAsync(this LinkageAdapterApp app, HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        using var request = new HttpRequestMessage(method, new Uri(app.Api, path));
        request.Headers.TryAddWithoutValidation("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom().ToHexString()}-01");
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await Http.SendAsync(request);
        return new((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer.Content.Headers.ContentType?.ToString(), answer.Headers, trace);
    }

    public static Task<Answer> GetAsync(this LinkageAdapterApp app, string path, params (string Name, string Value)[] headers) => app.SendAsync(HttpMethod.Get, path, headers);

    public static Task<Answer> ValidateAsync(this LinkageAdapterApp app, Agency agency, string? secret = null, string? agent = null) =>
        app.GetAsync($"/ws/auth/validate?ConsumerSecret={secret ?? agency.Secret}&AgentID={agent ?? agency.Officer.Value}", ("Consumer-Key", agency.ConsumerKey.ToString()));

    /// <summary>A token; the call must succeed.</summary>
    public static async Task<string> TokenAsync(this LinkageAdapterApp app, Agency agency)
    {
        var answer = await app.ValidateAsync(agency);
        Assert.True(answer.Status == 200, answer.Body);
        return answer.Json["Result"]!.GetValue<string>();
    }

    /// <summary>A token of the agency's system, which no officer's limit holds back.</summary>
    public static async Task<string> SystemTokenAsync(this LinkageAdapterApp app, Agency agency)
    {
        var answer = await app.ValidateAsync(agency, agent: Agency.SystemName);
        Assert.True(answer.Status == 200, answer.Body);
        return answer.Json["Result"]!.GetValue<string>();
    }

    public static Task<Answer> LinkAsync(this LinkageAdapterApp app, Agency agency, string token, CitizenId? citizen = null, params (string Name, string Value)[] headers) =>
        app.GetAsync(LinkPath(citizen), [("Consumer-Key", agency.ConsumerKey.ToString()), ("Token", token), .. headers]);

    /// <summary>The one entry of evidence that a call left: column by column.</summary>
    public static async Task<Dictionary<string, object?>> EvidenceAsync(this World world, Answer answer)
    {
        var row = Assert.Single(await world.QueryAsync($"SELECT row_to_json(e)::text FROM evidence e WHERE trace_id = '{answer.TraceId}'"));
        return JsonNode.Parse((string)row[0]!)!.AsObject().ToDictionary(pair => pair.Key, pair => (object?)pair.Value?.ToString());
    }

    public static async Task<long> EvidenceCountAsync(this World world, Answer answer) =>
        (long)(await world.QueryAsync($"SELECT count(*) FROM evidence WHERE trace_id = '{answer.TraceId}'"))[0][0]!;

    /// <summary>Asks until the answer is what is waited for.</summary>
    public static async Task<Answer> UntilAsync(Func<Task<Answer>> call, int status, TimeSpan? deadline = null)
    {
        Answer? last = null;
        await Eventually.Succeeds(async () =>
        {
            last = await call();
            Assert.True(last.Status == status, $"Waited for status {status}; the last answer was {last.Status}: {last.Body}");
        }, deadline);
        return last!;
    }
}
