using System.Net;
using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Features;

namespace Gdx.Identity.Tests;

public sealed class ClaimRaceTests(IdentityApp app) : IClassFixture<IdentityApp>
{
    [Fact]
    public async Task Eight_who_press_the_button_at_once_see_one_secret()
    {
        foreach (var _ in Enumerable.Range(0, TestEnvironment.TestEnvironment.Full ? 50 : 5))
        {
            var application = await app.LetInAsync();
            var code = await app.ClaimCodeAsync(application.ApiClientId);

            await OneSecretAsync(application, Enumerable.Repeat(code, 8));
        }
    }

    [Fact]
    public async Task A_hundred_who_open_one_link_at_once_see_one_secret()
    {
        var application = await app.LetInAsync();
        var code = await app.ClaimCodeAsync(application.ApiClientId);
        await OneSecretAsync(application, Enumerable.Repeat(code, 100));
    }

    [Fact]
    public async Task Two_links_of_one_client_give_one_secret()
    {
        foreach (var _ in Enumerable.Range(0, TestEnvironment.TestEnvironment.Full ? 50 : 5))
        {
            var application = await app.LetInAsync();
            var codes = new[] { await app.ClaimCodeAsync(application.ApiClientId), await app.ClaimCodeAsync(application.ApiClientId) };

            await OneSecretAsync(application, codes);
            Assert.All(await Task.WhenAll(codes.Select(code => app.OpenClaimAsync(code))), answer => Assert.Equal(HttpStatusCode.Gone, answer.StatusCode));
        }
    }

    [Fact]
    public async Task Of_a_claim_and_a_revocation_at_once_the_revocation_stays()
    {
        var application = await app.LetInAsync();
        var code = await app.ClaimCodeAsync(application.ApiClientId);

        var claim = app.PostClaimAsync(code);
        await app.Clients.RevokeAsync(new() { ApiClientId = application.ApiClientId, Reason = "at once" }, await app.AsAsync(IdentityApp.Maker));
        using var answer = await claim;

        Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Gone);
        Assert.Equal("Revoked", await app.SqlAsync<string>($"SELECT state FROM api_clients WHERE id = '{application.ApiClientId}'"));
    }

    private async Task OneSecretAsync(Application application, IEnumerable<string> codes)
    {
        var answers = await Task.WhenAll(codes.Select(code => app.PostClaimAsync(code)));

        var won = Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.All(answers.Except([won]), answer => Assert.Equal(HttpStatusCode.Gone, answer.StatusCode));
        var secret = (await IdentityApp.JsonAsync(won))["consumerSecret"]!.GetValue<string>();
        Assert.Equal(Secrets.Hash(secret), await app.SqlAsync<byte[]>($"SELECT secret_hash FROM api_clients WHERE id = '{application.ApiClientId}'"));
    }
}
