using Gdx.Identity.Contracts.V1;
using Grpc.Core;

namespace Gdx.Identity.Tests;

public sealed class CallerTests(IdentityApp app) : IClassFixture<IdentityApp>
{
    private static readonly string[] Everyone = [IdentityApp.Maker, IdentityApp.Adapter, IdentityApp.Mailer, IdentityApp.Entitlement];
    private static readonly string[] Operators = [IdentityApp.Maker];

    private static readonly Dictionary<string, (string[] Allowed, Func<IdentityApp, Metadata?, Task> Call)> Methods = new()
    {
        ["Applications/Submit"] = (Operators, async (app, who) => await app.Applications.SubmitAsync(new(), who)),
        ["Applications/Verify"] = (Operators, async (app, who) => await app.Applications.VerifyAsync(new(), who)),
        ["Applications/Approve"] = (Operators, async (app, who) => await app.Applications.ApproveAsync(new(), who)),
        ["Applications/Reject"] = (Operators, async (app, who) => await app.Applications.RejectAsync(new(), who)),
        ["Applications/Get"] = (Operators, async (app, who) => await app.Applications.GetAsync(new(), who)),
        ["Applications/Find"] = (Operators, async (app, who) => await app.Applications.FindAsync(new(), who)),
        ["Agencies/Get"] = (Everyone, async (app, who) => await app.Agencies.GetAsync(new(), who)),
        ["ApiClients/Find"] = (Operators, async (app, who) => await app.Clients.FindAsync(new(), who)),
        ["ApiClients/Revoke"] = (Operators, async (app, who) => await app.Clients.RevokeAsync(new(), who)),
        ["ApiClients/Renew"] = (Operators, async (app, who) => await app.Clients.RenewAsync(new(), who)),
        ["ApiClients/IssueClaimLink"] = ([IdentityApp.Mailer], async (app, who) => await app.Clients.IssueClaimLinkAsync(new(), who)),
        ["ApiClients/Watch"] = ([IdentityApp.Adapter], async (app, who) =>
        {
            using var watch = app.Clients.Watch(new(), who);
            await watch.ResponseStream.MoveNext(TestContext.Current.CancellationToken);
        }
        ),
    };

    public static TheoryData<string> MethodNames => [.. Methods.Keys];

    [Fact]
    public void Every_method_is_in_the_table()
    {
        var all = new[] { Applications.Descriptor, Agencies.Descriptor, ApiClients.Descriptor }.SelectMany(service => service.Methods.Select(method => $"{service.Name}/{method.Name}"));

        Assert.Equal(all.Order(), Methods.Keys.Order());
    }

    [Theory]
    [MemberData(nameof(MethodNames))]
    public async Task Nobody_is_unauthenticated_and_the_wrong_role_is_denied(string method)
    {
        var (allowed, call) = Methods[method];

        Assert.Equal(StatusCode.Unauthenticated, await OutcomeAsync(call, null));
        Assert.Equal(StatusCode.Unauthenticated, await OutcomeAsync(call, new() { { "authorization", "Bearer nonsense" } }));
        foreach (var caller in Everyone)
        {
            var outcome = await OutcomeAsync(call, await app.AsAsync(caller));
            Assert.True(allowed.Contains(caller) ? outcome is StatusCode.OK or StatusCode.InvalidArgument : outcome == StatusCode.PermissionDenied, $"{method} as {caller}: {outcome}");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    [InlineData("{01a20b3c-b2a9-7dab-836b-0da0005d4972}")]
    public async Task What_is_no_id_is_refused_and_what_was_never_given_out_is_unknown(string wrong)
    {
        var unknown = Guid.NewGuid().ToString();
        var maker = await app.AsAsync(IdentityApp.Maker);
        var mailer = await app.AsAsync(IdentityApp.Mailer);
        foreach (var (field, code, call) in new (string, string, Func<string, Task>)[]
        {
            ("application_id", "identity.application.unknown", async id => await app.Applications.VerifyAsync(new() { ApplicationId = id }, maker)),
            ("application_id", "identity.application.unknown", async id => await app.Applications.ApproveAsync(new() { ApplicationId = id }, maker)),
            ("application_id", "identity.application.unknown", async id => await app.Applications.RejectAsync(new() { ApplicationId = id, Reason = "x" }, maker)),
            ("application_id", "identity.application.unknown", async id => await app.Applications.GetAsync(new() { ApplicationId = id }, maker)),
            ("agency_id", "identity.agency.unknown", async id => await app.Agencies.GetAsync(new() { AgencyId = id }, maker)),
            ("api_client_id", "identity.client.unknown", async id => await app.Clients.RevokeAsync(new() { ApiClientId = id, Reason = "x" }, maker)),
            ("api_client_id", "identity.client.unknown", async id => await app.Clients.RenewAsync(new() { ApiClientId = id }, maker)),
            ("api_client_id", "identity.client.unknown", async id => await app.Clients.IssueClaimLinkAsync(new() { ApiClientId = id }, mailer)),
        })
        {
            var refused = await Assert.ThrowsAsync<RpcException>(() => call(wrong));
            Assert.Equal((StatusCode.InvalidArgument, field), (refused.StatusCode, refused.Field()));
            var missing = await Assert.ThrowsAsync<RpcException>(() => call(unknown));
            Assert.Equal((StatusCode.NotFound, code), (missing.StatusCode, missing.Reason()));
        }
    }

    private async Task<StatusCode> OutcomeAsync(Func<IdentityApp, Metadata?, Task> call, Metadata? who)
    {
        try
        {
            await call(app, who);
            return StatusCode.OK;
        }
        catch (RpcException refused)
        {
            return refused.StatusCode;
        }
    }
}
