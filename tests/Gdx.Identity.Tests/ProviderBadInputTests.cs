using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Gdx.Identity.Tests;

/// <summary>What a provider, or somebody in its name, may send: none of it signs anyone in.</summary>
public sealed class ProviderBadInputTests(CrookedWorld world) : IClassFixture<CrookedWorld>
{
    private static readonly Dictionary<string, Action<CrookedProvider>> Wrongs = new()
    {
        ["signed with another key"] = provider => provider.Sign = text => CrookedProvider.SignWith(ECDsa.Create(ECCurve.NamedCurves.nistP256), text),
        ["signed with an unknown key id"] = provider => (provider.IdToken, provider.Sign) = ((header, _) => header["kid"] = "other", text => CrookedProvider.SignWith(ECDsa.Create(ECCurve.NamedCurves.nistP256), text)),
        ["alg none"] = provider => (provider.IdToken, provider.Sign) = ((header, _) => header["alg"] = "none", _ => ""),
        ["alg none with a signature"] = provider => provider.IdToken = (header, _) => header["alg"] = "none",
        ["the public key as an HMAC secret"] = provider => (provider.IdToken, provider.Sign) = ((header, _) => header["alg"] = "HS256", CrookedProvider.SignWithPublicKey),
        ["no signature"] = provider => provider.Sign = _ => "",
        ["changed after signing"] = provider => provider.Sign = text => CrookedProvider.SignWith(CrookedProvider.Key, text + "x"),
        ["another nonce"] = provider => provider.IdToken = (_, claims) => claims["nonce"] = "another",
        ["no nonce"] = provider => provider.IdToken = (_, claims) => claims.Remove("nonce"),
        ["another issuer"] = provider => provider.IdToken = (_, claims) => claims["iss"] = "http://127.0.0.1:1",
        ["no issuer"] = provider => provider.IdToken = (_, claims) => claims.Remove("iss"),
        ["another audience"] = provider => provider.IdToken = (_, claims) => claims["aud"] = "somebody-else",
        ["two audiences and another presenter"] = provider => provider.IdToken = (_, claims) => (claims["aud"], claims["azp"]) = (new JsonArray("gdx", "somebody-else"), "somebody-else"),
        ["no audience"] = provider => provider.IdToken = (_, claims) => claims.Remove("aud"),
        ["expired"] = provider => provider.IdToken = (_, claims) => (claims["iat"], claims["exp"]) = (1_600_000_000, 1_600_000_300),
        ["no expiry"] = provider => provider.IdToken = (_, claims) => claims.Remove("exp"),
        ["no subject"] = provider => provider.IdToken = (_, claims) => claims.Remove("sub"),
        ["userinfo of somebody else"] = provider => provider.UserInfoSubject = "somebody-else",
        ["no id token"] = provider => provider.WithIdToken = false,
        ["no state"] = provider => provider.Answer = answer => answer["state"] = null,
        ["another state"] = provider => provider.Answer = answer => answer["state"] = "AAAA",
        ["no code"] = provider => provider.Answer = answer => answer["code"] = null,
        ["no iss, though announced"] = provider => provider.Answer = answer => answer["iss"] = null,
        ["an error with a script in it"] = provider => provider.Answer = answer => (answer["code"], answer["error"], answer["error_description"]) = (null, "<script>alert(1)</script>", "<script>alert(1)</script>"),
    };

    public static TheoryData<string> Kinds => [.. Wrongs.Keys];

