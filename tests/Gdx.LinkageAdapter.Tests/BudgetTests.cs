using System.Collections.Concurrent;
using Gdx.Entitlement.Contracts.V1;
using Gdx.Numbers;
using Gdx.TestEnvironment;
using Microsoft.Extensions.Time.Testing;

namespace Gdx.LinkageAdapter.Tests;

/// <summary>How much of a grant may be used: exact, whichever replica answers, and what overshoots gets nothing.</summary>
public sealed class BudgetTests(World shared)
{
    [Fact]
    public async Task Sixty_four_callers_at_three_replicas_use_up_a_budget_exactly()
    {
        var (agency, _) = await GrantedAsync(shared, budget => budget.CallsPerDay = 100);
        await using var second = await shared.StartAnotherAsync();
        await using var third = await shared.StartAnotherAsync();
        LinkageAdapterApp[] replicas = [shared.App, second, third];
        var token = await shared.App.TokenAsync(agency);
        var answers = new ConcurrentBag<Answer>();

        await Parallel.ForAsync(0, 64, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (caller, _) =>
        {
            for (var call = 0; call < 4; call++)
            {
                answers.Add(await KnownAsync(() => replicas[(caller + call) % 3].LinkAsync(agency, token)));
            }
        });

        Assert.Equal(100, answers.Count(answer => answer.Status == 200));
        Assert.All(answers.Where(answer => answer.Status != 200), answer =>
        {
            Assert.Equal((429, "90008"), (answer.Status, answer.Code));
            Assert.DoesNotContain("firstName", answer.Body, StringComparison.Ordinal);
            Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        });
        Assert.Equal([["allowed", "entitlement.allowed", 100L], ["denied", "entitlement.budget.calls", 156L]],
            await shared.QueryAsync($"SELECT outcome, decision, count(*) FROM evidence WHERE agency_id = '{agency.Id}' AND dataset_id IS NOT NULL GROUP BY 1, 2 ORDER BY 1"));
    }

