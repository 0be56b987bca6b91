using Gdx.Catalog.Contracts.V1;
using Gdx.Catalog.Features;
using Gdx.Identity.Contracts;
using Gdx.TestEnvironment;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Time.Testing;

namespace Gdx.Catalog.Tests;

/// <summary>The end of a version: announced a month ahead, kept to the instant, and demanded before something breaks.</summary>
public sealed class DeprecateDatasetTests(CatalogApp app)
{
    [Fact]
    public async Task What_breaks_readers_is_not_published_before_the_end_of_the_old_version_was_announced()
    {
        var draft = new Draft(app);
        await draft.PublishedAsync();
        await draft.SaveAsync(draft.Content("2", Draft.Field("firstName")));
        Assert.Equal("catalog.dataset.breaks", await CodeAsync(() => draft.PublishAsync("2")));
        var ends = DateTimeOffset.UtcNow.AddDays(DatasetService.NoticeDays).AddHours(1);

        var deprecated = await DeprecateAsync(draft, ends, "2");

        Assert.Equal((VersionState.Deprecated, Timestamp.FromDateTimeOffset(ends).Seconds), (deprecated.State, deprecated.EndsAt.Seconds));
        var announced = await app.HeardAsync<DatasetChangeAnnounced>(one => one.DatasetId == draft.Slug);
        Assert.Equal(("1", "2", draft.Agency), (announced.DatasetVersion, announced.SuccessorVersion, announced.OwnerAgencyId));
        Assert.Equal(["removed:age"], announced.Breaks);
        Assert.True((await app.HeardAsync<DatasetDeprecated>(one => one.DatasetId == draft.Slug)).Revision < announced.Revision);
        Assert.Equal(VersionState.Published, (await draft.PublishAsync("2")).State);
        Assert.Equal(VersionState.Deprecated, (await app.Client().GetAsync(new() { DatasetId = draft.Slug, Version = "1" }, app.As(Roles.Service))).State);
    }

    [Fact]
    public async Task What_breaks_more_than_was_announced_is_announced_again()
    {
        var draft = new Draft(app);
        await draft.PublishedAsync();
        await draft.SaveAsync(draft.Content("2", Draft.Field("firstName")));
        await DeprecateAsync(draft, DateTimeOffset.UtcNow.AddDays(40), "2");
        await draft.SaveAsync(draft.Content("2", Draft.Field("firstName", FieldType.Integer, "1")));
        Assert.Equal("catalog.dataset.breaks", await CodeAsync(() => draft.PublishAsync("2")));

        await DeprecateAsync(draft, DateTimeOffset.UtcNow.AddDays(50), "2");

        Assert.Equal(VersionState.Published, (await draft.PublishAsync("2")).State);
    }

    [Fact]
    public async Task What_breaks_nobody_is_published_at_once_beside_the_old_version()
    {
        var draft = new Draft(app);
        await draft.PublishedAsync();
        await draft.SaveAsync(draft.Content("2", Draft.Field("firstName"), Draft.Field("age", FieldType.Integer, "37"), Draft.Field("lastName")));

        Assert.Equal(VersionState.Published, (await draft.PublishAsync("2")).State);

        var compared = await app.Client().CompareAsync(new() { DatasetId = draft.Slug, OldVersion = "1", NewVersion = "2" }, app.As(Roles.Person));
        Assert.False(compared.Breaks);
        Assert.Equal([(ChangeKind.FieldAdded, "lastName")], compared.Changes.Select(change => (change.Kind, change.Field)));
        Assert.True((await app.Client().CompareAsync(new() { DatasetId = draft.Slug, OldVersion = "2", NewVersion = "1" }, app.As(Roles.Person))).Breaks);
        Assert.Equal("catalog.dataset.unknown", await CodeAsync(() => app.Client().CompareAsync(new() { DatasetId = draft.Slug, OldVersion = "1", NewVersion = "3" }, app.As(Roles.Person)).ResponseAsync));
        Assert.Equal("old_version", (await Refusal.OfAsync(() => app.Client().CompareAsync(new() { DatasetId = draft.Slug, NewVersion = "2" }, app.As(Roles.Person)).ResponseAsync)).Field);
    }

    [Fact]
    public async Task An_end_is_a_month_ahead_and_is_put_off_but_never_brought_forward()
    {
        var draft = new Draft(app);
        await draft.PublishedAsync();
        Assert.Equal("ends_at", await FieldAsync(DateTimeOffset.UtcNow.AddDays(DatasetService.NoticeDays).AddMinutes(-1)));
        Assert.Equal("ends_at", (await Refusal.OfAsync(() => app.Client().DeprecateAsync(new() { DatasetId = draft.Slug, Version = "1" }, draft.Owner).ResponseAsync)).Field);
        Assert.Equal("successor_version", (await Refusal.OfAsync(() => DeprecateAsync(draft, DateTimeOffset.UtcNow.AddDays(60), "2"))).Field);
        await DeprecateAsync(draft, DateTimeOffset.UtcNow.AddDays(60));
        Assert.Equal("ends_at", await FieldAsync(DateTimeOffset.UtcNow.AddDays(50)));
        Assert.Equal(VersionState.Deprecated, (await DeprecateAsync(draft, DateTimeOffset.UtcNow.AddDays(70))).State);

        async Task<string> FieldAsync(DateTimeOffset ends) => (await Refusal.OfAsync(() => DeprecateAsync(draft, ends))).Field;
    }

    [Fact]
    public async Task At_the_announced_instant_the_version_is_retired_to_readers_and_then_told_so_once()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds()));
        await using var own = new CatalogApp { Clock = clock };
        await own.InitializeAsync();
        var draft = new Draft(own);
        await draft.PublishedAsync();
        var ends = clock.GetUtcNow().AddDays(31);
        await own.Client().DeprecateAsync(new() { DatasetId = draft.Slug, Version = "1", EndsAt = Timestamp.FromDateTimeOffset(ends) }, draft.Owner);

        clock.Advance(ends - clock.GetUtcNow() - TimeSpan.FromMilliseconds(1));
        Assert.Equal(VersionState.Deprecated, await StateAsync());
        Assert.Single((await FindAsync(VersionState.Deprecated)).Datasets);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(VersionState.Retired, await StateAsync());
        Assert.Empty((await FindAsync(VersionState.Deprecated, VersionState.Published)).Datasets);
        Assert.Single((await FindAsync(VersionState.Retired)).Datasets);

        await Eventually.True(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return own.AllSaid.OfType<DatasetRetired>().Any(one => one.DatasetId == draft.Slug);
        }, "the version to be told retired");
        var fact = own.AllSaid.OfType<DatasetRetired>().Single(one => one.DatasetId == draft.Slug);
        Assert.Equal(("1", ends), (fact.DatasetVersion, fact.EndedAt));

        async Task<VersionState> StateAsync() => (await own.Client().GetAsync(new() { DatasetId = draft.Slug, Version = "1" }, own.As(Roles.Service))).State;
        async Task<FindDatasetsReply> FindAsync(params VersionState[] states) => await own.Client().FindAsync(new() { DatasetId = draft.Slug, States = { states } }, own.As(Roles.Service));
    }

    private async Task<Dataset> DeprecateAsync(Draft draft, DateTimeOffset ends, string successor = "") =>
        await app.Client().DeprecateAsync(new() { DatasetId = draft.Slug, Version = "1", EndsAt = Timestamp.FromDateTimeOffset(ends), SuccessorVersion = successor }, draft.Owner);

    private static async Task<string> CodeAsync(Func<Task> call) => (await Refusal.OfAsync(call)).Code;
}
