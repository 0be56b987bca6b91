using System.Net;
using System.Text.RegularExpressions;

namespace Gdx.Identity.Tests;

/// <summary>Our client against a provider that others have certified.</summary>
public sealed partial class CertifiedProviderTests(CertifiedProviderTests.World world) : IClassFixture<CertifiedProviderTests.World>
{
    [Fact]
    public async Task Somebody_signs_in_and_is_the_same_person_the_next_time()
    {
        var (first, again, other) = (await SignInAsync("malee"), await SignInAsync("malee"), await SignInAsync("somchai"));

        Assert.Equal(first.Person, again.Person);
        Assert.NotEqual(first.Person, other.Person);
        var person = await world.PersonAsync(first.Person);
        Assert.Equal(("ผู้ทดสอบ มาตรฐาน", "malee@welfare.go.th"), (person.NameTh, person.Email));
        Assert.Null(person.CitizenIdHash);
    }

    [Fact]
    public async Task Whoever_cancels_there_is_not_signed_in_here()
    {
        using var browser = new Browser(world.App);
        var login = await browser.OpenAsync(new PortalClient(world.App).Request("certified"));
        var abort = Abort().Match(login.Body).Groups[1].Value;
        Assert.NotEmpty(abort);

        var page = await browser.OpenAsync(new Uri(login.Address, abort).AbsoluteUri);

        Assert.Equal((HttpStatusCode.BadRequest, "identity.test"), (page.Status, page.Address.Host));
        Assert.Contains("You are not signed in", page.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_of_the_provider_counts_once()
    {
        using var browser = new Browser(world.App);
        var portal = new PortalClient(world.App);
        Assert.True((await LogInAsync(browser, portal, "wichai")).Query.ContainsKey("code"));
        var callback = browser.Visited.Single(address => address.AbsolutePath == "/id/callback/certified").AbsoluteUri;

        Assert.Equal(HttpStatusCode.BadRequest, (await browser.OpenAsync(callback)).Status);
    }

    private async Task<Tokens> SignInAsync(string name)
    {
        using var browser = new Browser(world.App);
        var portal = new PortalClient(world.App);
        return await portal.ExchangeAsync((await LogInAsync(browser, portal, name)).Query["code"]);
    }

    private static async Task<Page> LogInAsync(Browser browser, PortalClient portal, string name)
    {
        var login = await browser.OpenAsync(portal.Request("certified"));
        using var credentials = new FormUrlEncodedContent([new("prompt", "login"), new("login", name), new("password", "any")]);
        var consent = await browser.OpenAsync(login.Address.AbsoluteUri, credentials);
        using var agreed = new FormUrlEncodedContent([new("prompt", "consent")]);
        return await browser.OpenAsync(consent.Address.AbsoluteUri, agreed);
    }

    [GeneratedRegex("href=\"([^\"]*/abort)\"")]
    private static partial Regex Abort();

    public sealed class World : SignInWorld
    {
        private const string Secret = "secret-of-gdx-at-the-certified-provider";
        private CertifiedProvider? certified;

        public override async ValueTask InitializeAsync()
        {
            certified = await CertifiedProvider.StartAsync(Browser.Identity("callback/certified"), Secret);
            UseProvider("certified", "oidc", certified.Issuer);
            App.Settings["Gdx:Providers:certified:ClientSecret"] = Secret;
            await base.InitializeAsync();
        }

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            await (certified?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }
}
