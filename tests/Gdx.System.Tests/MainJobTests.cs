using Gdx.Demo;
using Gdx.Entitlement.Contracts.V1;
using Gdx.Identity.Contracts.V1;

namespace Gdx.SystemTests;

/// <summary>The main job, end to end, over real sockets.</summary>
public sealed class MainJobTests(RunningSystem system)
{
    private static readonly string[] NameFields = ["firstName", "lastName"];

    [Fact]
    public async Task The_demo_runs_through_without_a_surprise()
    {
        var (exitCode, output) = await system.RunAsync("Gdx.Demo");

        Assert.True(exitCode == 0, output);
        Assert.Contains("The main job works.", output, StringComparison.Ordinal);
        Assert.Contains("Getting in works.", output, StringComparison.Ordinal);
        Assert.Contains("Getting the right works.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_ready_client_fetches_exactly_the_granted_fields()
    {
        var client = system.Client;
        var validated = await system.Exchange.ValidateAsync(client.ConsumerKey, client.ConsumerSecret, client.AgentId);
        Assert.Equal(200, validated.Status);
        Assert.True(Guid.TryParse(validated.Json["Result"]!.GetValue<string>(), out _));

        var record = await system.Exchange.LinkAsync(client.ConsumerKey, validated.Json["Result"]!.GetValue<string>(), client.CitizenId);

        Assert.Equal(200, record.Status);
        Assert.Equal(Journey.GrantedFields.Order(), record.Json.Select(field => field.Key).Order());
        Assert.Equal(System.Text.Json.JsonValueKind.Number, record.Json["dateOfBirth"]!.GetValueKind());
    }

    [Fact]
    public async Task A_revoked_grant_is_refused_within_a_second()
    {
        var (application, secret, grant) = await AdmitAsync(NameFields);
        var token = await TokenAsync(application, secret);
        Assert.Equal(200, (await LinkWhenGrantedAsync(application, token)).Status);

        await system.Exchange.Grants.RevokeAsync(new RevokeGrantRequest { GrantId = grant, Reason = "the mission ended" }, await system.Exchange.AsMakerAsync());
        var denied = await Exchange.UntilAsync(async () =>
            await system.Exchange.LinkAsync(application.ConsumerKey, token, system.Client.CitizenId) is { Status: not 200 } answer ? answer : null, TimeSpan.FromSeconds(1));

        Assert.Equal(403, denied?.Status);
        Assert.Equal("95010", denied!.Json["Code"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_revoked_client_loses_its_token_within_a_second()
    {
        var (application, secret, _) = await AdmitAsync(NameFields);
        var token = await TokenAsync(application, secret);
        Assert.Equal(200, (await LinkWhenGrantedAsync(application, token)).Status);

        await system.Exchange.ApiClients.RevokeAsync(new RevokeApiClientRequest { ApiClientId = application.ApiClientId, Reason = "key leaked" }, await system.Exchange.AsMakerAsync());
        var denied = await Exchange.UntilAsync(async () =>
            await system.Exchange.LinkAsync(application.ConsumerKey, token, system.Client.CitizenId) is { Status: not 200 } answer ? answer : null, TimeSpan.FromSeconds(1));

        Assert.Equal(403, denied?.Status);
    }

    [Fact]
    public async Task Allowed_denied_and_failed_calls_leave_evidence_without_a_citizen_number()
    {
        var client = system.Client;
        var token = await TokenAsync(client.ConsumerKey, client.ConsumerSecret);
        var traces = new Dictionary<string, string> { [client.CitizenId] = Exchange.NewTrace(), [client.UnknownCitizenId] = Exchange.NewTrace() };
        foreach (var (citizen, trace) in traces)
        {
            await system.Exchange.LinkAsync(client.ConsumerKey, token, citizen, trace);
        }

        foreach (var (citizen, trace) in traces)
        {
            var evidence = await system.Exchange.EvidenceAsync($"traceId={trace}");
            Assert.Equal(200, evidence.Status);
            Assert.Contains(trace, evidence.Body, StringComparison.Ordinal);
            Assert.DoesNotContain(citizen, evidence.Body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task One_trace_covers_the_call_and_one_covers_approval_to_mail()
    {
        var approvalTrace = Exchange.NewTrace();
        var application = await system.Journey.ApproveAsync(await system.Journey.ApplyAsync(), approvalTrace);
        Assert.NotNull(await system.Exchange.MailAsync(application.ContactEmail, text => text.Contains(application.ConsumerKey, StringComparison.Ordinal), TimeSpan.FromSeconds(20)));
        var callTrace = Exchange.NewTrace();
        await system.Exchange.LinkAsync(system.Client.ConsumerKey, await TokenAsync(system.Client.ConsumerKey, system.Client.ConsumerSecret), system.Client.CitizenId, callTrace);

        var approval = await system.Exchange.TraceAsync(approvalTrace, body => body.Contains("\"notification\"", StringComparison.Ordinal) && body.Contains("\"outbox dispatch\"", StringComparison.Ordinal), TimeSpan.FromSeconds(20));
        var call = await system.Exchange.TraceAsync(callTrace, body => body.Contains("\"linkage-adapter\"", StringComparison.Ordinal) && body.Contains("evidence", StringComparison.Ordinal), TimeSpan.FromSeconds(20));

        Assert.NotNull(approval);
        Assert.NotNull(call);
        Assert.DoesNotContain(system.Client.CitizenId, call, StringComparison.Ordinal);
    }

    private async Task<(Application Application, string Secret, string Grant)> AdmitAsync(string[] fields)
    {
        var application = await system.Journey.ApproveAsync(await system.Journey.ApplyAsync());
        var grant = await system.Journey.GrantAsync(application.AgencyId, fields);
        return (application, await system.Journey.ClaimAsync(application.ContactEmail), grant);
    }

    private async Task<Answer> LinkWhenGrantedAsync(Application application, string token) =>
        await Exchange.UntilAsync(async () => await system.Exchange.LinkAsync(application.ConsumerKey, token, system.Client.CitizenId) is { Status: 200 } answer ? answer : null, TimeSpan.FromSeconds(5))
        ?? await system.Exchange.LinkAsync(application.ConsumerKey, token, system.Client.CitizenId);

    private Task<string> TokenAsync(Application application, string secret) => TokenAsync(application.ConsumerKey, secret);

    private async Task<string> TokenAsync(string key, string secret)
    {
        var validated = await Exchange.UntilAsync(async () => await system.Exchange.ValidateAsync(key, secret, system.Client.AgentId) is { Status: 200 } answer ? answer : null, TimeSpan.FromSeconds(5));
        Assert.NotNull(validated);
        return validated.Json["Result"]!.GetValue<string>();
    }
}
