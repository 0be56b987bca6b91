using Gdx.Identity.Contracts.V1;
using Gdx.TestEnvironment;
using Microsoft.Extensions.Time.Testing;

namespace Gdx.LinkageAdapter.Tests;

public sealed class TokenTests(World world)
{
    [Fact]
    public async Task A_token_is_good_only_with_its_own_key()
    {
        var (mine, theirs) = (await world.AdmitWithGrantAsync(), await world.AdmitWithGrantAsync());
        var token = await world.App.TokenAsync(mine);

        var foreign = await world.App.LinkAsync(theirs, token);
        var own = await world.App.LinkAsync(mine, token);

        Assert.Equal((401, 200), (foreign.Status, own.Status));
        Assert.Equal(theirs.ClientId.ToString(), (await world.EvidenceAsync(foreign))["client_id"]);
    }

    [Fact]
    public async Task The_tokens_of_a_revoked_client_end_within_a_second()
    {
        var agency = await world.AdmitWithGrantAsync();
        var token = await world.App.TokenAsync(agency);

        world.Tell(agency, ApiClientState.Revoked);

        var answer = await LegacyCaller.UntilAsync(() => world.App.LinkAsync(agency, token), 403, TimeSpan.FromSeconds(1));
        Assert.Equal("ForbiddenException: consumer not found", answer.Message);
    }

    [Fact]
    public async Task Tokens_end_with_the_secret_that_asked_for_them()
    {
        var agency = await world.AdmitWithGrantAsync();
        var token = await world.App.TokenAsync(agency);
        var secret = World.NewSecret();

        world.Tell(agency, ApiClientState.Active, secret);

        await LegacyCaller.UntilAsync(() => world.App.LinkAsync(agency, token), 401);
        Assert.Equal(403, (await world.App.ValidateAsync(agency)).Status);
        Assert.Equal(200, (await world.App.LinkAsync(agency, await world.App.TokenAsync(agency with { Secret = secret }))).Status);
    }

    [Fact]
    public async Task The_tokens_of_an_agent_end_when_it_is_taken_off_the_application()
    {
        var agency = await world.AdmitWithGrantAsync();
        var token = await world.App.TokenAsync(agency);

        world.Tell(agency, ApiClientState.Active, withOfficer: false);

        await LegacyCaller.UntilAsync(() => world.App.LinkAsync(agency, token), 401);
    }

    [Fact]
    public async Task A_token_lives_sixty_minutes_from_its_last_use()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var own = await World.StartAsync(clock);
        var agency = await own.AdmitWithGrantAsync();
        var token = await own.App.TokenAsync(agency);

        await LaterAsync(59);
        Assert.Equal(200, (await own.App.LinkAsync(agency, token)).Status);
        await LaterAsync(59);
        Assert.Equal(200, (await own.App.LinkAsync(agency, token)).Status);
        await LaterAsync(61);
        Assert.Equal(401, (await own.App.LinkAsync(agency, token)).Status);

        // Once nobody can have used it any more, it is in no table either.
        await Eventually.True(async () =>
        {
            clock.Advance(TimeSpan.FromSeconds(61));
            return await own.QueryAsync("SELECT count(*) FROM access_tokens") is [[0L]];
        }, "the purge");

        async Task LaterAsync(int minutes)
        {
            clock.Advance(TimeSpan.FromMinutes(minutes));
            await Eventually.True(() => own.App.Services.GetWatch().Clients.Lease.IsLive && own.App.Services.GetWatch().Grants.Lease.IsLive, "fresh heartbeats");
        }
    }

    [Fact]
    public async Task A_use_on_one_replica_keeps_the_token_alive_on_the_other()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var own = await World.StartAsync(clock);
        await using var other = await own.StartAnotherAsync();
        var agency = await own.AdmitWithGrantAsync();
        var token = await own.App.TokenAsync(agency);
        await Eventually.True(async () => (await other.LinkAsync(agency, token)).Status == 200, "the other replica to know token, client and grant");

        // Used here only; the other replica still has the first use in mind.
        clock.Advance(TimeSpan.FromMinutes(40));
        await LegacyCaller.UntilAsync(() => own.App.LinkAsync(agency, token), 200);
        var used = (DateTime)(await own.QueryAsync("SELECT max(at) FROM evidence"))[0][0]!;
        await Eventually.True(async () =>
        {
            clock.Advance(TimeSpan.FromSeconds(61));
            return (await own.QueryAsync("SELECT last_used_at FROM access_tokens"))[0][0] is DateTime written && written >= used.AddMilliseconds(-1);
        }, "the use to be written");
        clock.Advance(TimeSpan.FromMinutes(30));

        await LegacyCaller.UntilAsync(() => other.LinkAsync(agency, token), 200);
    }

    [Fact]
    public async Task A_token_survives_a_restart()
    {
        await using var own = await World.StartAsync();
        var agency = await own.AdmitWithGrantAsync();
        var token = await own.App.TokenAsync(agency);

        await own.RestartAsync();

        await LegacyCaller.UntilAsync(() => own.App.LinkAsync(agency, token), 200);
    }

    [Fact]
    public async Task A_token_survives_a_restart_of_the_other_services()
    {
        await using var own = await World.StartAsync();
        var agency = await own.AdmitWithGrantAsync();
        var token = await own.App.TokenAsync(agency);

        await own.Neighbours.StopAsync();
        await Eventually.True(() => !own.App.Services.GetWatch().Clients.Lease.IsLive, "the lease to end");
        Assert.Equal(503, (await own.App.LinkAsync(agency, token)).Status);
        await own.Neighbours.StartAsync();

        await LegacyCaller.UntilAsync(() => own.App.LinkAsync(agency, token), 200);
    }

    [Fact]
    public async Task The_table_holds_no_token()
    {
        var agency = await world.AdmitAsync();
        var token = await world.App.TokenAsync(agency);

        var rows = await world.QueryAsync($"SELECT t::text, encode(hash, 'hex') FROM access_tokens t WHERE client_id = '{agency.ClientId}'");

        var row = Assert.Single(rows);
        Assert.DoesNotContain(token, (string)row[0]!, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(token))), row[1]);
    }
}
