using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Grpc.Core;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Gdx.Identity.Tests;

public sealed class TokenTests(IdentityApp app) : IClassFixture<IdentityApp>
{
    [Theory]
    [InlineData(IdentityApp.Adapter, "wrong")]
    [InlineData(IdentityApp.Adapter, "secret-of-notification-0123456789-0123456789")]
    [InlineData("nobody", "wrong")]
    public async Task A_wrong_secret_gets_no_token(string client, string secret)
    {
        using var answer = await app.AskTokenAsync(client, secret);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("invalid_client", (await IdentityApp.JsonAsync(answer))["error"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_service_is_named_by_its_client_id_and_an_operator_is_a_person()
    {
        var service = new JsonWebToken(await app.TokenAsync(IdentityApp.Adapter));
        var maker = new JsonWebToken(await app.TokenAsync(IdentityApp.Maker));
        var checker = new JsonWebToken(await app.TokenAsync(IdentityApp.Checker));

        Assert.Equal(("at+jwt", IdentityApp.Adapter), (service.Typ, service.Subject));
        Assert.Equal(["gdx"], service.Audiences);
        Assert.Equal(["service", "service:linkage-adapter"], Roles(service));
        Assert.InRange(service.ValidTo - service.IssuedAt, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15));
        Assert.Equal(["auditor", "operator"], Roles(maker));
        Assert.True(Guid.TryParse(maker.Subject, out _));
        Assert.NotEqual(maker.Subject, checker.Subject);
    }

    [Fact]
    public async Task Tokens_outlive_a_restart_and_are_good_at_every_replica()
    {
        await using var first = new IdentityApp();
        await first.UseServersAsync();
        await using var second = Replica(first);
        await Task.WhenAll(first.HealthyAsync(), second.HealthyAsync());
        var token = new Metadata { { "authorization", $"Bearer {await first.TokenAsync(IdentityApp.Maker)}" } };

        await second.Applications.FindAsync(new(), token);
        await first.DisposeAsync();
        await second.DisposeAsync();
        await using var third = Replica(first);
        await third.HealthyAsync();

        await third.Applications.FindAsync(new(), token);
    }

    [Fact]
    public async Task A_client_that_left_the_settings_gets_no_token_and_a_changed_secret_counts()
    {
        await using var before = new IdentityApp();
        await before.UseServersAsync();
        await before.HealthyAsync();
        await before.TokenAsync(IdentityApp.Entitlement);
        await before.DisposeAsync();
        await using var after = Replica(before);
        after.Settings.Remove("Gdx:ServiceClients:entitlement");
        after.Settings["Gdx:ServiceClients:notification"] = "another-secret-0123456789-0123456789";
        await after.HealthyAsync();

        using var gone = await after.AskTokenAsync(IdentityApp.Entitlement);
        using var old = await after.AskTokenAsync(IdentityApp.Mailer);
        using var changed = await after.AskTokenAsync(IdentityApp.Mailer, "another-secret-0123456789-0123456789");

        Assert.Equal([HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.OK], [gone.StatusCode, old.StatusCode, changed.StatusCode]);
    }

    [Fact]
    public async Task A_token_that_somebody_else_issued_is_worth_nothing()
    {
        await using var issuer = await TestEnvironment.TestIssuer.StartAsync();
        var own = await app.TokenAsync(IdentityApp.Maker);
        var foreign = new[]
        {
            issuer.Token(Guid.NewGuid().ToString(), "operator"),
            issuer.Token(Guid.NewGuid().ToString(), ["operator"], token => token.Issuer = "http://identity.test/id"),
            own[..^4] + "AAAA",
            own[..(own.LastIndexOf('.') + 1)],
        };

        foreach (var token in foreign)
        {
            var refused = await Assert.ThrowsAsync<RpcException>(async () => await app.Applications.FindAsync(new(), new Metadata { { "authorization", $"Bearer {token}" } }));
            Assert.Equal(StatusCode.Unauthenticated, refused.StatusCode);
        }
    }

    [Theory]
    [InlineData("application/json", "{}", 415)]
    [InlineData("application/x-www-form-urlencoded; charset=utf-7", "grant_type=client_credentials", 415)]
    [InlineData("multipart/form-data", "x", 415)]
    [InlineData("application/x-www-form-urlencoded", "a=%00", 400)]
    [InlineData("application/x-www-form-urlencoded", "", 400)]
    [InlineData("application/x-www-form-urlencoded", "grant_type=password&username=a&password=b", 400)]
    [InlineData("application/x-www-form-urlencoded", "grant_type=client_credentials", 400)]
    public async Task A_request_that_is_no_token_request_is_refused(string type, string body, int status)
    {
        using var http = app.CreateDefaultClient();
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);

        using var answer = await http.PostAsync(new Uri("/connect/token", UriKind.Relative), content);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.NotNull((await IdentityApp.JsonAsync(answer))["error"]);
    }

    [Fact]
    public async Task One_address_that_asks_too_often_is_told_to_wait_and_others_are_served()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 130).Select(_ => app.AskTokenAsync("nobody", "wrong", "203.0.113.9")));

        var refused = answers.Where(answer => answer.StatusCode == HttpStatusCode.TooManyRequests).ToList();
        Assert.NotEmpty(refused);
        Assert.All(refused, answer => Assert.NotNull(answer.Headers.RetryAfter));
        using var other = await app.AskTokenAsync(IdentityApp.Adapter);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    private static IEnumerable<string> Roles(JsonWebToken token) => token.Claims.Where(claim => claim.Type == "role").Select(claim => claim.Value).Order();

    private static IdentityApp Replica(IdentityApp of)
    {
        var replica = new IdentityApp();
        foreach (var (key, value) in of.Settings)
        {
            replica.Settings[key] = value;
        }

        return replica;
    }
}
