using System.Diagnostics;
using System.Text.Json.Nodes;
using Gdx.Entitlement.Contracts.V1;
using Gdx.Identity.Contracts.V1;
using Grpc.Core;

namespace Gdx.Demo;

/// <summary><c>./gdx demo</c>: the main job from outside, each step with its request and its answer. Any surprise ends it with exit code 1.</summary>
public static class MainJob
{
    public static async Task<int> RunAsync(string home)
    {
        using var exchange = new Exchange(Endpoints.Load(home), OperatorSecrets.Load(home));
        var journey = new Journey(exchange);
        var api = exchange.Endpoints.Api;

        Step("An agency applies, one operator verifies, another approves");
        var application = await journey.ApplyAsync();
        Say($"gRPC identity.Applications/Submit, /Verify → {application.State}, {application.AgencyNameEn}");
        await RefusedAsync("the same operator approves", StatusCode.PermissionDenied, async () =>
            await exchange.Applications.ApproveAsync(new ApproveApplicationRequest { ApplicationId = application.Id }, await exchange.AsMakerAsync()));
        var approvalTrace = Exchange.NewTrace();
        application = await journey.ApproveAsync(application, approvalTrace);
        Say($"gRPC identity.Applications/Approve by the other operator → {application.State}, consumer key {application.ConsumerKey}");

        Step("The data owner's permission is recorded and confirmed");
        var grantId = await journey.GrantAsync(application.AgencyId, Journey.GrantedFields);
        Say($"gRPC linkage_adapter.SourceAccounts/Configure, entitlement.Permissions/Record, /Confirm → grant {grantId}: {Journey.Dataset}, {string.Join(", ", Journey.GrantedFields)}, for {Journey.Purpose}");
        Say($"gRPC identity.ApiClients/SetDefaultPurpose → calls that name no purpose are for {Journey.Purpose}");

        Step("The contact gets the key by mail and claims the secret, once");
        var link = await journey.ClaimLinkAsync(application.ContactEmail);
        Say($"mail to {application.ContactEmail} → {link[..link.IndexOf('=', StringComparison.Ordinal)]}=***");
        var claimed = Expect(await journey.PostClaimAsync(link), "POST /claim", 200, "{\"consumerKey\":…,\"consumerSecret\":\"***\"}");
        var secret = claimed.Json["consumerSecret"]!.GetValue<string>();
        Expect(await exchange.SendAsync(HttpMethod.Get, link), "GET /claim again", 410, "the page says that the link was used");
        Expect(await journey.PostClaimAsync(link), "POST /claim again", 410);

        Step("The agency's system gets a token and the record, on the wire of the real exchange");
        var key = application.ConsumerKey;
        var validated = await Exchange.UntilAsync(async () => await exchange.ValidateAsync(key, secret, Journey.Agent.Value) is { Status: 200 } answer ? answer : null, TimeSpan.FromSeconds(2))
            ?? throw new SurpriseException("The claimed secret is not accepted within 2 s.");
        Expect(validated, $"GET {api}/ws/auth/validate?ConsumerSecret=***&AgentID=***", 200, "{\"Result\":\"***\"}");
        var token = validated.Json["Result"]!.GetValue<string>();
        var callTrace = Exchange.NewTrace();
        var record = Expect(await exchange.LinkAsync(key, token, Journey.Citizen.Value, callTrace), $"GET {api}/ws/dopa/linkage/v1/link?OfficeID=00023&ServiceID=001&Version=01&CitizenID=***", 200);
        if (record.Json.Select(field => field.Key).Except(Journey.GrantedFields).FirstOrDefault() is { } extra)
        {
            throw new SurpriseException($"The answer holds {extra}, which is not granted.");
        }

        Step("Every call left its evidence before its answer left");
        var evidence = Expect(await exchange.EvidenceAsync($"traceId={callTrace}"), $"GET {api}/v1/evidence?traceId={callTrace} (as operator)", 200);
        if (!evidence.Body.Contains(callTrace, StringComparison.Ordinal) || evidence.Body.Contains(Journey.Citizen.Value, StringComparison.Ordinal))
        {
            throw new SurpriseException("The evidence of the call is missing, or holds the citizen number.");
        }

        Expect(await exchange.SendAsync(HttpMethod.Get, $"{api}/v1/evidence"), "GET /v1/evidence without a token", 401);

        Step("One trace covers the call, one covers approval, RabbitMQ and mail");
        await TraceAsync(exchange, callTrace, "the call", "linkage-adapter");
        await TraceAsync(exchange, approvalTrace, "the approval", "identity", "notification");

        Step("What is refused, and how");
        Expect(await exchange.ValidateAsync(Guid.NewGuid().ToString(), secret, Journey.Agent.Value), "unknown consumer key", 403);
        Expect(await exchange.ValidateAsync(key, "0123456789012345678901234567890123456789012", Journey.Agent.Value), "wrong secret", 403);
        Expect(await exchange.LinkAsync(key, Guid.NewGuid().ToString(), Journey.Citizen.Value), "wrong token", 401);
        Expect(await exchange.LinkAsync(key, token, Journey.UnknownCitizen.Value), "unknown citizen", 404);
        Expect(await exchange.LinkAsync(key, token, "1234567890123"), "wrong check digit", 400);
        await BrokenSourceAsync(exchange, key, token);

        Step("The operator asks what a revocation would change; nothing does yet");
        var preview = await exchange.Decisions.PreviewAsync(new PreviewRequest { RevokeGrantId = grantId }, await exchange.AsMakerAsync());
        var flip = preview.Flips.SingleOrDefault(flip => flip.CodeAfter == "entitlement.grant.revoked") ?? throw new SurpriseException("The preview of the revocation turns no call around.");
        Say($"gRPC entitlement.Decisions/Preview → of {preview.Replayed} calls {flip.Count} would be {flip.CodeAfter} instead of {flip.CodeBefore}");
        Expect(await exchange.LinkAsync(key, token, Journey.Citizen.Value), "the same call", 200);

        Step("The operator revokes the grant");
        await exchange.Grants.RevokeAsync(new RevokeGrantRequest { GrantId = grantId, Reason = "demo" }, await exchange.AsMakerAsync());
        var watch = Stopwatch.StartNew();
        var denied = await Exchange.UntilAsync(async () => await exchange.LinkAsync(key, token, Journey.Citizen.Value) is { Status: not 200 } answer ? answer : null, TimeSpan.FromSeconds(1))
            ?? throw new SurpriseException("The revoked grant still answers after 1 s.");
        Expect(denied, $"the same call, {watch.ElapsedMilliseconds} ms after the revocation", 403);
        var why = await exchange.Decisions.ExplainAsync(
            new ExplainRequest { AgencyId = application.AgencyId, DatasetId = Journey.Dataset, DatasetVersion = "1", Purpose = Journey.Purpose, Channel = Channel.Api }, await exchange.AsMakerAsync());
        Say($"gRPC entitlement.Decisions/Explain → {why.Code}; what is missing: {string.Join(", ", why.Missing.Select(step => $"{step.TextTh} / {step.TextEn}"))}");

        Console.WriteLine("\nThe main job works.");
        await GettingIn.RunAsync(exchange, OperatorSecrets.Load(home).Portal);
        Console.WriteLine("\nGetting in works.");
        await GettingTheRight.RunAsync(exchange, OperatorSecrets.Load(home).Portal);
        Console.WriteLine("\nGetting the right works.");
        return 0;
    }

