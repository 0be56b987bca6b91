using System.Net;
using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Data;
using Gdx.Identity.Sessions;
using Gdx.ServiceDefaults;
using Gdx.TestEnvironment;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gdx.Identity.Tests;

public sealed class SessionTests(IdentityApp app) : IClassFixture<IdentityApp>
{
    [Fact]
    public async Task People_see_and_end_their_own_sessions_and_nobody_elses()
    {
        var (person, stranger) = (await SignedIn.AnyoneAsync(app), await SignedIn.AnyoneAsync(app));
        var second = await AnotherAsync(person);

        var page = await app.Sessions().FindAsync(new() { PageSize = 1 }, person.Metadata);
        var rest = await app.Sessions().FindAsync(new() { PageSize = 1, PageToken = page.NextPageToken }, person.Metadata);
        var foreign = await Refusal.OfAsync(async () => await app.Sessions().EndAsync(new() { SessionId = second.Session.ToString() }, stranger.Metadata));
        var ended = await app.Sessions().EndAsync(new() { SessionId = second.Session.ToString() }, person.Metadata);

        Assert.Equal(new[] { person.Session, second.Session }.Select(id => id.ToString()).Order(), page.Sessions.Concat(rest.Sessions).Select(session => session.Id).Order());
        Assert.Equal(person.Session.ToString(), page.Sessions.Concat(rest.Sessions).Single(session => session.Current).Id);
        Assert.Equal("", rest.NextPageToken);
        Assert.Equal((StatusCode.NotFound, "identity.session.unknown"), (foreign.Status, foreign.Code));
        Assert.Equal(1, ended.Ended);
        Assert.Equal(person.Session.ToString(), (await app.Sessions().FindAsync(new(), person.Metadata)).Sessions.Single().Id);
        Assert.Equal(StatusCode.Unauthenticated, (await Refusal.OfAsync(async () => await app.Sessions().FindAsync(new(), second.Metadata))).Status);
    }

    [Fact]
    public async Task Logging_out_everywhere_ends_all_and_an_operator_can_do_it_for_a_person()
    {
        var person = await SignedIn.AnyoneAsync(app);
        var second = await AnotherAsync(person);
        Assert.Equal(2, (await app.Sessions().EndAllAsync(new(), second.Metadata)).Ended);
        Assert.Equal(StatusCode.Unauthenticated, (await Refusal.OfAsync(async () => await app.Sessions().FindAsync(new(), person.Metadata))).Status);

        var third = await AnotherAsync(person);
        Assert.Equal(1, (await app.Sessions().EndOfAsync(new() { PersonId = person.Person.ToString(), Reason = "stolen laptop" }, await app.AsAsync(IdentityApp.Maker))).Ended);
        Assert.Equal("stolen laptop", await app.SqlAsync<string>($"SELECT ended_because FROM sessions WHERE id = '{third.Session}'"));
        Assert.Equal(0, (await app.Sessions().EndOfAsync(new() { PersonId = person.Person.ToString(), Reason = "again" }, await app.AsAsync(IdentityApp.Maker))).Ended);
    }

    [Fact]
    public async Task Only_ones_own_active_membership_can_be_switched_to()
    {
        var agency = await SignedIn.AgencyAsync(app);
        var (person, other) = (await SignedIn.AsAsync(app, agency, Roles.Officer), await SignedIn.AsAsync(app, agency, Roles.OrganizationAdmin));
        var suspended = await SignedIn.AgencyAsync(app, one => one.State = AgencyState.Suspended);
        var there = await SignedIn.AsAsync(app, suspended, Roles.Officer);
        foreach (var (caller, membership) in new[] { (person, other.Membership), (there, there.Membership), (person, Guid.NewGuid()) })
        {
            var refused = await Refusal.OfAsync(async () => await app.Sessions().SwitchMembershipAsync(new() { MembershipId = membership.ToString() }, caller.Metadata));
            Assert.Equal((StatusCode.FailedPrecondition, "identity.membership.not_active"), (refused.Status, refused.Code));
        }

        Assert.Equal(person.Membership.ToString(), (await app.Sessions().SwitchMembershipAsync(new() { MembershipId = person.Membership.ToString() }, person.Metadata)).MembershipId);
    }

    [Theory]
    [InlineData("", "page_token")]
    [InlineData("no", "page_token")]
    public async Task Bad_input_is_refused(string token, string field)
    {
        var person = await SignedIn.AnyoneAsync(app);
        var size = await Refusal.OfAsync(async () => await app.Sessions().FindAsync(new() { PageSize = 101, PageToken = token }, person.Metadata));
        Assert.Equal((StatusCode.InvalidArgument, "page_size"), (size.Status, size.Field));
        var wrong = await Refusal.OfAsync(async () => await app.Sessions().FindAsync(new() { PageToken = "x" + token }, person.Metadata));
        Assert.Equal((StatusCode.InvalidArgument, field), (wrong.Status, wrong.Field));
        Assert.Equal("session_id", (await Refusal.OfAsync(async () => await app.Sessions().EndAsync(new() { SessionId = token }, person.Metadata))).Field);
        Assert.Equal("membership_id", (await Refusal.OfAsync(async () => await app.Sessions().SwitchMembershipAsync(new() { MembershipId = token }, person.Metadata))).Field);
        Assert.Equal("reason", (await Refusal.OfAsync(async () => await app.Sessions().EndOfAsync(new() { PersonId = Guid.NewGuid().ToString(), Reason = new string('x', 65) }, await app.AsAsync(IdentityApp.Maker)))).Field);
    }

