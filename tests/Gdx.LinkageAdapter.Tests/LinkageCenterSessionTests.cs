using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Gdx.Numbers;
using Gdx.TestEnvironment;
using Microsoft.Extensions.Time.Testing;

namespace Gdx.LinkageAdapter.Tests;

/// <summary>How the adapter signs in at the Linkage Center: once for all calls of an agency, and again when it must.</summary>
public sealed class LinkageCenterSessionTests
{
    private static readonly HttpClient Http = new();

    [Fact]
    public async Task Calls_that_come_together_share_one_login()
    {
        await using var own = await World.StartAsync();
        var agency = await own.AdmitWithGrantAsync();
        var token = await own.App.TokenAsync(agency);

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => own.App.LinkAsync(agency, token, CitizenId.Synthetic(100 + i))));

        Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        var calls = await CallsAsync(own);
        Assert.Equal((1, 1, 50), (Count(calls, "login"), Count(calls, "confirm"), Count(calls, "request")));
    }

    [Fact]
    public async Task Two_agencies_are_two_sessions()
    {
        await using var own = await World.StartAsync();
        foreach (var agency in new[] { await own.AdmitWithGrantAsync(), await own.AdmitWithGrantAsync() })
        {
            Assert.Equal(200, (await own.App.LinkAsync(agency, await own.App.TokenAsync(agency))).Status);
        }

        Assert.Equal(2, Count(await CallsAsync(own), "login"));
    }

    [Fact]
    public async Task A_session_that_ended_early_is_opened_again_within_the_call()
    {
        await using var own = await World.StartAsync();
        var agency = await own.AdmitWithGrantAsync();
        var token = await own.App.TokenAsync(agency);
        Assert.Equal(200, (await own.App.LinkAsync(agency, token)).Status);

        await Http.DeleteAsync(new Uri(own.Outside.Http, "lk2/tokens"), TestContext.Current.CancellationToken);

        Assert.Equal(200, (await own.App.LinkAsync(agency, token)).Status);
        Assert.Equal(2, Count(await CallsAsync(own), "login"));
    }

    [Fact]
    public async Task Below_ten_minutes_the_session_is_renewed_beside_the_call()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var own = await World.StartAsync(clock);
        var agency = await own.AdmitWithGrantAsync();
        var token = await own.App.TokenAsync(agency);
        await own.App.LinkAsync(agency, token);
        Assert.Equal(0, Count(await CallsAsync(own), "renew"));

        clock.Advance(TimeSpan.FromMinutes(51));
        await LegacyCaller.UntilAsync(() => own.App.LinkAsync(agency, token), 200);

        await Eventually.True(async () => Count(await CallsAsync(own), "renew") == 1, "the renewal");
        Assert.Equal(1, Count(await CallsAsync(own), "login"));
    }

    [Fact]
    public async Task A_changed_account_signs_in_anew()
    {
        await using var own = await World.StartAsync();
        var agency = await own.AdmitWithGrantAsync();
        var token = await own.App.TokenAsync(agency);
        Assert.Equal(200, (await own.App.LinkAsync(agency, token)).Status);

        await own.ConfigureAsync(agency, systemUser: 10);

        Assert.Equal(200, (await own.App.LinkAsync(agency, token)).Status);
        Assert.Equal(2, Count(await CallsAsync(own), "login"));
    }

    private static async Task<JsonNode> CallsAsync(World own) =>
        (await Http.GetFromJsonAsync<JsonNode>(new Uri(own.Outside.Http, "lk2/calls")))!;

    private static int Count(JsonNode calls, string name) => calls[name]!.GetValue<int>();
}
