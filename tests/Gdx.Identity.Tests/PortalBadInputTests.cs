using System.Net;
using Gdx.Numbers;
using Grpc.Core;

namespace Gdx.Identity.Tests;

/// <summary>What somebody may send in the portal's name, or with what they copied from it.</summary>
public sealed class PortalBadInputTests(SignInWorld world) : IClassFixture<SignInWorld>
{
    private static int next = 300;

    private PortalClient Portal => new(world.App);

    [Theory]
    [InlineData("redirect_uri", "https://evil.test/")]
    [InlineData("redirect_uri", "http://portal.test/signed-in/../evil")]
    [InlineData("redirect_uri", "http://portal.test/signed-in?x=1")]
    [InlineData("redirect_uri", "http://portal.test.evil.test/signed-in")]
    [InlineData("redirect_uri", "//evil.test")]
    [InlineData("redirect_uri", "/relative")]
    [InlineData("redirect_uri", "javascript:alert(1)")]
    [InlineData("redirect_uri", null)]
    [InlineData("client_id", "somebody")]
    [InlineData("client_id", "linkage-adapter")]
    [InlineData("client_id", null)]
    [InlineData("code_challenge", null)]
    [InlineData("code_challenge_method", "plain")]
    [InlineData("code_challenge_method", null)]
    [InlineData("response_type", "token")]
    [InlineData("response_type", "code id_token")]
    [InlineData("scope", "openid everything")]
    [InlineData("request_uri", "https://evil.test/request")]
    public async Task A_request_that_leads_astray_ends_on_a_page_of_ours(string name, string? value)
    {
        foreach (var provider in new[] { null, "thaid" })
        {
            using var browser = new Browser(world.App);
            var page = await browser.OpenAsync(Portal.Request(provider, (name, value)));

            Assert.Equal((HttpStatusCode.BadRequest, "identity.test"), (page.Status, page.Address.Host));
            Assert.Contains("This sign-in request is not in order", page.Body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Whoever_asks_without_a_page_is_told_to_sign_in()
    {
        using var browser = new Browser(world.App);
        var page = await browser.OpenAsync(Portal.Request("thaid", ("prompt", "none")));

        Assert.Equal(("portal.test", "login_required"), (page.Address.Host, page.Query["error"]));
        Assert.False(page.Query.ContainsKey("code"));
    }

    [Theory]
    [InlineData("signin?returnUrl=https%3A%2F%2Fevil.test&return=%2F%2Fevil.test&redirect_uri=https%3A%2F%2Fevil.test")]
    [InlineData("signin?provider=https%3A%2F%2Fevil.test")]
    [InlineData("signin?x=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E")]
    public async Task The_page_links_to_nothing_but_our_own_request(string path)
    {
        using var browser = new Browser(world.App);
        var page = await browser.OpenAsync(Browser.Identity(path));

        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.DoesNotContain("<script", page.Body, StringComparison.OrdinalIgnoreCase);
        Assert.All(System.Text.RegularExpressions.Regex.Matches(page.Body, "href=\"([^\"]+)\"").Select(match => match.Groups[1].Value), link => Assert.StartsWith("/id/connect/authorize?", link, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_verifier_that_does_not_fit_gets_nothing_and_uses_nothing_up()
    {
        var portal = Portal;
        var code = await portal.CodeAsync("thaid", Someone());

        Assert.Equal("invalid_grant", (await portal.ExchangeAsync(code, change: ("code_verifier", new string('a', 43)))).Error);
        Assert.Equal("invalid_request", (await portal.ExchangeAsync(code, change: ("code_verifier", null))).Error);
        Assert.Equal("invalid_grant", (await portal.ExchangeAsync(code, change: ("redirect_uri", "http://portal.test/elsewhere"))).Error);
        Assert.Equal("invalid_client", (await portal.ExchangeAsync(code, change: ("client_secret", "wrong"))).Error);
        Assert.Equal("invalid_grant", (await portal.ExchangeAsync($"{code[..^2]}AA")).Error);
        Assert.NotEqual(HttpStatusCode.OK, (await portal.ExchangeAsync(code, null, ("client_id", IdentityApp.Adapter), ("client_secret", IdentityApp.Secret(IdentityApp.Adapter)))).Status);
        Assert.Equal(HttpStatusCode.OK, (await portal.ExchangeAsync(code)).Status);
    }

    [Fact]
    public async Task A_code_that_is_used_twice_ends_the_session()
    {
        var portal = Portal;
        var code = await portal.CodeAsync("thaid", Someone());
        var tokens = await portal.ExchangeAsync(code);

        Assert.Equal("invalid_grant", (await portal.ExchangeAsync(code)).Error);
        Assert.Equal("invalid_grant", (await portal.RefreshAsync(tokens.Refresh!)).Error);
        await RefusedAsync(tokens);
    }

    [Fact]
    public async Task A_refresh_token_that_is_used_twice_ends_the_session()
    {
        var portal = Portal;
        var first = await portal.SignInAsync("thaid", Someone());
        var second = await portal.RefreshAsync(first.Refresh!);
        Assert.Equal(HttpStatusCode.OK, second.Status);

        Assert.Equal("invalid_grant", (await portal.RefreshAsync(first.Refresh!)).Error);
        Assert.Equal("invalid_grant", (await portal.RefreshAsync(second.Refresh!)).Error);
        await RefusedAsync(second);
        Assert.Equal("ticket-reused", await world.App.SqlAsync<string>($"SELECT ended_because FROM sessions WHERE id = '{first.Session}'"));
    }

    [Fact]
    public async Task Of_twenty_uses_at_once_at_most_one_gets_tokens_and_they_end()
    {
        var portal = Portal;
        var first = await portal.SignInAsync("thaid", Someone());
        var all = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => portal.RefreshAsync(first.Refresh!)));

        Assert.Single(all, answer => answer.Status == HttpStatusCode.OK);
        Assert.Equal("invalid_grant", (await portal.RefreshAsync(all.Single(answer => answer.Refresh is not null).Refresh!)).Error);
    }

    [Fact]
    public async Task A_session_lasts_twelve_hours_at_most()
    {
        var portal = Portal;
        var tokens = await portal.SignInAsync("thaid", Someone());
        await world.App.SqlAsync<long>($"WITH changed AS (UPDATE sessions SET started_at = now() - interval '12 hours 1 second' WHERE id = '{tokens.Session}' RETURNING 1) SELECT count(*) FROM changed");

        Assert.Equal("invalid_grant", (await portal.RefreshAsync(tokens.Refresh!)).Error);
        await RefusedAsync(tokens);
    }

    [Fact]
    public async Task A_fresh_session_goes_only_to_the_request_that_it_was_begun_for()
    {
        using var browser = new Browser(world.App);
        var portal = Portal;
        browser.Turn = address => address.Host == "127.0.0.1" ? new Uri(address.AbsoluteUri + "&login_hint=" + Someone().Value) : address;
        var leaving = await browser.OpenAsync(portal.Request("thaid"), follow: false);
        var callback = await browser.OpenAsync(leaving.Address.AbsoluteUri, follow: false);
        var back = await browser.OpenAsync(callback.Address.AbsoluteUri, follow: false);
        Assert.Equal("/id/connect/authorize", back.Address.AbsolutePath);
        using var copy = browser.Copy();

        var another = await copy.OpenAsync(Portal.Request("thaid"), follow: false);
        Assert.Equal("127.0.0.1", another.Address.Host); // Asked to sign in again.
        Assert.True((await browser.OpenAsync(back.Address.AbsoluteUri)).Query.ContainsKey("code"));
    }

    [Theory]
    [InlineData("https://evil.test/")]
    [InlineData("http://portal.test/signed-out/../evil")]
    [InlineData("//evil.test")]
    public async Task Signing_out_leads_nowhere_else(string address)
    {
        var tokens = await Portal.SignInAsync("govid", Someone());
        using var browser = new Browser(world.App);
        var page = await browser.OpenAsync(Browser.Identity($"connect/endsession?id_token_hint={tokens.Id}&post_logout_redirect_uri={Uri.EscapeDataString(address)}"));

        Assert.Equal((HttpStatusCode.BadRequest, "identity.test"), (page.Status, page.Address.Host));
    }

    [Fact]
    public async Task A_link_without_the_persons_own_hint_signs_nobody_out()
    {
        var portal = Portal;
        var tokens = await portal.SignInAsync("govid", Someone());
        using var browser = new Browser(world.App);
        foreach (var hint in new[] { "", "&id_token_hint=x.y.z", $"&id_token_hint={tokens.Id![..^4]}AAAA" })
        {
            await browser.OpenAsync(Browser.Identity($"connect/endsession?x=1{hint}"));
        }

        Assert.Equal(HttpStatusCode.OK, (await portal.RefreshAsync(tokens.Refresh!)).Status);
    }

    private static CitizenId Someone() => CitizenId.Synthetic(Interlocked.Increment(ref next));

    private async Task RefusedAsync(Tokens tokens) =>
        Assert.Equal(StatusCode.Unauthenticated, (await Assert.ThrowsAsync<RpcException>(async () => await world.App.Sessions().FindAsync(new(), tokens.Metadata))).StatusCode);
}
