using Gdx.Catalog.Contracts.V1;
using Gdx.Entitlement.Contracts.V1;
using Gdx.TestEnvironment;

namespace Gdx.Entitlement.Tests;

public sealed class TellOfDatasetEndTests(EntitlementApp app)
{
    private static readonly DateTimeOffset Ends = new(2028, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Every_agency_with_a_grant_in_force_on_the_version_is_told_once_of_its_end_of_a_new_one_and_that_it_has_come()
    {
        var (agency, dataset) = (Guid.CreateVersion7(), NewDataset());
        var (grant, suspended) = (await GrantOnAsync(agency, dataset), await GrantOnAsync(Guid.CreateVersion7(), dataset, "suspended_at = now()"));

        // A breaking successor: two events of one announcement, each of them twice.
        await app.TellAsync(Deprecated(dataset, 2, Ends));
        await Heard(dataset, 2);
        await app.TellAsync(Announced(dataset, 3, Ends));
        await app.TellAsync(Deprecated(dataset, 2, Ends));
        await app.TellAsync(Announced(dataset, 3, Ends));
        await app.TellAsync(Deprecated(dataset, 4, Ends.AddDays(30)));
        await Heard(dataset, 4);
        await app.TellAsync(Deprecated(dataset, 2, Ends)); // Late, and older than what was told.
        await app.TellAsync(new DatasetRetired { DatasetId = dataset, DatasetVersion = "1", Revision = 5, EndedAt = Ends.AddDays(30) });
        var all = await Heard(dataset, 6);
        await app.TellAsync(new DatasetRetired { DatasetId = dataset, DatasetVersion = "1", Revision = 5, EndedAt = Ends.AddDays(30) });
        await app.TellAsync(Deprecated(dataset, 4, Ends.AddDays(30)));
        await FollowedAsync();

        Assert.Equal(6, Said(dataset).Count);
        Assert.Equal([Ends, Ends.AddDays(30), Ends.AddDays(30)], all.Where(fact => fact.GrantId.ToString() == grant).Select(fact => fact.EndsAt));
        Assert.Equal([2, 4, 5], all.Where(fact => fact.GrantId.ToString() == grant).Select(fact => fact.Revision));
        Assert.All(all.Where(fact => fact.GrantId.ToString() == grant), fact => Assert.Equal((agency, "1"), (fact.AgencyId, fact.DatasetVersion)));
        Assert.Equal(3, all.Count(fact => fact.GrantId.ToString() == suspended));
    }

    [Fact]
    public async Task Nothing_is_said_of_grants_that_are_over_or_on_another_dataset_or_version()
    {
        var dataset = NewDataset();
        var held = await GrantOnAsync(Guid.CreateVersion7(), dataset);
        await GrantOnAsync(Guid.CreateVersion7(), dataset, "revoked_at = now()");
        await GrantOnAsync(Guid.CreateVersion7(), dataset, "valid_until = now() - interval '1 minute'");
        await GrantOnAsync(Guid.CreateVersion7(), dataset, version: "2");
        await GrantOnAsync(Guid.CreateVersion7(), NewDataset());

        await app.TellAsync(Announced(dataset, 2, Ends));
        await Heard(dataset, 1);
        await FollowedAsync();

        Assert.Equal([held], Said(dataset).Select(fact => fact.GrantId.ToString()));
    }

    [Fact]
    public async Task More_grants_than_one_transaction_takes_are_all_told_once()
    {
        var dataset = NewDataset();
        var held = new List<string>();
        for (var number = 0; number < 103; number++)
        {
            held.Add(await GrantOnAsync(Guid.CreateVersion7(), dataset));
        }

        await app.TellAsync(Deprecated(dataset, 2, Ends));
        var all = await Heard(dataset, held.Count);

        Assert.Equal(held.Order(), all.Select(fact => fact.GrantId.ToString()).Order());
    }

    private static string NewDataset() => $"test.d{Guid.NewGuid():N}";

    private static DatasetDeprecated Deprecated(string dataset, long revision, DateTimeOffset ends) =>
        new() { DatasetId = dataset, DatasetVersion = "1", Revision = revision, EndsAt = ends, SuccessorVersion = "2", At = DateTimeOffset.UtcNow };

    private static DatasetChangeAnnounced Announced(string dataset, long revision, DateTimeOffset ends) =>
        new() { DatasetId = dataset, DatasetVersion = "1", Revision = revision, EndsAt = ends, SuccessorVersion = "2", Breaks = ["removed:titleSex"], At = DateTimeOffset.UtcNow };

    private List<GrantDatasetEnding> Said(string dataset) => [.. app.Said<GrantDatasetEnding>().Where(fact => fact.DatasetId == dataset)];

    private async Task<List<GrantDatasetEnding>> Heard(string dataset, int count)
    {
        await Eventually.True(() => Said(dataset).Count >= count, $"{count} facts of {dataset}");
        return Said(dataset);
    }

    /// <summary>A grant on a dataset that no other test knows, as a row: this consumer asks nobody but the table.</summary>
    private async Task<string> GrantOnAsync(Guid agency, string dataset, string? change = null, string version = "1")
    {
        var id = await app.InsertGrantAsync(agency, dataset: dataset, version: version);
        Assert.Null(change is null ? null : await app.SqlAsync($"UPDATE grants SET {change} WHERE id = '{id}'"));
        return id;
    }

    /// <summary>Returns when everything that was said before has been followed.</summary>
    private async Task FollowedAsync()
    {
        var last = NewDataset();
        await GrantOnAsync(Guid.CreateVersion7(), last);
        await app.TellAsync(Deprecated(last, 2, Ends));
        await Heard(last, 1);
    }
}
