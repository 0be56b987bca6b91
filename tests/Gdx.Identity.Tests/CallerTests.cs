using Grpc.Core;

namespace Gdx.Identity.Tests;

public sealed class CallerTests(IdentityApp app) : IClassFixture<IdentityApp>
{
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
}
