using System.Text.Json;
using System.Text.Json.Serialization;
using Gdx.Catalog.Contracts.V1;
using Gdx.Catalog.Data;
using Gdx.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Catalog.Features;

/// <summary>
/// At start: brings the dictionary up to what this version of the exchange ships (Data/Seed/*.json). Texts are corrected, fields and
/// datasets are added, nothing is taken away; a dataset is announced once, when it first appears.
/// </summary>
public sealed class SeedDatasets(CatalogDb db, TimeProvider clock) : IStartupWork
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter() },
    };

    public async Task RunAsync(CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.Database.ExecuteSqlRawAsync("SELECT pg_advisory_xact_lock(4940)", ct); // Replicas that start together take turns.
        foreach (var shipped in Shipped())
        {
            var known = await db.Datasets.Include(dataset => dataset.Fields).SingleOrDefaultAsync(dataset => dataset.Slug == shipped.Id && dataset.Version == shipped.Version, ct);
            Bring(known ?? Add(shipped), shipped);
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
    }

    private DatasetEntry Add(ShippedDataset shipped)
    {
        var dataset = new DatasetEntry
        {
            Id = Guid.CreateVersion7(),
            Slug = shipped.Id,
            Version = shipped.Version,
            NameTh = shipped.NameTh,
            NameEn = shipped.NameEn,
            OwnerTh = shipped.OwnerTh,
            OwnerEn = shipped.OwnerEn,
            LegalBasisTh = shipped.LegalBasisTh,
            LegalBasisEn = shipped.LegalBasisEn,
            PublishedAt = clock.GetUtcNow(),
        };
        db.Add(dataset);
        db.Publish(dataset.Id, new DatasetPublished
        {
            DatasetId = dataset.Slug,
            DatasetVersion = dataset.Version,
            Revision = 1,
            NameTh = dataset.NameTh,
            NameEn = dataset.NameEn,
            PublishedAt = dataset.PublishedAt,
        });
        return dataset;
    }

    private static void Bring(DatasetEntry dataset, ShippedDataset shipped)
    {
        (dataset.NameTh, dataset.NameEn) = (shipped.NameTh, shipped.NameEn);
        (dataset.OwnerTh, dataset.OwnerEn) = (shipped.OwnerTh, shipped.OwnerEn);
        (dataset.LegalBasisTh, dataset.LegalBasisEn) = (shipped.LegalBasisTh, shipped.LegalBasisEn);
        dataset.ProcedureId = shipped.Procedure;
        foreach (var (position, from) in shipped.Fields.Index())
        {
            var field = dataset.Fields.Find(field => field.Name == from.Name);
            if (field is null)
            {
                dataset.Fields.Add(new() { Name = from.Name, Position = position, LabelTh = from.LabelTh, LabelEn = from.LabelEn, Type = from.Type, Sensitivity = from.Sensitivity, Example = from.Example });
                continue;
            }

            (field.Position, field.LabelTh, field.LabelEn) = (position, from.LabelTh, from.LabelEn);
            (field.Type, field.Sensitivity, field.Example) = (from.Type, from.Sensitivity, from.Example);
        }
    }

    private static IEnumerable<ShippedDataset> Shipped()
    {
        var assembly = typeof(SeedDatasets).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith("seed/", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            yield return JsonSerializer.Deserialize<ShippedDataset>(stream, Json)!;
        }
    }

    private sealed record ShippedDataset
    {
        public required string Id { get; init; }
        public required string Version { get; init; }
        public required string NameTh { get; init; }
        public required string NameEn { get; init; }
        public required string OwnerTh { get; init; }
        public required string OwnerEn { get; init; }
        public required string LegalBasisTh { get; init; }
        public required string LegalBasisEn { get; init; }
        public required string Procedure { get; init; }
        public required IReadOnlyList<ShippedField> Fields { get; init; }
    }

    private sealed record ShippedField
    {
        public required string Name { get; init; }
        public required string LabelTh { get; init; }
        public required string LabelEn { get; init; }
        public required FieldType Type { get; init; }
        public required Sensitivity Sensitivity { get; init; }
        public required string Example { get; init; }
    }
}