    private PortalClient Portal => new(world.App);

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Nobody_is_signed_in_by(string wrong)
    {
        world.Crooked.Mend();
        Wrongs[wrong](world.Crooked);
        using var browser = new Browser(world.App);

        var page = await browser.OpenAsync(Portal.Request("crooked"));

        Refused(page);
        Assert.DoesNotContain("<script", page.Body, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(0, await SessionsAsync());
    }

    [Fact]
    public async Task The_honest_provider_signs_in()
    {
        world.Crooked.Mend();
        using var browser = new Browser(world.App);

        Assert.True((await browser.OpenAsync(Portal.Request("crooked"))).Query.ContainsKey("code"));
        await world.App.SqlAsync<long>("WITH gone AS (DELETE FROM sessions WHERE provider = 'crooked' RETURNING 1) SELECT count(*) FROM gone");
    }

    [Fact]
    public async Task An_answer_counts_once_whatever_cookies_are_kept()
    {
        world.Crooked.Mend();
        using var browser = new Browser(world.App);
        var callback = await ToCallbackAsync(browser);
        using var copy = browser.Copy();
        var asked = world.Crooked.TokensAsked;

        Assert.True((await browser.OpenAsync(callback)).Query.ContainsKey("code"));
        Refused(await browser.OpenAsync(callback));
        Refused(await copy.OpenAsync(callback));
        Assert.Equal(asked + 1, world.Crooked.TokensAsked);
        await world.App.SqlAsync<long>("WITH gone AS (DELETE FROM sessions WHERE provider = 'crooked' RETURNING 1) SELECT count(*) FROM gone");
    }

    [Fact]
    public async Task An_answer_counts_only_in_the_browser_that_asked()
    {
        world.Crooked.Mend();
        using var victim = new Browser(world.App);
        using var attacker = new Browser(world.App);

        Refused(await victim.OpenAsync(await ToCallbackAsync(attacker)));
        Assert.Equal(0, await SessionsAsync());
    }

    [Fact]
    public async Task Providers_cannot_be_mixed_up()
    {
        world.Crooked.Mend();
        foreach (var turn in new Func<string, string>[]
        {
            callback => callback.Replace("/callback/crooked", "/callback/other", StringComparison.Ordinal),
            callback => callback.Replace("/callback/crooked", "/callback/nobody", StringComparison.Ordinal),
            callback => callback.Replace(Uri.EscapeDataString(world.Crooked.Address), Uri.EscapeDataString(world.OtherAddress), StringComparison.Ordinal),
        })
        {
            using var browser = new Browser(world.App);
            var callback = await ToCallbackAsync(browser);
            var turned = turn(callback);

            Assert.NotEqual(callback, turned);
            var page = await browser.OpenAsync(turned);
            Assert.Equal(HttpStatusCode.BadRequest, page.Status);
            Assert.Equal(0, await SessionsAsync());
        }
    }

    [Theory]
    [InlineData("callback/crooked")]
    [InlineData("callback/crooked?code=x")]
    [InlineData("callback/crooked?code=x&state=x")]
    [InlineData("callback/crooked?code=x&code=y&state=x&state=y")]
    [InlineData("callback/crooked?error=access_denied")]
    [InlineData("callback/nobody?code=x&state=x")]
    [InlineData("callback/crooked/signed-out?state=x")]
    public async Task An_address_that_somebody_made_up_leads_nowhere(string path)
    {
        using var browser = new Browser(world.App);
        var page = await browser.OpenAsync(Browser.Identity(path));

        Assert.Equal(path.Contains("signed-out", StringComparison.Ordinal) ? HttpStatusCode.OK : HttpStatusCode.BadRequest, page.Status);
        Assert.Equal("identity.test", page.Address.Host);
        Assert.Equal(0, await SessionsAsync());
    }

    [Fact]
    public void Nothing_of_it_is_in_the_logs() => Assert.DoesNotContain(world.App.Logs, line => line.Contains("code=", StringComparison.Ordinal) || line.Contains("state=", StringComparison.Ordinal) || line.Contains("<script", StringComparison.Ordinal));

    private static void Refused(Page page)
    {
        Assert.Equal((HttpStatusCode.BadRequest, "identity.test"), (page.Status, page.Address.Host));
        Assert.Contains("You are not signed in", page.Body, StringComparison.Ordinal);
    }

    private async Task<string> ToCallbackAsync(Browser browser)
    {
        var leaving = await browser.OpenAsync(Portal.Request("crooked"), follow: false);
        return (await browser.OpenAsync(leaving.Address.AbsoluteUri, follow: false)).Address.AbsoluteUri;
    }

    private Task<long> SessionsAsync() => world.App.SqlAsync<long>("SELECT count(*) FROM sessions WHERE provider IN ('crooked', 'other')");
}
