using System.Net;
using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Features;
using Gdx.Numbers;
using Gdx.TestEnvironment;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Gdx.Identity.Tests;

/// <summary>People/StartProof, GET /prove, People/FinishProof: whoever signed in through GovID or MailGoThai proves the citizen number later.</summary>
public sealed class ProofTests(SignInWorld world) : IClassFixture<SignInWorld>
{
    private const string Back = "http://portal.test/profile?tab=number";
    private static int next = 420;

    private PortalClient Portal => new(world.App);

    [Theory]
    [InlineData("govid", "thaid")]
    [InlineData("mailgothai", "dga")]
    public async Task A_number_is_proven_in_the_same_account_and_session_and_the_person_can_be_let_in(string first, string proving)
    {
        var citizen = Someone();
        var signedIn = await Portal.SignInAsync(first, citizen);
        var agency = await SignedIn.AgencyAsync(world.App);
        var admin = await SignedIn.AsAsync(world.App, agency, Roles.OrganizationAdmin);
        var waits = await world.App.Memberships.JoinAsync(new() { AgencyId = agency.ToString() }, signedIn.Metadata);
        var early = await Refusal.OfAsync(() => ApproveAsync(waits.Id, admin));

        var code = await ProveAsync(signedIn, proving, citizen);
        var finished = await FinishAsync(signedIn, code);
        var approved = await ApproveAsync(waits.Id, admin);

        Assert.Equal("identity.person.unverified", early.Code);
        Assert.Equal((signedIn.Person.ToString(), true, false), (finished.Profile.Id, finished.Profile.CitizenVerified, finished.SignInAgain));
        Assert.Equal(MembershipState.Active, approved.State);
        var person = await world.PersonAsync(signedIn.Person);
        Assert.Equal((proving, Hash(citizen)), (person.CitizenVerifiedBy, Convert.ToHexString(person.CitizenIdHash!)));
        Assert.Equal(signedIn.Person, (await Portal.SignInAsync(proving, citizen)).Person);
        Assert.Equal(signedIn.Person, (await Portal.SignInAsync(first, citizen)).Person);
        var rows = await world.App.AllRowsAsync();
        Assert.DoesNotContain(citizen.Value, rows + string.Join('\n', world.App.Logs), StringComparison.Ordinal);
        Assert.DoesNotContain(code, rows, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_the_number_belongs_to_a_verified_account_the_login_joins_it_and_what_the_shell_waited_for_lets_nobody_in()
    {
        var citizen = Someone();
        var owner = await Portal.SignInAsync("thaid", citizen);
        var shell = await Portal.SignInAsync("govid", citizen);
        var agency = await SignedIn.AgencyAsync(world.App);
        var admin = await SignedIn.AsAsync(world.App, agency, Roles.OrganizationAdmin);
        var waits = await world.App.Memberships.JoinAsync(new() { AgencyId = agency.ToString() }, shell.Metadata);

        var finished = await FinishAsync(shell, await ProveAsync(shell, "dga", citizen));

        Assert.Equal((owner.Person.ToString(), true), (finished.Profile.Id, finished.SignInAgain));
        Assert.Empty(finished.Profile.Memberships);
        Assert.Equal("identity.membership.state", (await Refusal.OfAsync(() => ApproveAsync(waits.Id, admin))).Code);
        Assert.Equal(owner.Person, (await world.PersonAsync(shell.Person)).MergedIntoId);
        Assert.Equal(StatusCode.Unauthenticated, (await Refusal.OfAsync(() => world.App.People.GetAsync(new(), shell.Metadata).ResponseAsync)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await Portal.RefreshAsync(shell.Refresh!)).Status);
        foreach (var provider in new[] { "govid", "dga", "thaid" })
        {
            Assert.Equal(owner.Person, (await Portal.SignInAsync(provider, citizen)).Person);
        }

        // Nothing stands in the way of asking anew, as who one is.
        Assert.Equal(MembershipState.Waiting, (await world.App.Memberships.JoinAsync(new() { AgencyId = agency.ToString() }, owner.Metadata)).State);
    }

    [Fact]
    public async Task A_name_that_a_joined_account_brings_is_not_one_that_a_registrar_saw()
    {
        var citizen = Someone();
        var owner = await Portal.SignInAsync("thaid", citizen);
        var shell = await Portal.SignInAsync("govid", citizen);
        var code = await ProveAsync(shell, "dga", citizen);
        Assert.Equal(owner.Person, await world.App.SqlAsync<Guid>($"UPDATE people SET name_th = NULL, name_en = NULL, name_verified_at = now() WHERE id = '{owner.Person}' RETURNING id"));

        await FinishAsync(shell, code);

        var joined = await world.PersonAsync(owner.Person);
        Assert.NotNull(joined.NameTh ?? joined.NameEn);
        Assert.Null(joined.NameVerifiedAt);
    }

    [Fact]
    public async Task What_the_shell_applied_for_is_the_owners_so_that_nobody_approves_their_own()
    {
        var citizen = Someone();
        var owner = await Portal.SignInAsync("thaid", citizen);
        var shell = await Portal.SignInAsync("govid", citizen);
        var application = await world.App.Applications.SaveDraftAsync(new() { Form = Paper.FullForm() }, shell.Metadata);
        await world.App.Applications.SubmitDraftAsync(new() { ApplicationId = application.Id }, shell.Metadata);

        await FinishAsync(shell, await ProveAsync(shell, "thaid", citizen));

        var desk = SignedIn.Sign(world.App, owner.Person, owner.Session, null, null, [Roles.Operator], []);
        var refused = await Refusal.OfAsync(() => world.App.Applications.VerifyAsync(new() { ApplicationId = application.Id, Reason = "x" }, new Metadata { { "authorization", $"Bearer {desk}" } }).ResponseAsync);
        Assert.Equal("identity.application.same_person", refused.Code);
        Assert.Equal(owner.Person.ToString(), (await world.App.Applications.GetAsync(new() { ApplicationId = application.Id }, owner.Metadata)).ApplicantId);
    }

    [Fact]
    public async Task Whoever_was_only_named_by_others_keeps_that_id_and_takes_over_the_account()
    {
        var citizen = Someone();
        await world.App.LetInAsync(form => form.Agents[0].CitizenId = citizen.Value);
        var named = await world.App.SqlAsync<Guid>($"SELECT id FROM people WHERE citizen_id_hash = '\\x{Hash(citizen)}'");
        var signedIn = await Portal.SignInAsync("mailgothai", citizen);
        var agency = await SignedIn.AgencyAsync(world.App);
        await world.App.Memberships.JoinAsync(new() { AgencyId = agency.ToString() }, signedIn.Metadata);

        var finished = await FinishAsync(signedIn, await ProveAsync(signedIn, "thaid", citizen));

        Assert.Equal((named.ToString(), true, true), (finished.Profile.Id, finished.Profile.CitizenVerified, finished.SignInAgain));
        Assert.Equal(MembershipState.Waiting, Assert.Single(finished.Profile.Memberships).State);
        Assert.Equal(named, (await Portal.SignInAsync("mailgothai", citizen)).Person);
    }

    [Fact]
    public async Task A_link_and_what_came_of_it_count_once_also_at_the_same_moment()
    {
        var citizen = Someone();
        var signedIn = await Portal.SignInAsync("govid", citizen);
        var proof = await StartAsync(signedIn, "thaid");
        using var browser = As(citizen);
        var page = await browser.OpenAsync(proof.Url);
        var callback = browser.Visited.Last(address => address.AbsolutePath.Contains("callback", StringComparison.Ordinal)).AbsoluteUri;

        using var another = As(Someone());
        var (opened, replayed) = (await another.OpenAsync(proof.Url), await browser.OpenAsync(callback));
        var finishes = await Task.WhenAll(Enumerable.Range(0, 5).Select(async _ => await Record.ExceptionAsync(() => FinishAsync(signedIn, page.Query["proof"]))));

        Assert.Equal((HttpStatusCode.Gone, HttpStatusCode.BadRequest), (opened.Status, replayed.Status));
        Assert.Single(finishes, refused => refused is null);
        Assert.All(finishes.OfType<RpcException>(), refused => Assert.Equal(StatusCode.NotFound, refused.StatusCode));
        Assert.Equal(Hash(citizen), Convert.ToHexString((await world.PersonAsync(signedIn.Person)).CitizenIdHash!));
    }

    [Fact]
    public async Task Of_two_browsers_at_the_provider_with_one_link_one_is_answered()
    {
        var (one, two) = (Someone(), Someone());
        var signedIn = await Portal.SignInAsync("govid", one);
        var proof = await StartAsync(signedIn, "thaid");
        using var first = As(one);
        using var second = As(two);
        var (atFirst, atSecond) = (await first.OpenAsync(proof.Url, follow: false), await second.OpenAsync(proof.Url, follow: false));

        var came = await first.OpenAsync(atFirst.Address.AbsoluteUri);
        var late = await second.OpenAsync(atSecond.Address.AbsoluteUri);

        Assert.Equal(("portal.test", "number"), (came.Address.Host, came.Query["tab"]));
        Assert.Equal(HttpStatusCode.Gone, late.Status);
        await FinishAsync(signedIn, came.Query["proof"]);
        Assert.Equal(Hash(one), Convert.ToHexString((await world.PersonAsync(signedIn.Person)).CitizenIdHash!));
    }

    [Fact]
    public async Task Another_session_finishes_nothing_whoever_opened_the_link()
    {
        var (attacker, victim) = (Someone(), Someone());
        var (own, theirs) = (await Portal.SignInAsync("govid", attacker), await Portal.SignInAsync("govid", victim));
        var again = await Portal.SignInAsync("govid", attacker);

        // The victim was made to open the attacker's link, and the portal finishes it with the victim's session.
        var code = await ProveAsync(own, "thaid", victim);
        foreach (var session in new[] { theirs, again })
        {
            Assert.Equal(new(StatusCode.NotFound, "identity.proof.unknown", ""), await Refusal.OfAsync(() => FinishAsync(session, code)));
        }

        Assert.False((await world.App.People.GetAsync(new(), theirs.Metadata)).CitizenVerified);
        Assert.False((await world.App.People.GetAsync(new(), own.Metadata)).CitizenVerified);
    }

    [Fact]
    public async Task Nothing_is_finished_late_nor_by_a_session_that_has_ended_nor_when_it_was_begun_anew()
    {
        var citizen = Someone();
        var signedIn = await Portal.SignInAsync("govid", citizen);
        var first = await StartAsync(signedIn, "thaid");
        var renewed = await ProveAsync(signedIn, "thaid", citizen);
        using var browser = As(citizen);
        Assert.Equal(HttpStatusCode.Gone, (await browser.OpenAsync(first.Url)).Status);

        await world.App.ExecuteAsync($"UPDATE identity_proofs SET expires_at = now() - interval '1 second' WHERE session_id = '{signedIn.Session}'");
        Assert.Equal("identity.proof.unknown", (await Refusal.OfAsync(() => FinishAsync(signedIn, renewed))).Code);

        var last = await ProveAsync(signedIn, "thaid", citizen);
        var late = await StartAsync(await Portal.SignInAsync("govid", citizen), "thaid");
        await world.App.ExecuteAsync("UPDATE identity_proofs SET expires_at = now() - interval '1 second' WHERE answered_at IS NULL");
        Assert.Equal(HttpStatusCode.Gone, (await browser.OpenAsync(late.Url)).Status);
        await world.App.Sessions().EndAllAsync(new(), signedIn.Metadata);
        Assert.Equal(StatusCode.Unauthenticated, (await Refusal.OfAsync(() => FinishAsync(signedIn, last))).Status);
        Assert.Null((await world.PersonAsync(signedIn.Person)).CitizenVerifiedAt);
    }

    [Fact]
    public async Task Who_is_verified_meanwhile_with_another_number_keeps_it()
    {
        var (own, other) = (Someone(), Someone());
        var signedIn = await Portal.SignInAsync("govid", own);
        var (mismatch, match) = (await ProveAsync(signedIn, "thaid", other), "");
        await VerifyAtDeskAsync(signedIn.Person, own);

        Assert.Equal(new(StatusCode.FailedPrecondition, "identity.person.verified", ""), await Refusal.OfAsync(() => FinishAsync(signedIn, mismatch)));
        Assert.Equal("identity.person.verified", (await Refusal.OfAsync(() => StartAsync(signedIn, "thaid"))).Code);
        Assert.Equal(Hash(own), Convert.ToHexString((await world.PersonAsync(signedIn.Person)).CitizenIdHash!));

        var another = await Portal.SignInAsync("govid", other);
        match = await ProveAsync(another, "thaid", other);
        await VerifyAtDeskAsync(another.Person, other);
        Assert.Equal(another.Person.ToString(), (await FinishAsync(another, match)).Profile.Id); // The same number twice is no contradiction.
    }

    [Fact]
    public async Task An_account_of_somebody_who_has_proven_another_number_proves_nothing()
    {
        var (own, other) = (Someone(), Someone());
        var signedIn = await Portal.SignInAsync("govid", own);
        var theirs = await Portal.SignInAsync("thaid", other);
        var code = await ProveAsync(signedIn, "thaid", own);

        // As if the provider had told another number with the account of before.
        await world.App.ExecuteAsync($"UPDATE identity_proofs SET subject_hash = (SELECT subject_hash FROM external_logins WHERE person_id = '{theirs.Person}') WHERE session_id = '{signedIn.Session}'");

        Assert.Equal(new(StatusCode.FailedPrecondition, "identity.proof.number", ""), await Refusal.OfAsync(() => FinishAsync(signedIn, code)));
        Assert.Null((await world.PersonAsync(signedIn.Person)).CitizenVerifiedAt);
    }

    [Theory]
    [InlineData("govid", Back, "provider")]
    [InlineData("nobody", Back, "provider")]
    [InlineData("", Back, "provider")]
    [InlineData("thaid", "", "return_url")]
    [InlineData("thaid", "/profile", "return_url")]
    [InlineData("thaid", "http://evil.test/profile", "return_url")]
    [InlineData("thaid", "https://portal.test/profile", "return_url")]
    [InlineData("thaid", "http://portal.test:8080/profile", "return_url")]
    [InlineData("thaid", "http://portal.test@evil.test/", "return_url")]
    [InlineData("thaid", "http://me@portal.test/", "return_url")]
    [InlineData("thaid", "http://portal.test/#x", "return_url")]
    [InlineData("thaid", "javascript:alert(1)", "return_url")]
    [InlineData("thaid", "http://portal.test/กกกกกกกกกกกกกกกกกกกกกกกกกกกกกกกกกกกกกกกกกกกกกกกกกกกกกกกกกกกกกกก", "return_url")] // 84 characters, 500 and more once they are encoded.
    public async Task A_provider_that_vouches_for_nobody_and_an_address_of_elsewhere_are_refused(string provider, string back, string field)
    {
        var signedIn = await Portal.SignInAsync("govid", Someone());

        Assert.Equal(field, (await Refusal.OfAsync(() => world.App.People.StartProofAsync(new() { Provider = provider, ReturnUrl = back }, signedIn.Metadata).ResponseAsync)).Field);
    }

    [Fact]
    public async Task Codes_that_are_none_lead_nowhere()
    {
        var signedIn = await Portal.SignInAsync("govid", Someone());
        foreach (var code in new[] { Secrets.New(), "x", "", "' OR 1=1" })
        {
            using var browser = As(Someone());
            Assert.Equal(HttpStatusCode.Gone, (await browser.OpenAsync(Browser.Identity($"prove?code={Uri.EscapeDataString(code)}"))).Status);
        }

        Assert.Equal("proof", (await Refusal.OfAsync(() => FinishAsync(signedIn, "x"))).Field);
        Assert.Equal("identity.proof.unknown", (await Refusal.OfAsync(() => FinishAsync(signedIn, Secrets.New()))).Code);
        var tokenOnly = await world.App.AsAsync(IdentityApp.Maker); // A development operator: a person without a session.
        Assert.NotEqual(StatusCode.OK, (await Refusal.OfAsync(() => world.App.People.StartProofAsync(new() { Provider = "thaid", ReturnUrl = Back }, tokenOnly).ResponseAsync)).Status);
    }

    [Fact]
    public async Task Cancelled_at_the_provider_proves_nothing_and_the_link_still_works()
    {
        var citizen = Someone();
        var signedIn = await Portal.SignInAsync("govid", citizen);
        var proof = await StartAsync(signedIn, "thaid");
        using var browser = new Browser(world.App);
        var atProvider = await browser.OpenAsync(proof.Url);
        using var cancel = new FormUrlEncodedContent([new("cancel", "1")]);

        Assert.Equal(HttpStatusCode.BadRequest, (await browser.OpenAsync(atProvider.Address.AbsoluteUri, cancel)).Status);
        using var again = As(citizen);
        Assert.True((await FinishAsync(signedIn, (await again.OpenAsync(proof.Url)).Query["proof"])).Profile.CitizenVerified);
    }

    private static CitizenId Someone() => CitizenId.Synthetic(Interlocked.Increment(ref next));

    private string Hash(CitizenId citizen) => Convert.ToHexString(world.App.Services.GetRequiredService<SubjectKey>().Hash(citizen));

    private Browser As(CitizenId citizen) => new(world.App)
    {
        Turn = address => address.Host == "127.0.0.1" && address.AbsolutePath.Contains("auth", StringComparison.Ordinal) ? new Uri($"{address.AbsoluteUri}&login_hint={citizen.Value}") : address,
    };

    private async Task<Proof> StartAsync(Tokens who, string provider) => await world.App.People.StartProofAsync(new() { Provider = provider, ReturnUrl = Back }, who.Metadata);

    /// <summary>Begins as this session and goes through the provider as this person; the code to finish with.</summary>
    private async Task<string> ProveAsync(Tokens who, string provider, CitizenId citizen)
    {
        var proof = await StartAsync(who, provider);
        using var browser = As(citizen);
        var page = await browser.OpenAsync(proof.Url);
        Assert.True(page.Query.TryGetValue("proof", out var code), $"{page.Address.GetLeftPart(UriPartial.Path)} {page.Status}: {page.Body}");
        return code;
    }

    private async Task<FinishProofReply> FinishAsync(Tokens who, string code) => await world.App.People.FinishProofAsync(new() { Proof = code }, who.Metadata);

    private async Task<Membership> ApproveAsync(string membership, SignedIn admin) => await world.App.Memberships.ApproveAsync(new() { MembershipId = membership, Roles = { Roles.Officer } }, admin.Metadata);

    private async Task VerifyAtDeskAsync(Guid person, CitizenId citizen)
    {
        var registrar = await SignedIn.AsAsync(world.App, await SignedIn.AgencyAsync(world.App), Roles.Registrar);
        await world.App.People.VerifyCitizenAsync(new() { PersonId = person.ToString(), CitizenId = citizen.Value }, registrar.Metadata);
    }
}
