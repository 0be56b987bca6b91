using Gdx.Catalog.Contracts.V1;
using Gdx.Catalog.Data;
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

    private static async Task<long> CountAsync(CatalogApp app, string sql)
    {
        await using var connection = new NpgsqlConnection(app.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync() ?? 0L);
    }
}
