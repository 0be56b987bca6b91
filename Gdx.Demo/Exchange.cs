using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gdx.Catalog.Contracts.V1;
using Gdx.Entitlement.Contracts.V1;
using Gdx.Identity.Contracts.V1;
using Gdx.LinkageAdapter.Contracts.V1;
using Gdx.Notification.Contracts.V1;
using Grpc.Core;
using Grpc.Net.Client;

namespace Gdx.Demo;

/// <summary>The running exchange from outside: what operators, an agency's system and a mail reader do with it over real sockets.</summary>
public sealed class Exchange(Endpoints endpoints, OperatorSecrets secrets) : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler { ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator() })
    {
        Timeout = TimeSpan.FromSeconds(30), // Longer than the exchange's own budget for one call, so that its answer is seen, not ours.
    };

    private readonly List<GrpcChannel> channels = [];

    public Endpoints Endpoints => endpoints;

    public Applications.ApplicationsClient Applications => new(Channel(endpoints.IdentityGrpc));

    public Letters.LettersClient Letters => new(Channel(endpoints.IdentityGrpc));

    public Memberships.MembershipsClient Memberships => new(Channel(endpoints.IdentityGrpc));

    public OperatorRoles.OperatorRolesClient OperatorRoles => new(Channel(endpoints.IdentityGrpc));

    public People.PeopleClient People => new(Channel(endpoints.IdentityGrpc));

    public Pins.PinsClient Pins => new(Channel(endpoints.IdentityGrpc));

    public Sessions.SessionsClient Sessions => new(Channel(endpoints.IdentityGrpc));

    public Inbox.InboxClient Inbox => new(Channel(endpoints.NotificationGrpc));

    public ApiClients.ApiClientsClient ApiClients => new(Channel(endpoints.IdentityGrpc));

    public Datasets.DatasetsClient Datasets => new(Channel(endpoints.CatalogGrpc));

    public DataRequests.DataRequestsClient DataRequests => new(Channel(endpoints.CatalogGrpc));

    public DataOffers.DataOffersClient DataOffers => new(Channel(endpoints.CatalogGrpc));

    public Permissions.PermissionsClient Permissions => new(Channel(endpoints.EntitlementGrpc));

    public Grants.GrantsClient Grants => new(Channel(endpoints.EntitlementGrpc));

    public Procedures.ProceduresClient Procedures => new(Channel(endpoints.EntitlementGrpc));

    public Requests.RequestsClient Requests => new(Channel(endpoints.EntitlementGrpc));

    public OfficerGroups.OfficerGroupsClient OfficerGroups => new(Channel(endpoints.EntitlementGrpc));

    public Decisions.DecisionsClient Decisions => new(Channel(endpoints.EntitlementGrpc));

    public SourceAccounts.SourceAccountsClient SourceAccounts => new(Channel(endpoints.LinkageAdapterGrpc));

    public Task<Metadata> AsMakerAsync(string? traceId = null) => AsAsync("operator-maker", secrets.Maker, traceId);

    public Task<Metadata> AsCheckerAsync(string? traceId = null) => AsAsync("operator-checker", secrets.Checker, traceId);

    /// <summary>A trace id of our own, so that the trace can be asked for afterwards.</summary>
    public static string NewTrace() => ActivityTraceId.CreateRandom().ToHexString();

    public async Task<string> OperatorTokenAsync(string client, string secret)
    {
        using var form = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("client_id", client), new("client_secret", secret)]);
        using var answer = await http.PostAsync(new Uri($"{endpoints.Identity}/connect/token"), form);
        if (!answer.IsSuccessStatusCode)
        {
            throw new SurpriseException($"Identity gave {client} no token: HTTP {(int)answer.StatusCode}.");
        }

        return (await answer.Content.ReadFromJsonAsync<JsonObject>())!["access_token"]!.GetValue<string>();
    }

    /// <summary>One HTTP request with the given headers (<c>traceparent</c> made from <paramref name="traceId"/>); the whole answer.</summary>
    public async Task<Answer> SendAsync(HttpMethod method, string address, (string Name, string Value)[]? headers = null, HttpContent? body = null, string? traceId = null)
    {
        using var request = new HttpRequestMessage(method, address) { Content = body };
        foreach (var (name, value) in headers ?? [])
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (traceId is not null)
        {
            request.Headers.TryAddWithoutValidation("traceparent", TraceParent(traceId));
        }

        var watch = Stopwatch.StartNew();
        using var answer = await http.SendAsync(request);
        return new Answer((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer.Headers, watch.Elapsed);
    }

    public Task<Answer> ValidateAsync(string consumerKey, string consumerSecret, string agentId) => SendAsync(HttpMethod.Get,
        $"{endpoints.Api}/ws/auth/validate?ConsumerSecret={consumerSecret}&AgentID={agentId}", [("Consumer-Key", consumerKey)]);

    public Task<Answer> LinkAsync(string consumerKey, string token, string citizenId, string? traceId = null) => SendAsync(HttpMethod.Get,
        $"{endpoints.Api}/ws/dopa/linkage/v1/link?OfficeID=00023&ServiceID=001&Version=01&CitizenID={citizenId}", [("Consumer-Key", consumerKey), ("Token", token)], traceId: traceId);

    public async Task<Answer> EvidenceAsync(string query) => await SendAsync(HttpMethod.Get, $"{endpoints.Api}/v1/evidence?{query}",
        [("Authorization", $"Bearer {await OperatorTokenAsync("operator-checker", secrets.Checker)}")]);

    /// <summary>The newest mail to the address whose text is what is looked for, or null after <paramref name="atMost"/>.</summary>
    public Task<JsonObject?> MailAsync(string to, Func<string, bool> isIt, TimeSpan atMost) => UntilAsync(async () =>
    {
        var answer = await SendAsync(HttpMethod.Get, $"{endpoints.Mail}/messages?to={Uri.EscapeDataString(to)}");
        return JsonNode.Parse(answer.Body)!.AsArray().FirstOrDefault(mail => isIt(mail!["text"]!.GetValue<string>()))?.AsObject();
    }, atMost);

    /// <summary>The trace as OTLP JSON once <paramref name="complete"/> accepts it, or null after <paramref name="atMost"/>: exporters send once a second.</summary>
    public Task<string?> TraceAsync(string traceId, Func<string, bool> complete, TimeSpan atMost) => UntilAsync(async () =>
    {
        var answer = await SendAsync(HttpMethod.Get, $"{endpoints.Dashboard}/api/telemetry/traces/{traceId}");
        return answer.Status == 200 && complete(answer.Body) ? answer.Body : null;
    }, atMost);

    /// <summary>Asks again ten times a second until there is an answer or the time is up.</summary>
    public static async Task<T?> UntilAsync<T>(Func<Task<T?>> ask, TimeSpan atMost)
        where T : class
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var watch = Stopwatch.StartNew();
        while (true)
        {
            if (await ask() is { } answer)
            {
                return answer;
            }

            if (watch.Elapsed > atMost)
            {
                return null;
            }

            await timer.WaitForNextTickAsync();
        }
    }

    public void Dispose()
    {
        http.Dispose();
        channels.ForEach(channel => channel.Dispose());
    }

    private static string TraceParent(string traceId) => $"00-{traceId}-{ActivitySpanId.CreateRandom().ToHexString()}-01";

    private GrpcChannel Channel(string address)
    {
        if (channels.Find(open => address.EndsWith(open.Target, StringComparison.Ordinal)) is { } channel)
        {
            return channel;
        }

        channels.Add(GrpcChannel.ForAddress(address, new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler { ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator() },
        }));
        return channels[^1];
    }

    private async Task<Metadata> AsAsync(string client, string secret, string? traceId)
    {
        var headers = new Metadata { { "authorization", $"Bearer {await OperatorTokenAsync(client, secret)}" } };
        if (traceId is not null)
        {
            headers.Add("traceparent", TraceParent(traceId));
        }

        return headers;
    }
}

/// <summary>A whole HTTP answer.</summary>
public sealed record Answer(int Status, string Body, HttpResponseHeaders Headers, TimeSpan Took)
{
    /// <summary>The body as a JSON object; throws <see cref="JsonException"/> where it is none.</summary>
    public JsonObject Json => JsonNode.Parse(Body)!.AsObject();
}
