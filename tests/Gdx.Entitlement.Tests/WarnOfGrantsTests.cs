using Gdx.Entitlement.Contracts.V1;
using Gdx.TestEnvironment;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Time.Testing;

namespace Gdx.Entitlement.Tests;

public sealed class WarnOfGrantsTests
{
    [Fact]
    public async Task Each_warning_comes_exactly_once_from_two_replicas_and_then_the_end()
    {
        var (clock, app) = await StartAsync();
        await using var first = app;
        await using var second = await app.StartReplicaAsync();
        var letter = app.Letter();
        letter.ValidUntil = clock.GetUtcNow().AddDays(61).ToTimestamp();
        var (grant, revoked) = (await app.GrantAsync(letter), await RevokedAsync(app, letter));

        foreach (var (days, expected) in new[] { (1.5, 1), (30, 2), (23, 3), (5.6, 4) })
        {
            clock.Advance(TimeSpan.FromDays(days));
            await BothLookAsync(clock, () => Warnings().Count == expected, $"warning {expected}");
        }

        clock.Advance(TimeSpan.FromDays(2));
        await BothLookAsync(clock, () => app.Said<GrantExpired>().Any(), "the end");
        await BothLookAsync(clock, SomeRounds(5), "some more rounds");
        Assert.Equal([60, 30, 7, 1], Warnings().Select(warning => warning.DaysLeft));
        Assert.All(Warnings(), warning => Assert.Equal((grant.AgencyId, letter.ValidUntil.Seconds), (warning.AgencyId.ToString(), warning.ValidUntil.ToUnixTimeSeconds())));
        Assert.Equal(grant.Id, app.Said<GrantExpired>().Single().GrantId.ToString());
        Assert.DoesNotContain(app.Said<GrantExpiring>(), warning => warning.GrantId.ToString() == revoked);

        List<GrantExpiring> Warnings() => [.. app.Said<GrantExpiring>()];
    }

    [Fact]
    public async Task After_a_downtime_only_the_nearest_warning_is_told_and_a_right_shorter_than_the_warnings_begins_without_them()
    {
        var (clock, app) = await StartAsync();
        await using var own = app;
        var late = await app.InsertGrantAsync(Guid.CreateVersion7(), "revision", "0");
        await app.SqlAsync($"UPDATE grants SET valid_until = now() + interval '5 days' WHERE id = '{late}'");
        await app.SqlAsync("ALTER TABLE grants DISABLE TRIGGER gdx_guard_grants");
        await app.SqlAsync($"UPDATE grants SET valid_from = now() - interval '1 year' WHERE id = '{late}'");
        await app.SqlAsync("ALTER TABLE grants ENABLE TRIGGER gdx_guard_grants");
        var letter = app.Letter();
        letter.ValidUntil = clock.GetUtcNow().AddDays(5).ToTimestamp();
        var brief = await app.GrantAsync(letter); // Six days in all: a warning of seven would be told at its birth.

        await BothLookAsync(clock, () => app.Said<GrantExpiring>().Any(), "a warning");
        await BothLookAsync(clock, SomeRounds(5), "some more rounds");
        Assert.Equal([(late, 7)], app.Said<GrantExpiring>().Select(warning => (warning.GrantId.ToString(), warning.DaysLeft)));
        clock.Advance(TimeSpan.FromDays(4.2));
        await BothLookAsync(clock, () => app.Said<GrantExpiring>().Count() == 3, "the last day of both");
        Assert.Equal(1, app.Said<GrantExpiring>().Single(warning => warning.GrantId.ToString() == brief.Id).DaysLeft);
    }