    private static async Task BrokenSourceAsync(Exchange exchange, string key, string token)
    {
        var faults = $"{exchange.Endpoints.Mail}/lk2/faults";
        using var broken = new StringContent("""{"status":500}""", null, "application/json");
        Expect(await exchange.SendAsync(HttpMethod.Put, faults, body: broken), "PUT /lk2/faults: the simulated source breaks", 200, "");
        try
        {
            Expect(await exchange.LinkAsync(key, token, Journey.Citizen.Value), "broken source", 502);
        }
        finally
        {
            await exchange.SendAsync(HttpMethod.Delete, faults);
        }
    }

    private static async Task TraceAsync(Exchange exchange, string traceId, string what, params string[] services)
    {
        var trace = await exchange.TraceAsync(traceId, body => services.All(service => body.Contains($"\"{service}\"", StringComparison.Ordinal)), TimeSpan.FromSeconds(15))
            ?? throw new SurpriseException($"The trace of {what} ({traceId}) does not show {string.Join(" and ", services)} within 15 s.");
        var spans = JsonNode.Parse(trace)!.ToJsonString().Split("\"spanId\"").Length - 1;
        Say($"GET {exchange.Endpoints.Dashboard}/api/telemetry/traces/{traceId} → {spans} spans of {string.Join(", ", services)}");
    }

    internal static async Task RefusedAsync(string what, StatusCode expected, Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (RpcException refused) when (refused.StatusCode == expected)
        {
            Say($"{what} → refused ({expected}): {refused.Status.Detail}");
            return;
        }

        throw new SurpriseException($"{what} was not refused.");
    }

    private static Answer Expect(Answer answer, string request, int status, string? shown = null)
    {
        Say($"{request} → {answer.Status} {shown ?? answer.Body}");
        return answer.Status == status ? answer : throw new SurpriseException($"{request} answered HTTP {answer.Status} instead of {status}.");
    }

    internal static void Step(string text) => Console.WriteLine($"\n{text}");

    internal static void Say(string text) => Console.WriteLine($"  {text}");
}
