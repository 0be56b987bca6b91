using System.Net;
using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Features;
using Gdx.TestEnvironment;
using Grpc.Core;

namespace Gdx.Identity.Tests;

public sealed class JourneyTests(IdentityApp app) : IClassFixture<IdentityApp>
{
    [Fact]
    public async Task An_application_becomes_an_agency_and_a_client_and_a_queue_hears_of_both()
    {
        var submitted = await app.SubmitAsync();
        var verified = await app.VerifyAsync(submitted.Id);
        var approved = await app.ApproveAsync(submitted.Id);

        Assert.Equal(ApplicationState.Submitted, submitted.State);
        Assert.Equal(ApplicationState.Verified, verified.State);
        Assert.Equal(ApplicationState.Approved, approved.State);
        Assert.NotEqual(approved.VerifiedBy, approved.DecidedBy);
        var created = await Eventually.Get(() => Task.FromResult(app.Told.OfType<ApiClientCreated>().SingleOrDefault(told => told.ApiClientId.ToString() == approved.ApiClientId)));
        var agency = await Eventually.Get(() => Task.FromResult(app.Told.OfType<AgencyApproved>().SingleOrDefault(told => told.AgencyId.ToString() == approved.AgencyId)));
        Assert.Equal(approved.ConsumerKey, created.ConsumerKey.ToString());
        Assert.Equal((approved.AgencyNameTh, approved.DecidedBy), (agency.NameTh, agency.ApprovedBy.ToString()));
        var known = await app.Agencies.GetAsync(new() { AgencyId = approved.AgencyId }, await app.AsAsync(IdentityApp.Entitlement));
        Assert.Equal(approved.AgencyNameEn, known.NameEn);
    }

    [Fact]
    public async Task The_link_shows_the_secret_once_to_a_program()
    {
        var application = await app.LetInAsync();
        var code = await app.ClaimCodeAsync(application.ApiClientId);

        using var page = await app.OpenClaimAsync(code);
        using var again = await app.OpenClaimAsync(code);
        using var first = await app.PostClaimAsync(code);
        using var second = await app.PostClaimAsync(code);
        using var late = await app.OpenClaimAsync(code);

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK], [page.StatusCode, again.StatusCode]);
        var shown = await IdentityApp.JsonAsync(first);
        var secret = shown["consumerSecret"]!.GetValue<string>();
        Assert.Equal(application.ConsumerKey, shown["consumerKey"]!.GetValue<string>());
        Assert.True(Secrets.HasForm(secret));
        Assert.DoesNotContain(secret, await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal([HttpStatusCode.Gone, HttpStatusCode.Gone], [second.StatusCode, late.StatusCode]);
        Assert.Equal("identity.claim.used", (await IdentityApp.JsonAsync(second))["code"]!.GetValue<string>());
        Assert.DoesNotContain(secret, await late.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_link_shows_the_secret_once_to_a_person()
    {
        var application = await app.LetInAsync();
        var code = await app.ClaimCodeAsync(application.ApiClientId);

        using var shown = await app.PostClaimAsync(code, "text/html,application/xhtml+xml,*/*;q=0.8");
        using var second = await app.PostClaimAsync(code, "text/html");

        var page = await shown.Content.ReadAsStringAsync();
        Assert.Equal("text/html", shown.Content.Headers.ContentType!.MediaType);
        Assert.Contains($"<code>{application.ConsumerKey}</code>", page, StringComparison.Ordinal);
        Assert.Matches("<code>[0-9A-Za-z]{43}</code>", page);
        Assert.Equal(HttpStatusCode.Gone, second.StatusCode);
        Assert.Contains("lang=\"en\"", await second.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_answer_about_a_link_is_kept_by_nobody_on_the_way()
    {
        var code = await app.ClaimCodeAsync((await app.LetInAsync()).ApiClientId);
        var answers = new[]
        {
            await app.OpenClaimAsync(code),
            await app.PostClaimAsync(code, "text/html"),
            await app.PostClaimAsync(code),
            await app.PostClaimAsync("nothing", "text/html"),
            await app.OpenClaimAsync(""),
        };

        Assert.All(answers, answer =>
        {
            Assert.True(answer.Headers.CacheControl!.NoStore);
            Assert.Equal("no-referrer", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
            Assert.Contains("default-src 'none'", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task An_expired_link_is_gone()
    {
        var client = (await app.LetInAsync()).ApiClientId;
        var code = await app.ClaimCodeAsync(client);
        await app.SqlAsync<Guid>($"UPDATE claim_links SET expires_at = now() - interval '1 second' WHERE api_client_id = '{client}' RETURNING id");

        using var page = await app.OpenClaimAsync(code);
        using var button = await app.PostClaimAsync(code);

        Assert.Equal([HttpStatusCode.Gone, HttpStatusCode.Gone], [page.StatusCode, button.StatusCode]);
        Assert.Equal("identity.claim.expired", (await IdentityApp.JsonAsync(button))["code"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_link_holds_the_public_address_and_is_good_for_seventy_two_hours()
    {
        var application = await app.LetInAsync();

        var link = await app.Clients.IssueClaimLinkAsync(new() { ApiClientId = application.ApiClientId }, await app.AsAsync(IdentityApp.Mailer));

        Assert.Matches("^http://identity\\.test/id/claim\\?code=[0-9A-Za-z]{43}$", link.Url);
        Assert.InRange(link.ExpiresAt.ToDateTimeOffset() - DateTimeOffset.UtcNow, TimeSpan.FromHours(71.9), TimeSpan.FromHours(72));
        Assert.Equal((application.ContactEmail, application.ConsumerKey, application.AgencyNameTh), (link.ContactEmail, link.ConsumerKey, link.AgencyNameTh));
    }

    [Fact]
    public async Task A_claimed_client_gets_no_further_link()
    {
        var client = (await app.LetInAsync()).ApiClientId;
        await app.ClaimAsync(client);

        var refused = await Assert.ThrowsAsync<RpcException>(() => app.ClaimCodeAsync(client));

        Assert.Equal(StatusCode.FailedPrecondition, refused.StatusCode);
    }
}