    [Fact]
    public async Task An_end_at_one_replica_counts_at_every_replica_of_every_service_within_a_second()
    {
        await using var second = new IdentityApp();
        foreach (var (key, value) in app.Settings)
        {
            second.Settings[key] = value;
        }

        await second.HealthyAsync();
        await using var one = await Service.StartAsync(app);
        await using var two = await Service.StartAsync(second);
        var (person, bystander) = (await SignedIn.AnyoneAsync(app), await SignedIn.AnyoneAsync(app));
        foreach (var service in new[] { one, two })
        {
            await Eventually.True(async () => (await service.AskAsync(person.Token)).Status == HttpStatusCode.OK, "the service to hear of Identity");
            Assert.Equal(HttpStatusCode.OK, (await service.AskAsync(await app.TokenAsync(IdentityApp.Adapter))).Status);
        }

        await app.Sessions().EndAllAsync(new(), person.Metadata);

        var deadline = TimeSpan.FromSeconds(1);
        await Task.WhenAll(new[] { one, two }.Select(service => Eventually.True(async () => (await service.AskAsync(person.Token)) is (HttpStatusCode.Unauthorized, var body) && body.Contains("caller.session.ended", StringComparison.Ordinal), "the token to be refused", deadline)));
        Assert.Equal(StatusCode.Unauthenticated, (await Refusal.OfAsync(async () => await second.Sessions().FindAsync(new(), person.Metadata))).Status);
        Assert.Equal(HttpStatusCode.OK, (await one.AskAsync(bystander.Token)).Status);
        Assert.Equal(HttpStatusCode.OK, (await two.AskAsync(await app.TokenAsync(IdentityApp.Adapter))).Status);
    }

    [Fact]
    public async Task Without_Identity_no_person_is_let_in_and_services_are()
    {
        var person = await SignedIn.AnyoneAsync(app);
        await using var service = await Service.StartAsync(app);
        await Eventually.True(async () => (await service.AskAsync(person.Token)).Status == HttpStatusCode.OK, "the service to hear of Identity");

        service.Cut();

        await Eventually.True(async () => await service.AskAsync(person.Token) is (HttpStatusCode.ServiceUnavailable, var body) && body.Contains("caller.session.unavailable", StringComparison.Ordinal), "the lease to end", TimeSpan.FromSeconds(10));
        Assert.Equal(HttpStatusCode.OK, (await service.AskAsync(await app.TokenAsync(IdentityApp.Adapter))).Status);

        service.Mend();
        await Eventually.True(async () => (await service.AskAsync(person.Token)).Status == HttpStatusCode.OK, "the service to hear of Identity again");
    }

    [Fact]
    public async Task A_service_that_starts_later_knows_of_ends_before_it()
    {
        var person = await SignedIn.AnyoneAsync(app);
        await app.Sessions().EndAllAsync(new(), person.Metadata);
        await using var service = await Service.StartAsync(app);

        await Eventually.True(async () => (await service.AskAsync(person.Token)).Status == HttpStatusCode.Unauthorized, "the snapshot");
    }

    /// <summary>A second session of the same person.</summary>
    private async Task<SignedIn> AnotherAsync(SignedIn person)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<IdentityDb>();
        var session = new Data.Session { Id = Guid.CreateVersion7(), PersonId = person.Person, Provider = "test", StartedAt = DateTimeOffset.UtcNow, LastSeenAt = DateTimeOffset.UtcNow };
        db.Add(session);
        await db.SaveChangesAsync();
        return person with { Session = session.Id, Token = SignedIn.Sign(app, person.Person, session.Id, null, null, [], []) };
    }

    /// <summary>A service of the exchange that knows nothing but its callers, next to an Identity.</summary>
    private sealed class Service : IAsyncDisposable
    {
        private readonly WebApplication host;
        private readonly Line line;

        private Service(WebApplication host, Line line) => (this.host, this.line) = (host, line);

        public static async Task<Service> StartAsync(IdentityApp identity)
        {
            var line = new Line(identity.Server.CreateHandler());
            var builder = WebApplication.CreateBuilder();
            builder.WebHost.UseTestServer();
            builder.Configuration["Gdx:ServiceSecret"] = IdentityApp.Secret(IdentityApp.Mailer);
            builder.AddServiceDefaults(IdentityApp.Mailer);
            builder.AddSessionRevocation();
            builder.Logging.ClearProviders();
            builder.Services.ConfigureHttpClientDefaults(http => http.ConfigurePrimaryHttpMessageHandler(() => line));
            var host = builder.Build();
            host.UseServiceDefaults();
            host.MapGet("/", () => "let in").RequireAuthorization(new AuthorizeAttribute { Roles = $"{Roles.Person},{Roles.Service}" });
            await host.StartAsync();
            return new(host, line);
        }

        public void Cut() => line.Cut();

        public void Mend() => line.Mend();

        public async Task<(HttpStatusCode Status, string Body)> AskAsync(string token)
        {
            using var http = host.GetTestClient();
            using var request = new HttpRequestMessage(HttpMethod.Get, "/");
            request.Headers.Authorization = new("Bearer", token);
            using var answer = await http.SendAsync(request);
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
        }

        public async ValueTask DisposeAsync()
        {
            await host.StopAsync();
            await host.DisposeAsync();
        }
    }

    /// <summary>The network to Identity; cut, it drops what is open and refuses what comes.</summary>
    private sealed class Line(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        private CancellationTokenSource open = new();

        public void Cut() => open.Cancel();

        public void Mend() => open = new();

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var now = open.Token;
            if (now.IsCancellationRequested)
            {
                throw new HttpRequestException("The line is cut.");
            }

            return await base.SendAsync(request, CancellationTokenSource.CreateLinkedTokenSource(now, cancellationToken).Token);
        }
    }
}
