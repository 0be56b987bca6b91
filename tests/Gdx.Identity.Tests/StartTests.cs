using System.Net;

namespace Gdx.Identity.Tests;

public sealed class StartTests
{
    [Theory]
    [InlineData("Gdx:PublicUrl", null)]
    [InlineData("Gdx:PublicUrl", "identity")]
    [InlineData("Gdx:PublicUrl", "ftp://identity.test")]
    [InlineData("Gdx:SubjectKey", null)]
    [InlineData("Gdx:SubjectKey", "too-few-characters")]
    [InlineData("Gdx:PinPepper", null)]
    [InlineData("Gdx:PinPepper", "too-few-characters")]
    [InlineData("Gdx:PinPeppers:1", "the-id-is-the-current-pepper-0123456789")]
    [InlineData("Gdx:PinPeppers:old", "too-few-characters")]
    [InlineData("Gdx:PinPepperId", "no-name!")]
    [InlineData("ConnectionStrings:identity-db", null)]
    [InlineData("ConnectionStrings:messaging", null)]
    [InlineData("Gdx:ServiceClients:notification", "too-few-characters")]
    [InlineData("Gdx:ServiceClients:operator-maker", "the-name-is-also-an-operator-0123456789")]
    public async Task A_setting_that_is_missing_or_wrong_stops_the_start_and_is_named(string setting, string? value)
    {
        await using var app = new IdentityApp();
        await app.UseServersAsync();
        app.Settings.Remove(setting);
        if (value is not null)
        {
            app.Settings[setting] = value;
        }

        var refused = Assert.Throws<InvalidOperationException>(() => app.Server);

        Assert.Contains(setting, refused.Message, StringComparison.Ordinal);
        if (value is not null)
        {
            Assert.DoesNotContain(value, refused.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("Staging")]
    public async Task Development_operators_are_refused_elsewhere(string environment)
    {
        await using var app = new IdentityApp { EnvironmentName = environment };
        await app.UseServersAsync();

        var refused = Assert.Throws<InvalidOperationException>(() => app.Server);

        Assert.Contains("Gdx:DevelopmentOperators", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_its_database_it_lives_and_answers_that_it_is_not_ready()
    {
        await using var app = new IdentityApp();
        app.Settings["ConnectionStrings:identity-db"] = "Host=127.0.0.1;Port=1;Database=x;Username=x;Timeout=2";
        await app.UseServersAsync();
        using var http = app.CreateClient();

        using var alive = await http.GetAsync(new Uri("/alive", UriKind.Relative));
        using var health = await http.GetAsync(new Uri("/health", UriKind.Relative));
        using var token = await app.AskTokenAsync(IdentityApp.Adapter);
        using var claim = await app.OpenClaimAsync("x");

        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
        Assert.All([health, token, claim], answer => Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode));
        Assert.NotNull(token.Headers.RetryAfter);
    }
}
