using System.Net;
using System.Net.Http.Headers;
using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Data;
using Gdx.Identity.Features;
using Gdx.Numbers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Gdx.Identity.Tests;

public sealed class SignInTests(SignInWorld world) : IClassFixture<SignInWorld>
{
    private static int next = 120;

    private PortalClient Portal => new(world.App);

    [Theory]
    [InlineData("govid", false)]
    [InlineData("mailgothai", false)]
    [InlineData("openid", false)]
    [InlineData("dga", true)]
    [InlineData("thaid", true)]
    public async Task A_person_signs_in_through_every_provider(string provider, bool verifies)
    {
        var citizen = Someone();
        var portal = Portal;
        var tokens = await portal.SignInAsync(provider, citizen);

        var (access, id, person) = (tokens.Read, new JsonWebToken(tokens.Id), await world.PersonAsync(tokens.Person));
        Assert.Equal(("at+jwt", "http://identity.test/id"), (access.Typ, access.Issuer));
        Assert.Equal(["gdx"], access.Audiences);
        Assert.Equal([Roles.Person], tokens.Roles);
        Assert.InRange(access.ValidTo - access.IssuedAt, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10));
        Assert.Equal((access.Subject, portal.Nonce, tokens.Session.ToString()), (id.Subject, id.GetClaim("nonce").Value, id.GetClaim("sid").Value));
        Assert.Equal(verifies ? (provider, true) : (null, false), (person.CitizenVerifiedBy, person.CitizenIdHash is not null));
        Assert.NotNull(person.NameTh);
        Assert.DoesNotContain(citizen.Value, access.EncodedPayload + id.EncodedPayload + await world.App.AllRowsAsync());
    }

    [Fact]
    public async Task Userinfo_greets_the_person_and_tells_no_number()
    {
        var citizen = Someone();
        var tokens = await Portal.SignInAsync("thaid", citizen);
        using var http = world.App.CreateDefaultClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", tokens.Access);

        var told = await http.GetStringAsync(new Uri("/connect/userinfo", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Contains(tokens.Person.ToString(), told, StringComparison.Ordinal);
        Assert.Contains("\"citizen_verified\":true", told, StringComparison.Ordinal);
        Assert.DoesNotContain(citizen.Value, told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_provider_named_the_browser_picks_one_on_a_page_without_script()
    {
        using var browser = new Browser(world.App);
        var page = await browser.OpenAsync(Portal.Request());

        Assert.Equal((HttpStatusCode.OK, "/id/signin"), (page.Status, page.Address.AbsolutePath));
        Assert.Contains("default-src 'none'", page.Headers!.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page.Body, StringComparison.OrdinalIgnoreCase);
        var links = System.Text.RegularExpressions.Regex.Matches(page.Body, "href=\"([^\"]+)\"").Select(match => WebUtility.HtmlDecode(match.Groups[1].Value)).ToList();
        Assert.Equal(5, links.Count);
        Assert.All(links, link => Assert.StartsWith("/id/connect/authorize?", link, StringComparison.Ordinal));
        var provider = await browser.OpenAsync($"http://identity.test{links[0]}");
        Assert.Equal("127.0.0.1", provider.Address.Host);
    }

    [Fact]
    public async Task Accounts_with_the_same_proven_number_are_one_person_and_others_are_not()
    {
        var citizen = Someone();
        var thaid = await Portal.SignInAsync("thaid", citizen);
        var dga = await Portal.SignInAsync("dga", citizen);
        var govid = await Portal.SignInAsync("govid", citizen); // The same e-mail address as at DGA.
        var again = await Portal.SignInAsync("govid", citizen);

        Assert.Equal(thaid.Person, dga.Person);
        Assert.NotEqual(thaid.Person, govid.Person);
        Assert.Equal(govid.Person, again.Person);
        Assert.Equal(4, new[] { thaid, dga, govid, again }.Select(tokens => tokens.Session).Distinct().Count());
    }

    [Fact]
    public async Task Whoever_was_named_as_an_agent_is_the_one_who_proves_the_number()
    {
        var citizen = CitizenId.Synthetic(260);
        await world.App.LetInAsync(form => form.Agents[0].CitizenId = citizen.Value);
        var named = await world.App.SqlAsync<Guid>($"SELECT id FROM people WHERE citizen_id_hash = '\\x{Convert.ToHexString(Hash(citizen))}'");

        Assert.Equal(named, (await Portal.SignInAsync("dga", citizen)).Person);
        Assert.NotNull((await world.PersonAsync(named)).CitizenVerifiedAt);
    }

    [Fact]
    public async Task A_name_that_a_provider_brings_later_is_not_one_that_a_registrar_saw()
    {
        var citizen = Someone();
        var person = (await Portal.SignInAsync("thaid", citizen)).Person;
        Assert.Equal(1L, await world.App.SqlAsync<long>($"WITH seen AS (UPDATE people SET name_th = NULL, name_en = 'Seen At The Desk', name_verified_at = now() WHERE id = '{person}' RETURNING id) SELECT count(*) FROM seen"));

        await Portal.SignInAsync("thaid", citizen);

        var after = await world.PersonAsync(person);
        Assert.NotNull(after.NameTh);
        Assert.Null(after.NameVerifiedAt);
    }

    [Fact]
    public async Task Ten_first_sign_ins_at_once_make_one_person()
    {
        var citizen = Someone();
        var all = await Task.WhenAll(Enumerable.Range(0, 10).Select(n => Portal.SignInAsync(n % 2 == 0 ? "thaid" : "dga", citizen)));

        Assert.Single(all.Select(tokens => tokens.Person).Distinct());
    }

    [Fact]
    public async Task A_refresh_rereads_what_the_person_may_do()
    {
        var tokens = await Portal.SignInAsync("thaid", Someone());
        var agency = await SignedIn.AgencyAsync(world.App);
        var membership = await MemberAsync(tokens.Person, agency, Roles.Officer);
        await world.App.Sessions().SwitchMembershipAsync(new() { MembershipId = membership.ToString() }, tokens.Metadata);

        var approved = await Portal.RefreshAsync(tokens.Refresh!);
        await world.App.SqlAsync<long>($"WITH changed AS (UPDATE memberships SET state = 'Suspended' WHERE id = '{membership}' RETURNING 1) SELECT count(*) FROM changed");
        var suspended = await Portal.RefreshAsync(approved.Refresh!);

        Assert.Equal([Roles.Officer, Roles.Person], approved.Roles);
        Assert.Equal((agency.ToString(), membership.ToString(), Menus.LookUpPerson), (approved.Read.GetClaim(Claims.Agency).Value, approved.Read.GetClaim(Claims.Membership).Value, approved.Read.GetClaim(Claims.Menu).Value));
        Assert.Equal([Roles.Person], suspended.Roles);
        Assert.False(suspended.Read.TryGetClaim(Claims.Agency, out _));
    }

    [Fact]
    public async Task The_next_sign_in_acts_as_the_last_one_did()
    {
        var citizen = Someone();
        var first = await Portal.SignInAsync("thaid", citizen);
        var (one, two) = (await MemberAsync(first.Person, await SignedIn.AgencyAsync(world.App), Roles.Officer), await MemberAsync(first.Person, await SignedIn.AgencyAsync(world.App), Roles.SuperUser));
        Assert.Equal(one.ToString(), (await Portal.SignInAsync("thaid", citizen)).Read.GetClaim(Claims.Membership).Value);

        var second = await Portal.SignInAsync("dga", citizen);
        await world.App.Sessions().SwitchMembershipAsync(new() { MembershipId = two.ToString() }, second.Metadata);

        Assert.Equal(two.ToString(), (await Portal.SignInAsync("thaid", citizen)).Read.GetClaim(Claims.Membership).Value);
    }

    [Fact]
    public async Task A_step_up_is_in_the_next_token()
    {
        var tokens = await Portal.SignInAsync("thaid", Someone());
        var until = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.AddMinutes(15).ToUnixTimeSeconds());
        await world.App.SqlAsync<long>($"WITH changed AS (UPDATE sessions SET step_up_until = '{until:O}' WHERE id = '{tokens.Session}' RETURNING 1) SELECT count(*) FROM changed");

        Assert.Equal($"{until.ToUnixTimeSeconds()}", (await Portal.RefreshAsync(tokens.Refresh!)).Read.GetClaim(Claims.StepUpUntil).Value);
    }

    [Fact]
    public async Task Signing_out_ends_the_session_and_leads_through_the_provider_back_to_the_portal()
    {
        foreach (var provider in new[] { "govid", "dga", "thaid" })
        {
            var tokens = await Portal.SignInAsync(provider, Someone());
            using var browser = new Browser(world.App);

            var page = await browser.OpenAsync(Browser.Identity($"connect/endsession?id_token_hint={tokens.Id}&post_logout_redirect_uri={Uri.EscapeDataString(SignInWorld.PortalSignedOut)}&state=abc"));

            Assert.Equal((SignInWorld.PortalSignedOut, "abc"), (page.Address.GetLeftPart(UriPartial.Path), page.Query["state"]));
            Assert.Equal(provider == "thaid" ? 0 : 1, browser.Visited.Count(address => address.Host == "127.0.0.1"));
            Assert.Equal("invalid_grant", (await Portal.RefreshAsync(tokens.Refresh!)).Error);
            Assert.True(await world.App.SqlAsync<bool>($"SELECT provider_token IS NULL FROM sessions WHERE id = '{tokens.Session}'"));
        }
    }

    [Fact]
    public async Task Codes_refresh_tokens_and_sessions_are_good_at_every_replica()
    {
        await using var other = await world.ReplicaAsync();
        var portal = Portal;
        var tokens = await portal.ExchangeAsync(await portal.CodeAsync("thaid", Someone()), other);

        Assert.Equal(HttpStatusCode.OK, (await portal.RefreshAsync(tokens.Refresh!)).Status);
    }

    private static CitizenId Someone() => CitizenId.Synthetic(Interlocked.Increment(ref next));

    private byte[] Hash(CitizenId citizen) => world.App.Services.GetRequiredService<SubjectKey>().Hash(citizen);

    private async Task<Guid> MemberAsync(Guid person, Guid agency, string role)
    {
        await using var scope = world.App.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<IdentityDb>();
        var membership = new Data.Membership { Id = Guid.CreateVersion7(), PersonId = person, AgencyId = agency, State = MembershipState.Active, Roles = [role], Menus = [Menus.LookUpPerson], RequestedAt = DateTimeOffset.UtcNow };
        db.Add(membership);
        await db.SaveChangesAsync();
        return membership.Id;
    }
}
