using Gdx.TestEnvironment;
using Microsoft.Extensions.Time.Testing;

namespace Gdx.LinkageAdapter.Tests;

/// <summary>What the adapter believes of its neighbours, and for how long.</summary>
public sealed class WatchTests
{
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task When_a_stream_stalls_for_its_lease_every_decision_is_a_refusal_and_recovers(bool clientsStall, bool grantsStall)
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var own = await World.StartAsync(clock);
        var agency = await own.AdmitWithGrantAsync();
        var token = await own.App.TokenAsync(agency);
        (own.Neighbours.Clients.IsStalled, own.Neighbours.Grants.IsStalled) = (clientsStall, grantsStall);
        await LetHeartbeatsPassAsync(own);

        clock.Advance(TimeSpan.FromSeconds(4.9));
        Assert.Equal(200, (await own.App.LinkAsync(agency, token)).Status);
        clock.Advance(TimeSpan.FromSeconds(0.2));
        var refused = await own.App.LinkAsync(agency, token);
        Assert.Equal(503, refused.Status);

        Assert.Equal(("90014", "5"), (refused.Code, refused.Header("Retry-After")));
        var evidence = await own.EvidenceAsync(refused);
        Assert.Equal(("denied", "watch.stale", agency.OfficerId), ((string?)evidence["outcome"], (string?)evidence["decision"], (string?)evidence["agent_id"]));
        await LegacyCaller.UntilAsync(() => own.App.ValidateAsync(agency), clientsStall ? 503 : 200);
        Assert.Equal("Degraded", (await own.App.GetAsync("/health")).Body);

        (own.Neighbours.Clients.IsStalled, own.Neighbours.Grants.IsStalled) = (false, false);
        await LegacyCaller.UntilAsync(() => own.App.LinkAsync(agency, token), 200);
        Assert.Equal("Healthy", (await own.App.GetAsync("/health")).Body);
    }

    [Fact]
    public async Task With_a_stale_stream_nobody_is_called_unknown()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var own = await World.StartAsync(clock);
        own.Neighbours.Clients.IsStalled = true;
        await LetHeartbeatsPassAsync(own);
        clock.Advance(TimeSpan.FromSeconds(6));

        var validate = await own.App.GetAsync("/ws/auth/validate?ConsumerSecret=a&AgentID=b", ("Consumer-Key", Guid.NewGuid().ToString()));
        var link = await own.App.GetAsync(LegacyCaller.LinkPath(), ("Consumer-Key", Guid.NewGuid().ToString()), ("Token", Guid.NewGuid().ToString()));

        Assert.Equal((503, 503), (validate.Status, link.Status));
    }

    [Fact]
    public async Task After_a_neighbours_restart_the_stream_goes_on_where_it_was()
    {
        await using var own = await World.StartAsync();
        var agency = await own.AdmitWithGrantAsync();
        var grant = await own.GrantAsync(agency, grant => grant.Fields.Add("firstName"));
        var token = await own.App.TokenAsync(agency);
        var sent = own.Neighbours.Grants.Sent;

        await own.Neighbours.StopAsync();
        own.Revoke(agency, grant);
        own.Neighbours.Grants.Put("other", revision => new() { Grant = new() { Id = Guid.NewGuid().ToString(), Revision = revision, AgencyId = Guid.NewGuid().ToString() } });
        await own.Neighbours.StartAsync();

        await Eventually.True(() => own.App.Services.GetGrants().Current.Count == 3, "the changes made meanwhile");
        Assert.Equal(sent + 2, own.Neighbours.Grants.Sent);
        Assert.Contains(own.Neighbours.Grants.Requests, request => request.Epoch == own.Neighbours.Grants.Epoch && request.After > 0);
        await LegacyCaller.UntilAsync(() => own.App.LinkAsync(agency, token), 200);
    }

    [Fact]
    public async Task Revoked_while_the_neighbour_was_away_is_refused_once_it_is_back()
    {
        await using var own = await World.StartAsync();
        var agency = await own.AdmitAsync();
        await own.ConfigureAsync(agency);
        var grant = await own.GrantAsync(agency, grant => grant.Fields.Add("firstName"));
        var token = await own.App.TokenAsync(agency);

        await own.Neighbours.StopAsync();
        own.Revoke(agency, grant);
        await own.Neighbours.StartAsync();

        await LegacyCaller.UntilAsync(() => own.App.LinkAsync(agency, token), 403);
    }

    [Fact]
    public async Task Another_database_at_the_neighbour_replaces_everything_that_was_known()
    {
        await using var own = await World.StartAsync();
        var agency = await own.AdmitAsync();
        await own.ConfigureAsync(agency);
        var grant = await own.GrantAsync(agency, grant => grant.Fields.Add("firstName"));
        var token = await own.App.TokenAsync(agency);
        Assert.Equal(200, (await own.App.LinkAsync(agency, token)).Status);

        await own.Neighbours.StopAsync();
        own.Neighbours.Grants.ChangeEpoch();
        own.Neighbours.Grants.Lose(grant);
        await own.Neighbours.StartAsync();

        var answer = await LegacyCaller.UntilAsync(() => own.App.LinkAsync(agency, token), 403);
        Assert.Equal("Your agency has no grant for this service.", answer.Message);
    }

    [Fact]
    public async Task After_its_own_restart_the_adapter_answers_once_it_has_the_whole_snapshot()
    {
        await using var own = await World.StartAsync();
        var agency = await own.AdmitWithGrantAsync();
        for (var i = 0; i < 300; i++)
        {
            own.Neighbours.Grants.Put($"{i}", revision => new() { Grant = new() { Id = Guid.NewGuid().ToString(), Revision = revision, AgencyId = Guid.NewGuid().ToString() } });
        }

        var token = await own.App.TokenAsync(agency);
        await own.RestartAsync();

        Assert.Equal(200, (await own.App.LinkAsync(agency, token)).Status);
        Assert.Equal(301, own.App.Services.GetGrants().Current.Count);
    }

    [Fact]
    public async Task The_adapter_starts_and_answers_in_its_own_shape_without_its_neighbours()
    {
        await using var own = await World.StartAsync();
        await own.Neighbours.StopAsync();
        await own.App.DisposeAsync();

        await using var alone = await LinkageAdapterApp.StartAsync(own.ConnectionString, own.Issuer, own.Neighbours, health: "Degraded");
        var answer = await alone.GetAsync("/ws/auth/validate?ConsumerSecret=a&AgentID=b", ("Consumer-Key", Guid.NewGuid().ToString()));

        Assert.Equal((503, "90014"), (answer.Status, answer.Code));
        await own.Neighbours.StartAsync();
        await Eventually.True(async () => (await alone.GetAsync("/health")).Body == "Healthy", "the streams");
    }

    [Fact]
    public async Task The_adapter_watches_with_its_own_token()
    {
        await using var own = await World.StartAsync();

        Assert.StartsWith("Bearer ", own.Neighbours.Clients.Authorization, StringComparison.Ordinal);
        Assert.StartsWith("Bearer ", own.Neighbours.Grants.Authorization, StringComparison.Ordinal);
    }

    /// <summary>What was sent before the stall has arrived: the clock stands still, so later arrivals renew nothing that counts.</summary>
    private static Task LetHeartbeatsPassAsync(World own) =>
        Eventually.True(async () => (await own.App.GetAsync("/health")).Body == "Healthy", "the last heartbeats");
}
