using Gdx.Catalog.Contracts.V1;
using Gdx.Catalog.Data;
using Gdx.Catalog.Features;
using Gdx.Identity.Contracts;
using Gdx.TestEnvironment;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Gdx.Catalog.Tests;

public sealed class SeedDatasetsTests
{
    [Fact]
    public async Task A_dataset_is_announced_once_however_often_and_wherever_catalog_starts()
    {
        await using var app = new CatalogApp();
        await app.InitializeAsync();
        await Eventually.True(() => app.Said.Count > 0, "the announcement of dopa.person");

        var replicas = await Task.WhenAll(app.StartReplicaAsync(), app.StartReplicaAsync());

        await Eventually.True(async () => await CountAsync(app, "SELECT count(*) FROM outbox") == 0, "the outbox to be empty");
        var fact = Assert.Single(app.Said, fact => fact.DatasetId == "dopa.person");
        Assert.Equal(("1", 1L, "Civil registration: person"), (fact.DatasetVersion, fact.Revision, fact.NameEn));
        Assert.Equal(await CountAsync(app, "SELECT count(DISTINCT slug) FROM dataset"), await CountAsync(app, "SELECT count(*) FROM dataset"));
        foreach (var replica in replicas)
        {
            await replica.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_start_corrects_texts_and_adds_fields_but_takes_nothing_away()
    {
        await using var app = new CatalogApp();
        await app.InitializeAsync();
        await CountAsync(app, "UPDATE dataset SET name_en = 'Old name'; UPDATE field SET label_en = 'Old label' WHERE name = 'age'; DELETE FROM field WHERE name = 'firstName';"
            + "INSERT INTO field SELECT dataset_id, 'retired', 99, 'ก', 'A', type, sensitivity, '1' FROM field WHERE name = 'age'; SELECT 0::bigint");

        await using var replica = await app.StartReplicaAsync();

        var person = await app.Client().GetAsync(new() { DatasetId = "dopa.person", Version = "1" }, app.As(Roles.Service));
        Assert.Equal("Civil registration: person", person.NameEn);
        Assert.Equal("Age", person.Fields.Single(field => field.Name == "age").LabelEn);
        Assert.Contains(person.Fields, field => field.Name == "firstName");
        Assert.Contains(person.Fields, field => field.Name == "retired");
    }

    [Fact]
    public async Task What_people_have_corrected_is_left_alone()
    {
        await using var app = new CatalogApp();
        await app.InitializeAsync();
        var texts = new Dataset { NameEn = "Person, as we call it", Fields = { new Field { Name = "age", LabelEn = "Age in years" } } };
        await app.Client().CorrectTextsAsync(new() { DatasetId = "dopa.person", Version = "1", Texts = texts }, app.As(Guid.NewGuid(), null, [Roles.Operator]));

        await using var replica = await app.StartReplicaAsync();

        var person = await app.Client().GetAsync(new() { DatasetId = "dopa.person", Version = "1" }, app.As(Roles.Service));
        Assert.Equal(("Person, as we call it", "Age in years"), (person.NameEn, person.Fields.Single(field => field.Name == "age").LabelEn));
    }

    [Fact]
    public async Task A_dictionary_of_the_first_release_is_brought_up_and_found_and_not_announced_again()
    {
        await using var app = new CatalogApp();
        await app.InitializeAsync();
        await Eventually.True(() => app.Said.Any(fact => fact.DatasetId == "dopa.person"), "the announcement of dopa.person");
        await using (var scope = app.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<CatalogDb>().Database.MigrateAsync("Initial");
        }

        await CountAsync(app, "DELETE FROM dataset WHERE slug <> 'dopa.person'; UPDATE field SET label_en = 'Old label' WHERE name = 'age'; SELECT 0::bigint");

        await using var replica = await app.StartReplicaAsync();

        var found = await app.Client().FindAsync(new() { Query = "วันเกิด" }, app.As(Roles.Service));
        var person = found.Datasets.Single(dataset => dataset.Id == "dopa.person");
        Assert.Equal((VersionState.Published, Classification.Secret, "dopa-linkage", "Age"), (person.State, person.Classification, person.ProcedureId, person.Fields.Single(field => field.Name == "age").LabelEn));
        await Eventually.True(async () => await CountAsync(app, "SELECT count(*) FROM outbox") == 0, "the outbox to be empty");
        Assert.Single(app.Said, fact => fact.DatasetId == "dopa.person");
        Assert.Equal(1, await CountAsync(app, "SELECT revision FROM dataset WHERE slug = 'dopa.person'"));
    }

    [Theory]
    [InlineData("UPDATE field SET type = 'Text' WHERE name = 'age' AND dataset_id IN (SELECT id FROM dataset WHERE slug = 'dopa.person'); SELECT 0::bigint", "field age")]
    [InlineData("UPDATE field SET sensitivity = 'Ordinary' WHERE name = 'age' AND dataset_id IN (SELECT id FROM dataset WHERE slug = 'dopa.person'); SELECT 0::bigint", "field age")]
    [InlineData("UPDATE dataset SET classification = 'Open' WHERE slug = 'dopa.person'; SELECT 0::bigint", "the whole dataset")]
    public async Task A_release_that_would_break_readers_of_a_published_version_does_not_start(string published, string what)
    {
        await using var app = new CatalogApp();
        await app.InitializeAsync();
        await CountAsync(app, published);

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => SeedAsync(app));

        Assert.Contains("dopa.person 1", refused.Message, StringComparison.Ordinal);
        Assert.Contains(what, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_texts_of_a_published_version_change()
    {
        await using var app = new CatalogApp();
        await app.InitializeAsync();
        await CountAsync(app, "UPDATE dataset SET procedure_id = 'another', name_en = 'Old name' WHERE slug = 'dopa.person';"
            + "UPDATE field SET sensitivity = 'Sensitive', label_en = 'Old label' WHERE name = 'age' AND dataset_id IN (SELECT id FROM dataset WHERE slug = 'dopa.person'); SELECT 0::bigint");

        await SeedAsync(app);

        var person = await app.Client().GetAsync(new() { DatasetId = "dopa.person", Version = "1" }, app.As(Roles.Service));
        var age = person.Fields.Single(field => field.Name == "age");
        Assert.Equal(("another", "Civil registration: person", Sensitivity.Sensitive, "Age"), (person.ProcedureId, person.NameEn, age.Sensitivity, age.LabelEn));
    }

    [Fact]
    public async Task A_draft_that_people_made_is_theirs_and_a_new_version_has_the_owner_of_the_others()
    {
        await using var app = new CatalogApp();
        await app.InitializeAsync();
        var owner = Guid.NewGuid();
        await CountAsync(app, $"UPDATE dataset SET version = '2', number = 2, owner_agency_id = '{owner}' WHERE slug = 'dopa.person';"
            + "UPDATE dataset SET state = 'Draft', revision = 0, published_at = NULL, name_en = 'Ours' WHERE slug = 'dopa.house'; SELECT 0::bigint");

        await SeedAsync(app);

        Assert.Equal(owner.ToString(), (await app.Client().GetAsync(new() { DatasetId = "dopa.person", Version = "1" }, app.As(Roles.Service))).OwnerAgencyId);
        Assert.Equal(1, await CountAsync(app, "SELECT count(*) FROM dataset WHERE slug = 'dopa.house' AND state = 'Draft' AND name_en = 'Ours'"));
    }

    private static async Task SeedAsync(CatalogApp app)
    {
        await using var scope = app.Services.CreateAsyncScope();
        await ActivatorUtilities.CreateInstance<SeedDatasets>(scope.ServiceProvider).RunAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<long> CountAsync(CatalogApp app, string sql)
    {
        await using var connection = new NpgsqlConnection(app.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync() ?? 0L);
    }
}
