namespace Gdx.LinkageAdapter.Tests;

public sealed class EdgeLimitsTests
{
    [Fact]
    public async Task A_client_that_calls_too_often_is_slowed_down_in_its_own_shape()
    {
        await using var own = await World.StartAsync(settings: ("Gdx:Limits:CallsPerSecond", "5"));
        var agency = await own.AdmitWithGrantAsync();
        var token = await own.App.TokenAsync(agency);

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => own.App.LinkAsync(agency, token)));

        var refused = answers.Where(answer => answer.Status == 429).ToList();
        Assert.NotEmpty(refused);
        Assert.Contains(answers, answer => answer.Status == 200);
        Assert.All(refused, answer => Assert.Equal(("""{"Code":"90008","Message":"Too many calls. Slow down."}""", "1"), (answer.Body, answer.Header("Retry-After"))));
        await LegacyCaller.UntilAsync(() => own.App.LinkAsync(agency, token), 200);
    }

    [Fact]
    public async Task One_clients_excess_does_not_touch_another()
    {
        await using var own = await World.StartAsync(settings: ("Gdx:Limits:TokensPerSecond", "5"));
        var (greedy, modest) = (await own.AdmitAsync(), await own.AdmitAsync());

        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => own.App.ValidateAsync(greedy)));

        Assert.Contains(answers, answer => answer is { Status: 429, Code: "90008" });
        Assert.Equal(200, (await own.App.ValidateAsync(modest)).Status);
    }

    [Fact]
    public async Task Guessing_is_slowed_down_by_address_and_harms_nobody_who_proves_himself()
    {
        await using var own = await World.StartAsync(settings: ("Gdx:Limits:RefusalsPerSecond", "10"));
        var agency = await own.AdmitWithGrantAsync();
        var token = await own.App.TokenAsync(agency);

        var guesses = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => i % 2 == 0
            ? own.App.ValidateAsync(agency, secret: World.NewSecret())
            : own.App.LinkAsync(agency, Guid.NewGuid().ToString())));

        Assert.Contains(guesses, answer => answer.Status == 429);
        Assert.All(guesses, answer => Assert.Contains(answer.Status, (int[])[401, 403, 429]));
        Assert.Equal(200, (await own.App.LinkAsync(agency, token)).Status);
        Assert.Equal(200, (await own.App.ValidateAsync(agency)).Status);
        var recorded = (long)(await own.QueryAsync("SELECT count(*) FROM evidence WHERE outcome = 'denied'"))[0][0]!;
        Assert.InRange(recorded, 1, guesses.Count(answer => answer.Status != 429));
    }
}