    [Fact]
    public async Task An_end_that_is_long_past_is_no_news_and_a_grant_that_is_renewed_ends_in_silence()
    {
        var (clock, app) = await StartAsync();
        await using var own = app;
        var agency = Guid.CreateVersion7();
        var (old, renewed, over) = (await app.InsertGrantAsync(agency), await app.InsertGrantAsync(agency), await app.InsertGrantAsync(agency));
        await app.InsertGrantAsync(agency, "renews_grant_id", $"'{renewed}'::uuid");
        await app.SqlAsync($"UPDATE grants SET valid_until = now() - interval '31 days' WHERE id = '{old}'");
        await app.SqlAsync($"UPDATE grants SET valid_until = now() - interval '1 minute' WHERE id IN ('{renewed}', '{over}')");

        await BothLookAsync(clock, () => app.Said<GrantExpired>().Any(), "the end");
        await BothLookAsync(clock, SomeRounds(5), "some more rounds");

        Assert.Equal(over, app.Said<GrantExpired>().Single().GrantId.ToString());
        Assert.Empty(app.Said<GrantExpiring>());
    }

    [Fact]
    public async Task Recertification_is_warned_of_and_a_new_date_begins_anew()
    {
        var (clock, app) = await StartAsync();
        await using var own = app;
        var id = await app.InsertGrantAsync(Guid.CreateVersion7(), "recertify_by", "now() + interval '6 days'");

        await BothLookAsync(clock, () => Due().Count == 1, "the first warning");
        clock.Advance(TimeSpan.FromDays(5.5));
        await BothLookAsync(clock, () => Due().Count == 2, "the second warning");
        clock.Advance(TimeSpan.FromDays(1));
        await BothLookAsync(clock, () => Due().Count == 3, "the day itself");
        Assert.Equal([7, 1, 0], Due().Select(due => due.DaysLeft));
        var again = await app.Grants.RecertifyAsync(new() { GrantId = id, Reason = "x" }, app.AsOperator(app.Checker));
        clock.Advance(TimeSpan.FromDays(310));
        await BothLookAsync(clock, () => Due().Count == 4, "a warning of the new date");
        Assert.Equal((60, again.RecertifyBy.ToDateTimeOffset()), (Due()[3].DaysLeft, Due()[3].RecertifyBy));

        List<GrantRecertificationDue> Due() => [.. app.Said<GrantRecertificationDue>()];
    }

    [Fact]
    public async Task A_crash_before_the_commit_leaves_neither_row_nor_fact_and_the_warning_comes_once()
    {
        var (clock, app) = await StartAsync();
        await using var own = app;
        // A day before anybody warns of it: the service's own rounds have nothing to do until the clock moves.
        var grant = await app.InsertGrantAsync(Guid.CreateVersion7(), "recertify_by", "now() + interval '61 days'");
        // As a replica that dies between its insert and its commit: the row goes with the transaction that would have held the fact.
        Assert.Equal("22012", await app.SqlAsync($"INSERT INTO grant_warnings SELECT id, 2, recertify_by, 60, now() FROM grants WHERE id = '{grant}'; SELECT 1/0"));
        clock.Advance(TimeSpan.FromDays(2));

        await BothLookAsync(clock, () => app.Said<GrantRecertificationDue>().Any(due => due.GrantId.ToString() == grant), "the warning");

        Assert.Single(app.Said<GrantRecertificationDue>(), due => due.GrantId.ToString() == grant);
    }

    private static async Task<(FakeTimeProvider Clock, EntitlementApp App)> StartAsync()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var app = new EntitlementApp { Clock = clock };
        await app.InitializeAsync();
        return (clock, app);
    }

    private static async Task<string> RevokedAsync(EntitlementApp app, RecordPermissionRequest letter)
    {
        letter = letter.Clone();
        letter.RequestId = Guid.CreateVersion7().ToString();
        return (await app.RevokeAsync((await app.GrantAsync(letter)).Id)).Id;
    }

    private static Task BothLookAsync(FakeTimeProvider clock, Func<bool> until, string what) => Eventually.True(() =>
    {
        clock.Advance(TimeSpan.FromSeconds(61));
        return until();
    }, what);

    private static Func<bool> SomeRounds(int count) => () => --count <= 0;
}
