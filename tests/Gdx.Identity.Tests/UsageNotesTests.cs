using Gdx.Identity.Contracts.V1;
using Gdx.TestEnvironment;
using Microsoft.Extensions.Time.Testing;

namespace Gdx.Identity.Tests;

public sealed class UsageNotesTests
{
    [Fact]
    public async Task What_the_token_endpoint_saw_is_written_and_told_after_a_minute()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var app = new IdentityApp { Clock = clock };
        await app.InitializeAsync();
        var client = await TestClient.InAsync(app);
        var (key, jwk) = TestClient.NewEcKey();
        var maker = await app.AsAsync(IdentityApp.Maker);
        await app.Clients.RegisterKeyAsync(new() { ApiClientId = client.Id.ToString(), Jwk = jwk }, maker);

        await TestClient.TokenAsync(await client.AskAsync(app));
        await TestClient.TokenAsync(await client.AssertAsync(app, key, assertion => (assertion.IssuedAt, assertion.Expires) = (null, clock.GetUtcNow().UtcDateTime.AddMinutes(2))));
        Assert.Null((await app.Clients.GetAsync(new() { ApiClientId = client.Id.ToString() }, maker)).LastUsedAt);
        await GuessAsync(25);
        await LaterAsync(() => Task.FromResult(app.Told.OfType<SecretGuessed>().Any(told => told.ApiClientId == client.Id)));
        var uses = (await app.Clients.GetAsync(new() { ApiClientId = client.Id.ToString() }, maker)).Uses;

        Assert.Equal([(0, client.OfficerId), (1, client.OfficerId)], uses.Select(use => (use.SecretGeneration, use.AgentId)).Order());
        // An assertion that can come no more need not be kept.
        await LaterAsync(async () =>
        {
            clock.Advance(TimeSpan.FromMinutes(5));
            return await app.SqlAsync<long>("SELECT count(*) FROM used_assertions") == 0;
        });

        async Task GuessAsync(int times)
        {
            for (var guess = 0; guess < times; guess++)
            {
                using var refused = await (client with { Secret = $"guess {guess}" }).AskAsync(app);
            }
        }

        Task LaterAsync(Func<Task<bool>> condition) => Eventually.True(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(61));
            return condition();
        }, "the next minute");
    }
}
