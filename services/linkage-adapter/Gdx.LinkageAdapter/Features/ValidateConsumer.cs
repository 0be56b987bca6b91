using System.Text.Json;
using System.Text.RegularExpressions;
using Gdx.LinkageAdapter.Evidence;
using Gdx.LinkageAdapter.Legacy;
using Gdx.LinkageAdapter.Tokens;
using Gdx.LinkageAdapter.Usage;
using Gdx.LinkageAdapter.Watching;
using Gdx.Numbers;

namespace Gdx.LinkageAdapter.Features;

/// <summary>
/// GET /ws/auth/validate?ConsumerSecret=…&amp;AgentID=… with header Consumer-Key: a token for one client and one agent,
/// <c>{"Result":"&lt;uuid&gt;"}</c>. Errors: 400 (Code 90011), 403 (<c>consumer not found</c>, <c>agent not found</c>), 413, 429, 503.
/// </summary>
public sealed partial class ValidateConsumer(
    CallerGate gate, WatchStreams watch, TokenBook tokens, SubjectKey subjects, CallRecorder recorder, EdgeLimits limits, UseBook uses, TimeProvider clock)
{
    private static readonly string[] Names = ["ConsumerSecret", "AgentID"];

    public static void Map(IEndpointRouteBuilder app) => LegacyWire.Map(app, "/ws/auth/validate", app.ServiceProvider.GetRequiredService<ValidateConsumer>().HandleAsync);

    private async ValueTask<LegacyAnswer> HandleAsync(HttpContext context)
    {
        var startedAt = clock.GetTimestamp();
        if (!HttpMethods.IsGet(context.Request.Method))
        {
            return LegacyAnswer.MethodNotAllowed("GET");
        }

        if (!LegacyWire.TryGetSingle(context, CallerGate.ConsumerKey, out var consumerKey))
        {
            return LegacyAnswer.BadInput("Consumer-Key is given more than once.");
        }

        var parameters = new string?[Names.Length];
        if (LegacyQuery.Read(context.Request.QueryString.Value ?? "", Names, parameters) is { } wrong)
        {
            return LegacyAnswer.BadInput(wrong);
        }

        if (!watch.Clients.Lease.IsLive)
        {
            return LegacyAnswer.Stale;
        }

        var (secret, agentName) = (parameters[0], parameters[1]);
        KnownClient? client;
        Credential? credential;
        using (AdapterTelemetry.Source.StartActivity("authenticate"))
        {
            client = gate.Find(consumerKey);
            credential = gate.Proves(context, client, consumerKey, secret);
        }

        if (client is null || credential is null)
        {
            return gate.Guessed(context, client, consumerKey) is { } wait ? wait
                : client is null ? gate.RefuseStranger(context, consumerKey)
                : gate.MayRefuse(context) ? await recorder.EndAsync(context, recorder.Begin(client, null, startedAt), CallOutcome.Denied, "token.refused", LegacyAnswer.ConsumerNotFound)
                : LegacyAnswer.TooManyCalls;
        }

        if (!limits.MayHaveToken(client.Id))
        {
            return gate.SlowDown(client);
        }

        if (!client.MayCallFrom(context.Connection.RemoteIpAddress))
        {
            return await recorder.EndAsync(context, recorder.Begin(client, null, startedAt), CallOutcome.Denied, "client.address_refused", LegacyAnswer.AddressRefused);
        }

        var (agentId, refusal) = Resolve(client, agentName);
        var call = recorder.Begin(client, agentId, startedAt);
        if (agentId is null)
        {
            return await recorder.EndAsync(context, call, CallOutcome.Denied, "token.refused", refusal);
        }

        uses.Used(client.Id, credential.Value.Generation, agentId);
        var token = await tokens.IssueAsync(client, agentId, TokenHash.OfSecret(secret!), CancellationToken.None);
        return await recorder.EndAsync(context, call, CallOutcome.Allowed, "token.issued", new(200, JsonSerializer.SerializeToUtf8Bytes(new { Result = token })));
    }

    /// <summary>The person or system behind an AgentID: an officer's citizen number, or a system's English name.</summary>
    private (string? AgentId, LegacyAnswer Refusal) Resolve(KnownClient client, string? name)
    {
        if (string.IsNullOrEmpty(name))
        {
            return (null, LegacyAnswer.BadInput("AgentID is missing."));
        }

        var key = CitizenId.TryParse(name, out var citizen) ? Convert.ToHexString(subjects.Hash(citizen))
            : SystemName().IsMatch(name) ? name
            : null;
        return key is null
            ? (null, LegacyAnswer.BadInput("AgentID is neither 13 digits with a right check digit nor an English system name."))
            : (client.Agents.GetValueOrDefault(key), LegacyAnswer.AgentNotFound);
    }

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_-]{1,31}\z")]
    private static partial Regex SystemName();
}
