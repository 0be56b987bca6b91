using System.Diagnostics;
using Gdx.Entitlement.Contracts.V1;
using Npgsql;

namespace Gdx.Entitlement.Tests;

public sealed class WatchOfficersTests(EntitlementApp app)
{
    [Fact]
    public async Task A_change_of_a_group_reaches_every_watcher_within_a_second()
    {
        var (agency, group) = await GroupAsync(app);
        await using var replica = await app.StartReplicaAsync();
        await using Watcher here = app.Watch(), there = app.Watch(replica: replica);
        await Task.WhenAll(here.CaughtUpAsync(group.Revision), there.CaughtUpAsync(group.Revision));
        Assert.Equal(group, here.Groups.Last(seen => seen.Id == group.Id));

        var changed = await app.Groups.AddOfficersAsync(new() { GroupId = group.Id, OfficerIds = { app.Identity.NewMember(agency).ToString() } }, app.AsSuperUser(agency));
        var committed = Stopwatch.StartNew();
        var seen = await Task.WhenAll(here.SawAsync(group.Id, changed.Revision), there.SawAsync(group.Id, changed.Revision));

        Assert.InRange(committed.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.All(seen, one => Assert.Equal(changed, one));
        var dissolved = await app.Groups.DissolveAsync(new() { GroupId = group.Id, Reason = "x" }, app.AsSuperUser(agency));
        Assert.False((await here.SawAsync(group.Id, dissolved.Revision)).Active);
    }

    [Fact]
    public async Task Grants_and_groups_that_change_at_once_arrive_in_the_order_of_their_revisions_and_none_is_passed_over()
    {
        await using Watcher one = app.Watch(), other = app.Watch();
        await Task.WhenAll(one.CaughtUpAsync(), other.CaughtUpAsync());

        var made = await Task.WhenAll(Enumerable.Range(0, 12).Select(async _ => (await GroupAsync(app)).Group));

        var highest = made.Max(group => group.Revision);
        await Task.WhenAll(one.CaughtUpAsync(highest), other.CaughtUpAsync(highest));
        foreach (var watcher in new[] { one, other })
        {
            Assert.Equal(watcher.Revisions.Distinct().Order(), watcher.Revisions);
            Assert.All(made, group => Assert.Equal(group, watcher.Groups.Last(seen => seen.Id == group.Id)));
            Assert.All(made, group => Assert.Contains(watcher.Grants, grant => grant.Id == group.Rights[0].GrantId));
        }
    }

    [Fact]
    public async Task A_watcher_that_comes_back_gets_only_what_it_missed_and_one_of_another_database_everything()
    {
        var (_, before) = await GroupAsync(app);
        WatchHeartbeat last;
        await using (var first = app.Watch())
        {
            last = await first.CaughtUpAsync(before.Revision);
        }

        var (_, missed) = await GroupAsync(app);
        await using Watcher second = app.Watch(last.Epoch, last.Revision), third = app.Watch("another database", last.Revision);

        await Task.WhenAll(second.CaughtUpAsync(missed.Revision), third.CaughtUpAsync(missed.Revision));
        Assert.Equal(0, second.Resets);
        Assert.DoesNotContain(second.Groups, group => group.Id == before.Id);
        Assert.Contains(second.Groups, group => group.Id == missed.Id);
        Assert.True(third.WasReset);
        Assert.Contains(third.Groups, group => group.Id == before.Id);
    }

    [Fact]
    public async Task The_end_of_a_parent_arrives()
    {
        var parent = await app.InsertGrantAsync(Guid.CreateVersion7());
        var child = await app.InsertGrantAsync(Guid.CreateVersion7(), "parent_grant_id", $"'{parent}'::uuid");
        await using var watcher = app.Watch();
        Assert.Equal(parent, (await watcher.SawAsync(child, GrantState.Conditional)).ParentGrantId);

        await app.RevokeAsync(parent);
        var committed = Stopwatch.StartNew();
        await watcher.SawAsync(parent, GrantState.Revoked);

        Assert.InRange(committed.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_snapshot_of_many_grants_and_groups_is_whole_and_in_order()
    {
        await using var own = new EntitlementApp();
        await own.InitializeAsync();
        await FillAsync(own, 2_300, 430);

        await using var watcher = own.Watch();

        Assert.Equal(2_730, (await watcher.CaughtUpAsync(1)).Revision);
        Assert.Equal(Enumerable.Range(1, 2_730).Select(n => (long)n), watcher.Revisions);
        Assert.Equal(430, watcher.Groups.Count());
        Assert.All(watcher.Groups, group => Assert.Single(group.OfficerIds));
    }

    // Groups lie among the grants as they would: some alone, some in a row longer than a page.
    private static async Task FillAsync(EntitlementApp app, int grants, int groups)
    {
        await using var source = NpgsqlDataSource.Create(app.ConnectionString);
        await using var insert = source.CreateCommand("""
            CREATE FUNCTION fill(grants int, groups int) RETURNS void LANGUAGE plpgsql AS $f$
            DECLARE permission uuid; owner uuid; made int := 0;
            BEGIN
                FOR n IN 1..grants LOOP
                    INSERT INTO permissions (id, request_id, agency_id, dataset_id, dataset_version, fields, purposes, channels, valid_from, valid_until, letter_reference, recorded_by, recorded_at)
                    VALUES (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'dopa.person', '1', '{firstName}', '{welfare.eligibility}', '{1}', now(), now() + interval '1 year', 'x', gen_random_uuid(), now()) RETURNING id INTO permission;
                    INSERT INTO grants (id, version, permission_id, agency_id, dataset_id, dataset_version, fields, purposes, channels, valid_from, valid_until)
                    SELECT gen_random_uuid(), 1, id, agency_id, dataset_id, dataset_version, fields, purposes, channels, valid_from, valid_until FROM permissions WHERE id = permission;
                    WHILE made < groups AND (n % 10 = 0 OR n = 500) LOOP
                        INSERT INTO officer_groups (id, version, request_id, agency_id, name, valid_from, valid_until, calls_per_officer_and_day, rights)
                        VALUES (gen_random_uuid(), 1, gen_random_uuid(), gen_random_uuid(), 'x', now(), now() + interval '1 year', 150, '[]') RETURNING id INTO owner;
                        INSERT INTO group_officers (group_id, person_id, checked_at, registered_by) VALUES (owner, gen_random_uuid(), now(), gen_random_uuid());
                        made := made + 1;
                        EXIT WHEN n <> 500 OR made % 300 = 0;
                    END LOOP;
                END LOOP;
            END $f$;
            SELECT fill($1, $2)
            """.Replace("$1, $2", $"{grants}, {groups}", StringComparison.Ordinal));
        await insert.ExecuteNonQueryAsync();
    }

    private static async Task<(Guid Agency, OfficerGroup Group)> GroupAsync(EntitlementApp app)
    {
        var agency = app.Identity.NewAgency();
        var grant = await app.GrantAsync(app.Letter(agency));
        return (agency, await app.Groups.SaveAsync(EntitlementApp.Wish(grant, app.Identity.NewMember(agency)), app.AsSuperUser(agency)));
    }
}
