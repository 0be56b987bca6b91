using System.Diagnostics;
using Gdx.Entitlement.Contracts.V1;
using Gdx.TestEnvironment;
using Npgsql;

namespace Gdx.Entitlement.Tests;

public sealed class WatchGrantsTests(EntitlementApp app)
{
    [Fact]
    public async Task The_first_call_begins_with_a_reset_and_brings_revoked_grants_too()
    {
        var (active, revoked) = (await app.GrantAsync(), await app.GrantAsync());
        await app.RevokeAsync(revoked.Id);

        await using var watcher = app.Watch();

        await watcher.CaughtUpAsync(revoked.Revision + 1);
        Assert.True(watcher.WasReset);
        Assert.Equal(active, watcher.Grants.Single(grant => grant.Id == active.Id));
        Assert.Equal(GrantState.Revoked, watcher.Grants.Single(grant => grant.Id == revoked.Id).State);
    }

    [Fact]
    public async Task A_revocation_reaches_every_watcher_within_a_second()
    {
        var grant = await app.GrantAsync();
        await using var replica = await app.StartReplicaAsync();
        await using Watcher here = app.Watch(), too = app.Watch(), there = app.Watch(replica: replica);
        Watcher[] watchers = [here, too, there];
        await Task.WhenAll(watchers.Select(watcher => watcher.CaughtUpAsync(grant.Revision)));

        await app.RevokeAsync(grant.Id);
        var committed = Stopwatch.StartNew();
        await Task.WhenAll(watchers.Select(watcher => watcher.SawAsync(grant.Id, GrantState.Revoked)));

        Assert.InRange(committed.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.All(watchers, watcher => Assert.Equal(1, watcher.Resets));
    }

    [Fact]
    public async Task A_quiet_stream_has_a_heartbeat_each_second()
    {
        await using var watcher = app.Watch();

        await Eventually.True(() => watcher.Heartbeats.Count() >= 5, "five heartbeats");

        // The lease is 5 s; half of that leaves room for a busy build machine.
        Assert.All(watcher.Pauses, pause => Assert.InRange(pause, TimeSpan.Zero, TimeSpan.FromSeconds(2.5)));
        Assert.Single(watcher.Heartbeats.Select(heartbeat => heartbeat.Epoch).Distinct());
        Assert.Equal(watcher.Heartbeats.Select(heartbeat => heartbeat.Revision).Order(), watcher.Heartbeats.Select(heartbeat => heartbeat.Revision));
    }

    [Fact]
    public async Task A_watcher_that_comes_back_gets_only_what_it_missed()
    {
        var before = await app.GrantAsync();
        WatchHeartbeat last;
        await using (var first = app.Watch())
        {
            last = await first.CaughtUpAsync(before.Revision);
        }

        var missed = await app.GrantAsync();
        await using var second = app.Watch(last.Epoch, last.Revision);

        await second.CaughtUpAsync(missed.Revision);
        Assert.Equal(0, second.Resets);
        Assert.DoesNotContain(second.Grants, grant => grant.Id == before.Id);
        Assert.Contains(second.Grants, grant => grant.Id == missed.Id);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("", long.MaxValue)]
    [InlineData("another database", 0)]
    [InlineData("00000000-0000-0000-0000-000000000000", 1)]
    [InlineData(null, long.MaxValue)]
    [InlineData(null, -1)]
    [InlineData(null, long.MinValue)]
    public async Task Whoever_knows_another_database_or_the_future_starts_anew(string? epoch, long after)
    {
        var grant = await app.GrantAsync();
        await using var first = app.Watch();
        var known = await first.CaughtUpAsync(grant.Revision);

        await using var second = app.Watch(epoch ?? known.Epoch, after);

        await second.CaughtUpAsync(grant.Revision);
        Assert.True(second.WasReset);
        Assert.Contains(second.Grants, seen => seen.Id == grant.Id);
    }

    [Fact]
    public async Task Whoever_listened_to_a_replica_that_meant_less_starts_anew()
    {
        var grant = await app.GrantAsync();
        await using var first = app.Watch();
        var known = await first.CaughtUpAsync(grant.Revision);
        Assert.EndsWith("/2", known.Epoch, StringComparison.Ordinal);

        await using var second = app.Watch(known.Epoch[..^2], known.Revision);

        Assert.Equal(known.Epoch, (await second.CaughtUpAsync(grant.Revision)).Epoch);
        Assert.True(second.WasReset);
        Assert.Contains(second.Grants, seen => seen.Id == grant.Id);
    }

    [Fact]
    public async Task Changes_that_commit_at_once_arrive_once_each_in_the_order_of_their_revisions()
    {
        await using Watcher one = app.Watch(), other = app.Watch();
        await Task.WhenAll(one.CaughtUpAsync(), other.CaughtUpAsync());

        var made = await Task.WhenAll(Enumerable.Range(0, 24).Select(async n =>
        {
            var grant = await app.GrantAsync();
            return n % 2 == 0 ? grant : await app.RevokeAsync(grant.Id);
        }));

        var highest = made.Max(grant => grant.Revision);
        await Task.WhenAll(one.CaughtUpAsync(highest), other.CaughtUpAsync(highest));
        foreach (var watcher in new[] { one, other })
        {
            var revisions = watcher.Grants.Select(grant => grant.Revision).ToList();
            Assert.Equal(revisions.Distinct().Order(), revisions);
            Assert.All(made, grant => Assert.Equal(grant, watcher.Grants.Last(seen => seen.Id == grant.Id)));
        }
    }

    [Fact]
    public async Task After_a_restart_of_the_service_a_watcher_goes_on_where_it_was()
    {
        var before = await app.GrantAsync();
        var replica = await app.StartReplicaAsync();
        await using var watcher = app.Watch(replica: replica);
        var last = await watcher.CaughtUpAsync(before.Revision);

        await replica.DisposeAsync();
        await Eventually.True(() => watcher.Ended, "the stream to end in order");
        var between = await app.GrantAsync();
        await using var restarted = await app.StartReplicaAsync();
        await using var again = app.Watch(last.Epoch, last.Revision, restarted);

        Assert.Equal(last.Epoch, (await again.CaughtUpAsync(between.Revision)).Epoch);
        Assert.Equal(0, again.Resets);
        Assert.Contains(again.Grants, grant => grant.Id == between.Id);
        Assert.DoesNotContain(again.Grants, grant => grant.Id == before.Id);
    }

    [Fact]
    public async Task A_snapshot_of_many_grants_is_whole()
    {
        await using var own = new EntitlementApp();
        await own.InitializeAsync();
        await FillAsync(own, 1_700);

        await using var watcher = own.Watch();

        Assert.Equal(1_700, (await watcher.CaughtUpAsync(1)).Revision);
        Assert.Equal(Enumerable.Range(1, 1_700).Select(n => (long)n), watcher.Grants.Select(grant => grant.Revision));
    }

    // Through the front door this would take minutes.
    private static async Task FillAsync(EntitlementApp app, int count)
    {
        await using var source = NpgsqlDataSource.Create(app.ConnectionString);
        await using var insert = source.CreateCommand("""
            WITH permission AS (
                INSERT INTO permissions (id, request_id, agency_id, dataset_id, dataset_version, fields, purposes, channels, valid_from, valid_until, letter_reference, recorded_by, recorded_at)
                SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'dopa.person', '1', '{firstName}', '{welfare.eligibility}', '{1}', now(), now() + interval '1 year', 'x', gen_random_uuid(), now()
                FROM generate_series(1, $1) RETURNING *)
            INSERT INTO grants (id, version, permission_id, agency_id, dataset_id, dataset_version, fields, purposes, channels, valid_from, valid_until)
            SELECT gen_random_uuid(), 1, id, agency_id, dataset_id, dataset_version, fields, purposes, channels, valid_from, valid_until FROM permission
            """);
        insert.Parameters.AddWithValue(count);
        await insert.ExecuteNonQueryAsync();
    }
}