    [Fact]
    public async Task What_is_used_up_stays_used_up_after_a_restart()
    {
        await using var world = await World.StartAsync();
        var (agency, _) = await GrantedAsync(world, budget => budget.CallsPerDay = 2);
        var token = await world.App.TokenAsync(agency);
        Assert.Equal(200, (await world.App.LinkAsync(agency, token)).Status);
        Assert.Equal(200, (await world.App.LinkAsync(agency, token)).Status);

        await world.RestartAsync();

        var answer = await KnownAsync(() => world.App.LinkAsync(agency, token));
        Assert.Equal((429, "90008"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Who_was_looked_up_already_may_be_looked_up_again_when_the_number_of_persons_is_used_up()
    {
        var (agency, _) = await GrantedAsync(shared, budget => budget.PersonsPerDay = 2);
        var token = await shared.App.TokenAsync(agency);
        var (first, second, third) = (CitizenId.Synthetic(100), CitizenId.Synthetic(101), CitizenId.Synthetic(105));

        Assert.Equal(200, (await shared.App.LinkAsync(agency, token, first)).Status);
        Assert.Equal(200, (await shared.App.LinkAsync(agency, token, first)).Status);
        Assert.Equal(200, (await shared.App.LinkAsync(agency, token, second)).Status);
        var refused = await shared.App.LinkAsync(agency, token, third);

        Assert.Equal(429, refused.Status);
        Assert.Equal("entitlement.budget.persons", (await shared.EvidenceAsync(refused))["decision"]);
        Assert.Equal(200, (await shared.App.LinkAsync(agency, token, first)).Status);
        Assert.Equal(200, (await shared.App.LinkAsync(agency, token, second)).Status);
    }

    [Fact]
    public async Task Somebody_who_is_not_in_the_register_counts_too()
    {
        var (agency, _) = await GrantedAsync(shared, budget => budget.PersonsPerDay = 1);
        var token = await shared.App.TokenAsync(agency);

        Assert.Equal(404, (await shared.App.LinkAsync(agency, token, LegacyCaller.Nobody)).Status);
        Assert.Equal(429, (await shared.App.LinkAsync(agency, token)).Status);
    }

    [Fact]
    public async Task An_officers_own_limit_holds_over_all_grants_and_not_for_others()
    {
        var (agency, _) = await GrantedAsync(shared, budget => budget.CallsPerOfficerAndDay = 2);
        var officer = await shared.App.TokenAsync(agency);
        Assert.Equal(200, (await shared.App.LinkAsync(agency, officer)).Status);
        Assert.Equal(200, (await shared.App.LinkAsync(agency, officer)).Status);

        var refused = await shared.App.LinkAsync(agency, officer);

        Assert.Equal(429, refused.Status);
        Assert.Equal("entitlement.budget.officer_calls", (await shared.EvidenceAsync(refused))["decision"]);
        var system = (await shared.App.ValidateAsync(agency, agent: Agency.SystemName)).Json["Result"]!.GetValue<string>();
        Assert.Equal(200, (await shared.App.LinkAsync(agency, system)).Status);
    }

    [Fact]
    public async Task A_delegated_grant_uses_up_the_budget_it_hangs_on()
    {
        var (central, parent) = await GrantedAsync(shared, budget => budget.CallsPerDay = 2);
        var (regional, _) = await GrantedAsync(shared, budget => budget.CallsPerDay = 100, grant => (grant.ParentGrantId, grant.State) = (parent, GrantState.Conditional));
        var (above, below) = (await shared.App.TokenAsync(central), await shared.App.TokenAsync(regional));

        Assert.Equal(200, (await shared.App.LinkAsync(regional, below)).Status);
        Assert.Equal(200, (await shared.App.LinkAsync(central, above)).Status);

        Assert.Equal(429, (await shared.App.LinkAsync(regional, below)).Status);
        Assert.Equal(429, (await shared.App.LinkAsync(central, above)).Status);
    }

    [Fact]
    public async Task A_call_that_the_source_failed_costs_nothing()
    {
        await using var world = await World.StartAsync();
        var (agency, _) = await GrantedAsync(world, budget => budget.CallsPerDay = 1);
        var token = await world.App.TokenAsync(agency);
        using var http = new HttpClient();
        (await System.Net.Http.Json.HttpClientJsonExtensions.PutAsJsonAsync(http, new Uri(world.Outside.Http, "lk2/faults"), new { status = 500 })).EnsureSuccessStatusCode();
        Assert.Equal(502, (await world.App.LinkAsync(agency, token)).Status);
        (await http.DeleteAsync(new Uri(world.Outside.Http, "lk2/faults"))).EnsureSuccessStatusCode();

        Assert.Equal(200, (await world.App.LinkAsync(agency, token)).Status);
        Assert.Equal(429, (await world.App.LinkAsync(agency, token)).Status);
    }

    [Fact]
    public async Task The_next_Thai_day_begins_anew()
    {
        // 16:59:30 UTC is half a minute before midnight in Bangkok.
        var clock = new FakeTimeProvider(new DateTimeOffset(DateTime.UtcNow.Date.AddDays(1).AddHours(16).AddMinutes(59).AddSeconds(30), TimeSpan.Zero));
        await using var world = await World.StartAsync(clock);
        var (agency, _) = await GrantedAsync(world, budget => budget.CallsPerDay = 1);
        var token = await world.App.TokenAsync(agency);
        Assert.Equal(200, (await KnownAsync(() => world.App.LinkAsync(agency, token))).Status);
        var refused = await KnownAsync(() => world.App.LinkAsync(agency, token));
        Assert.Equal((429, TimeSpan.FromSeconds(30)), (refused.Status, refused.Headers.RetryAfter!.Delta!.Value));

        clock.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(200, (await KnownAsync(() => world.App.LinkAsync(agency, token))).Status);
    }

    [Fact]
    public async Task More_calls_in_a_second_than_the_grant_allows_are_told_to_wait_a_second()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var world = await World.StartAsync(clock);
        var (agency, _) = await GrantedAsync(world, budget => budget.CallsPerSecond = 2);
        var token = await world.App.TokenAsync(agency);
        Assert.Equal(200, (await KnownAsync(() => world.App.LinkAsync(agency, token))).Status);
        Assert.Equal(200, (await KnownAsync(() => world.App.LinkAsync(agency, token))).Status);

        var refused = await KnownAsync(() => world.App.LinkAsync(agency, token));

        Assert.Equal((429, TimeSpan.FromSeconds(1)), (refused.Status, refused.Headers.RetryAfter!.Delta!.Value));
        Assert.Equal("entitlement.budget.rate", (await world.EvidenceAsync(refused))["decision"]);
        clock.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal(200, (await KnownAsync(() => world.App.LinkAsync(agency, token))).Status);
    }

    [Fact]
    public async Task Counters_of_days_long_gone_are_dropped()
    {
        await using var world = await World.StartAsync();
        await world.QueryAsync("INSERT INTO budget_use (scope, day, calls, subjects) VALUES (gen_random_uuid(), current_date - 20, 1, 1), (gen_random_uuid(), current_date, 1, 1)");
        await world.QueryAsync("INSERT INTO budget_subject (scope, day, subject_hash) VALUES (gen_random_uuid(), current_date - 20, '\\x00')");

        await world.RestartAsync();

        await Eventually.Succeeds(async () =>
        {
            Assert.Equal([[1L]], await world.QueryAsync("SELECT count(*) FROM budget_use"));
            Assert.Equal([[0L]], await world.QueryAsync("SELECT count(*) FROM budget_subject"));
        });
    }

    /// <summary>An agency that may read first names, with a budget that nobody uses up but where <paramref name="limit"/> says otherwise.</summary>
    private static async Task<(Agency Agency, string GrantId)> GrantedAsync(World world, Action<Budget> limit, Action<Grant>? change = null)
    {
        var agency = await world.AdmitAsync();
        await world.ConfigureAsync(agency);
        var budget = World.Plenty();
        limit(budget);
        return (agency, await world.GrantAsync(agency, grant =>
        {
            grant.Fields.Add("firstName");
            grant.Budget = budget;
            change?.Invoke(grant);
        }));
    }

    /// <summary>The answer once the replica knows the rights: until then it refuses all.</summary>
    private static async Task<Answer> KnownAsync(Func<Task<Answer>> call)
    {
        Answer? last = null;
        await Eventually.True(async () => (last = await call()).Status != 503, "the replica to know the rights");
        return last!;
    }
}
