using Gdx.Catalog.Data;
using Gdx.Catalog.Features;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Gdx.Catalog.Tests;

/// <summary>On 20,000 fields a word is looked up in an index. How long that takes is the bench's business.</summary>
public sealed class SearchIndexTests
{
    [Fact]
    public async Task Words_in_thai_and_english_are_looked_up_in_the_trigram_indexes()
    {
        await using var app = new CatalogApp();
        await app.InitializeAsync();
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<CatalogDb>();
        await db.Database.ExecuteSqlRawAsync("""
            INSERT INTO dataset (id, slug, version, name_th, name_en, owner_th, owner_en, legal_basis_th, legal_basis_en, published_at, search_text, etag, revision)
            SELECT gen_random_uuid(), 'bulk.d' || n, '1', 'ก', 'A', 'ก', 'A', 'ก', 'A', now(), 'bulk dataset ' || md5(n::text), gen_random_uuid(), 1 FROM generate_series(1, 1000) n;
            INSERT INTO field (dataset_id, name, position, label_th, label_en, type, sensitivity, example, search_text)
            SELECT id, 'f' || n, n, 'ก', 'A', 'Text', 'Ordinary', '1', 'รหัสข้อมูลทดสอบ ' || md5(slug || n) FROM dataset CROSS JOIN generate_series(1, 20) n WHERE slug LIKE 'bulk.%';
            ANALYZE dataset; ANALYZE field;
            """);
        Assert.True(await db.Fields.CountAsync() >= 20_000);

        foreach (var word in new[] { "วันเกิด", "date of birth", "dateofbirth" })
        {
            var query = DatasetService.Containing(db, db.Datasets, word).Select(dataset => dataset.Slug);
            Assert.Contains("dopa.person", await query.ToListAsync());
            await using var command = query.CreateDbCommand();
            command.CommandText = "EXPLAIN " + command.CommandText;
            await db.Database.OpenConnectionAsync();
            await using var reader = await command.ExecuteReaderAsync();
            var plan = "";
            while (await reader.ReadAsync())
            {
                plan += reader.GetString(0) + "\n";
            }

            Assert.True(plan.Contains("Bitmap Index Scan on ix_field_search_text", StringComparison.Ordinal), plan);
            Assert.DoesNotContain("Seq Scan on field", plan);
        }
    }
}
