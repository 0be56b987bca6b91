using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gdx.Catalog.Contracts.V1;
using Gdx.Catalog.Data;
using Gdx.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Catalog.Features;

/// <summary>
/// At start: brings the dictionary up to what this version of the exchange ships (Data/Seed/*.json). Of what is published
/// already only texts are corrected and fields added: whatever would break its readers needs a version of its own, and without one the start fails. Nothing is
/// taken away; what people wrote, published or corrected stays and is named in the log; a dataset is announced once, when it first appears.
/// </summary>
public sealed partial class SeedDatasets(CatalogDb db, TimeProvider clock, ILogger<SeedDatasets> log) : IStartupWork
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
            await db.TakeTurnAsync(shipped.Id, ct);
            var known = await DatasetService.Whole(db.Datasets).SingleOrDefaultAsync(dataset => dataset.Slug == shipped.Id && dataset.Version == shipped.Version, ct);
            if (known is { State: VersionState.Draft } or { PublishedBy: not null })
            {
                Kept(shipped.Id, shipped.Version, "all of it"); // People made this version before it was shipped.
            }
            else if (known is { Revision: > 0 })
            {
                Correct(known, shipped);
            }
            else
            {
                await BringAsync(known, shipped, ct);
            }
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
    }

    /// <summary>A version that is new, or was kept before dictionaries had classes, codes and revisions: all that is shipped of it.</summary>
    private async Task BringAsync(DatasetEntry? known, ShippedDataset shipped, CancellationToken ct)
    {
        var owner = known?.OwnerAgencyId ?? await db.Datasets.Where(one => one.Slug == shipped.Id && one.OwnerAgencyId != null).Select(one => one.OwnerAgencyId).FirstOrDefaultAsync(ct);
        var dataset = known ?? DatasetService.New(shipped.Id, int.Parse(shipped.Version, CultureInfo.InvariantCulture), owner);
        Bring(dataset, shipped);
        if (known is null)
        {
            db.Add(dataset);
            DatasetService.Announce(db, dataset, null, clock.Now());
        }
        else
        {
            dataset.Revision = 1; // Before revisions were kept, the first announcement was the only one.
        }
    }

    /// <summary>A published version: people have rights to it as it is, and programs read it.</summary>
    private void Correct(DatasetEntry known, ShippedDataset shipped)
    {
        var wanted = DatasetService.New(shipped.Id, known.Number, known.OwnerAgencyId);
        Bring(wanted, shipped);
        // A field that is shipped no more stays, and so breaks nobody.
        if (VersionChanges.Between(known, wanted).FirstOrDefault(change => change.Breaks && change.Kind != ChangeKind.FieldRemoved) is { } change)
        {
            throw new InvalidOperationException(
                $"This release ships {shipped.Id} {shipped.Version}, which is published already, with a change that breaks its readers: {(change.Field.Length > 0 ? $"field {change.Field}" : "the whole dataset")}: {change.DetailEn} Such a change needs a new version.");
        }

        BringTexts(known, shipped with { Metadata = shipped.Metadata with { DataCategory = known.Metadata.DataCategory } });
        foreach (var (position, from) in shipped.Fields.Index())
        {
            var field = known.Fields.Find(field => field.Name == from.Name);
            if (field is null)
            {
                BringField(known, position, from);
                continue;
            }

            field.Position = position;
            if (!field.ChangedByPeople)
            {
                field.Codes = [.. field.Codes.Select(code => from.Codes.FirstOrDefault(one => one.Value == code.Value) is { } now ? new CodeEntry(code.Value, now.Th, now.En) : code)];
            }

            BringFieldTexts(known, field, from);
        }

        foreach (var (service, from) in known.Services.OrderBy(service => service.Position).Zip(shipped.Services))
        {
            (service.NoteTh, service.NoteEn) = (from.NoteTh, from.NoteEn);
        }
    }

    private void Bring(DatasetEntry dataset, ShippedDataset shipped)
    {
        BringTexts(dataset, shipped);
        (dataset.ProcedureId, dataset.Classification) = (shipped.Procedure, shipped.Classification);
        foreach (var (position, from) in shipped.Services.Index())
        {
            var service = dataset.Services.Find(service => service.Position == position);
            if (service is null)
            {
                service = new() { DatasetId = dataset.Id, Position = position, Kind = from.Kind };
                dataset.Services.Add(service);
            }

            (service.Kind, service.Number, service.Method, service.Path, service.NoteTh, service.NoteEn) = (from.Kind, from.Number, from.Method, from.Path, from.NoteTh, from.NoteEn);
        }

        foreach (var (position, from) in shipped.Fields.Index())
        {
            BringField(dataset, position, from);
        }

        dataset.Etag = dataset.Etag == Guid.Empty ? Guid.CreateVersion7() : dataset.Etag;
    }

    private void BringTexts(DatasetEntry dataset, ShippedDataset shipped)
    {
        Text("nameTh", dataset.NameTh, shipped.NameTh, text => dataset.NameTh = text);
        Text("nameEn", dataset.NameEn, shipped.NameEn, text => dataset.NameEn = text);
        Text("ownerTh", dataset.OwnerTh, shipped.OwnerTh, text => dataset.OwnerTh = text);
        Text("ownerEn", dataset.OwnerEn, shipped.OwnerEn, text => dataset.OwnerEn = text);
        Text("legalBasisTh", dataset.LegalBasisTh, shipped.LegalBasisTh, text => dataset.LegalBasisTh = text);
        Text("legalBasisEn", dataset.LegalBasisEn, shipped.LegalBasisEn, text => dataset.LegalBasisEn = text);
        Text("descriptionTh", dataset.DescriptionTh, shipped.DescriptionTh, text => dataset.DescriptionTh = text);
        Text("descriptionEn", dataset.DescriptionEn, shipped.DescriptionEn, text => dataset.DescriptionEn = text);
        Text("contactName", dataset.ContactName, shipped.ContactName, text => dataset.ContactName = text);
        Text("contactMail", dataset.ContactMail, shipped.ContactMail, text => dataset.ContactMail = text);
        Text("sourceTh", dataset.SourceTh, shipped.SourceTh, text => dataset.SourceTh = text);
        Text("sourceEn", dataset.SourceEn, shipped.SourceEn, text => dataset.SourceEn = text);
        Text("freshnessTh", dataset.FreshnessTh, shipped.FreshnessTh, text => dataset.FreshnessTh = text);
        Text("freshnessEn", dataset.FreshnessEn, shipped.FreshnessEn, text => dataset.FreshnessEn = text);
        if (!dataset.ChangedByPeople.Contains("metadata"))
        {
            dataset.Metadata = shipped.Metadata;
        }

        void Text(string name, string now, string then, Action<string> put)
        {
            if (now == then)
            {
                return;
            }

            if (dataset.ChangedByPeople.Contains(name))
            {
                Kept(dataset.Slug, dataset.Version, name);
                return;
            }

            put(then);
        }
    }

    private void BringField(DatasetEntry dataset, int position, ShippedField from)
    {
        var field = dataset.Fields.Find(field => field.Name == from.Name);
        if (field is null)
        {
            field = new() { DatasetId = dataset.Id, Name = from.Name, LabelTh = "", LabelEn = "", Type = from.Type, Sensitivity = from.Sensitivity, Example = "" };
            dataset.Fields.Add(field);
        }

        (field.Position, field.Type, field.Sensitivity, field.Codes) = (position, from.Type, from.Sensitivity, [.. from.Codes.Select(code => new CodeEntry(code.Value, code.Th, code.En))]);
        BringFieldTexts(dataset, field, from);
    }

    private void BringFieldTexts(DatasetEntry dataset, FieldEntry field, ShippedField from)
    {
        if (field.ChangedByPeople)
        {
            Kept(dataset.Slug, dataset.Version, field.Name);
            return;
        }

        (field.LabelTh, field.LabelEn, field.Example, field.DescriptionTh, field.DescriptionEn) = (from.LabelTh, from.LabelEn, from.Example, from.DescriptionTh, from.DescriptionEn);
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

    [LoggerMessage(Level = LogLevel.Information, Message = "The seed of {Dataset} {Version} leaves {Text} as people have corrected it.")]
    private partial void Kept(string dataset, string version, string text);

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
        public required string DescriptionTh { get; init; }
        public required string DescriptionEn { get; init; }
        public required string ContactName { get; init; }
        public required string ContactMail { get; init; }
        public required string SourceTh { get; init; }
        public required string SourceEn { get; init; }
        public required string FreshnessTh { get; init; }
        public required string FreshnessEn { get; init; }
        public required string Procedure { get; init; }
        public required Classification Classification { get; init; }
        public required CatalogMetadata Metadata { get; init; }
        public required IReadOnlyList<ShippedService> Services { get; init; }
        public required IReadOnlyList<ShippedField> Fields { get; init; }
    }

    private sealed record ShippedService
    {
        public required SourceServiceKind Kind { get; init; }
        public string Number { get; init; } = "";
        public string Method { get; init; } = "";
        public string Path { get; init; } = "";
        public string NoteTh { get; init; } = "";
        public string NoteEn { get; init; } = "";
    }

    private sealed record ShippedField
    {
        public required string Name { get; init; }
        public required string LabelTh { get; init; }
        public required string LabelEn { get; init; }
        public required FieldType Type { get; init; }
        public required Sensitivity Sensitivity { get; init; }
        public required string Example { get; init; }
        public string DescriptionTh { get; init; } = "";
        public string DescriptionEn { get; init; } = "";
        public IReadOnlyList<ShippedCode> Codes { get; init; } = [];
    }

    private sealed record ShippedCode(string Value, string Th, string En);
}
