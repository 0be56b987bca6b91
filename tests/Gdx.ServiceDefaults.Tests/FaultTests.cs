using System.Diagnostics;
using Gdx.TestEnvironment;

namespace Gdx.ServiceDefaults.Tests;

/// <summary>
/// The program is killed (SIGKILL) at many different points of publishing, dispatching and consuming, and its servers are killed and
/// started again in between: 12 points by default, all 220 with <c>GDX_TEST_FULL=1</c>.
/// </summary>
public sealed class FaultTests(ITestOutputHelper output)
{
    private static readonly int Points = TestEnvironment.TestEnvironment.Full ? FaultPoint.All.Count : 12;
    private static readonly int PointsPerRestart = TestEnvironment.TestEnvironment.Full ? 20 : 4;

    [Fact]
    public async Task Whatever_is_killed_no_fact_is_lost_none_has_two_effects_and_none_overtakes_another()
    {
        var clock = Stopwatch.StartNew();
        await using var world = await FaultyWorld.StartAsync();
        var restarts = 0;
        foreach (var (index, point) in FaultPoint.All.Take(Points).Index())
        {
            await world.StartProgramAsync("publish");
            if (index % PointsPerRestart == PointsPerRestart - 1)
            {
                // The server dies under a program at work.
                world.Trigger.Arm(null, null);
                await Eventually.True(() => world.Trigger.Passed > 50, "the program to work");
                await FaultyWorld.RestartAsync(restarts++ % 2 == 0 ? world.Broker : world.Database);
            }

            await world.KillProgramAtAsync(point);
        }

        await world.StartProgramAsync("drain");
        await world.DrainedAsync();
        var observed = await world.ObservedAsync();
        var facts = await world.CountAsync("SELECT count(*) FROM facts");
        output.WriteLine($"{Points} kills, {restarts} restarts of servers, {facts} facts, {observed.Count - facts} messages sent twice, {clock.Elapsed.TotalSeconds:0} s.");

        Assert.True(facts > Points);
        Assert.Equal(0, await world.CountAsync("SELECT count(*) FROM effects e WHERE NOT EXISTS (SELECT FROM facts f WHERE (f.id, f.aggregate, f.sequence) = (e.fact_id, e.aggregate, e.sequence))"));
        Assert.Equal(0, await world.CountAsync("SELECT count(*) FROM tallies t WHERE t.count <> (SELECT count(*) FROM facts f WHERE f.aggregate = t.aggregate)"));
        Assert.Equal(facts, await world.CountAsync("SELECT sum(count) FROM tallies"));
        Assert.Empty(await world.ErrorQueuesAsync());
        foreach (var aggregate in observed.GroupBy(fact => fact.Aggregate))
        {
            // A message may come again after a crash; what comes for the first time comes in order and without gap.
            var first = aggregate.DistinctBy(fact => fact.FactId).Select(fact => fact.Sequence);
            Assert.Equal(Enumerable.Range(1, first.Count()).Select(n => (long)n), first);
        }

        Assert.Equal(facts, observed.DistinctBy(fact => fact.FactId).Count());
    }
}
