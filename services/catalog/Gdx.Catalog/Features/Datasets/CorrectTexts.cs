using Gdx.Catalog.Contracts.V1;
using Gdx.Catalog.Data;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Catalog.Features;

/// <summary>
/// gRPC gdx.catalog.v1.Datasets/CorrectTexts: mends texts of a published version. Nothing that a program reads or a right depends on changes:
/// no field, type, code, class, procedure, legal basis or category of the data. What people have corrected, a newer seed leaves alone.
/// </summary>
public sealed partial class DatasetService
{
    [Authorize(Roles = Writers)]
    public override async Task<Dataset> CorrectTexts(CorrectTextsRequest request, ServerCallContext context)
    {
        var (caller, ct, now) = (Caller.Of(context), context.CancellationToken, clock.Now());
        var person = caller.RequirePerson();
        var texts = request.Texts ?? throw Problems.Invalid("texts", "must be there.");
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var dataset = await ToChangeAsync(db, caller, Fields.DatasetSlug("dataset_id", request.DatasetId), Fields.DatasetVersion("version", request.Version), ct);
        if (dataset.StateAt(now) is not (VersionState.Published or VersionState.Deprecated))
        {
            throw WrongState("Texts are corrected on published versions; a draft is saved whole.");
        }

        List<string> changed = [.. CorrectDataset(dataset, texts), .. texts.Fields.Select((field, n) => CorrectField(dataset, field, $"texts.fields[{n}]"))];
        if (changed.Count == 0)
        {
            throw Problems.Invalid("texts", "must hold a text to correct.");
        }

        Happened(db, dataset, "texts-corrected", person, now, Shortened(string.Join(", ", changed)));
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return Answer(dataset, now);
    }

    private static string Shortened(string note) => note.Length <= 500 ? note : note[..500];

    private static List<string> CorrectDataset(DatasetEntry dataset, Dataset texts)
    {
        List<string> changed = [];
        if (texts.LegalBasisTh.Length > 0 || texts.LegalBasisEn.Length > 0)
        {
            throw Problems.Invalid(texts.LegalBasisTh.Length > 0 ? "texts.legal_basis_th" : "texts.legal_basis_en", "must be empty: rights were given on the legal basis as it stands. Another one is another version.");
        }

        Take("nameTh", "name_th", texts.NameTh, 200, false, text => dataset.NameTh = text);
        Take("nameEn", "name_en", texts.NameEn, 200, false, text => dataset.NameEn = text);
        Take("ownerTh", "owner_th", texts.OwnerTh, 200, false, text => dataset.OwnerTh = text);
        Take("ownerEn", "owner_en", texts.OwnerEn, 200, false, text => dataset.OwnerEn = text);
        Take("descriptionTh", "description_th", texts.DescriptionTh, 2000, true, text => dataset.DescriptionTh = text);
        Take("descriptionEn", "description_en", texts.DescriptionEn, 2000, true, text => dataset.DescriptionEn = text);
        Take("contactName", "contact_name", texts.ContactName, 200, false, text => dataset.ContactName = text);
        Take("contactMail", "contact_mail", texts.ContactMail, 200, false, text => dataset.ContactMail = Fields.OptionalMail("texts.contact_mail", text));
        Take("contactPhone", "contact_phone", texts.ContactPhone, 50, false, text => dataset.ContactPhone = text);
        Take("sourceTh", "source_th", texts.SourceTh, 500, false, text => dataset.SourceTh = text);
        Take("sourceEn", "source_en", texts.SourceEn, 500, false, text => dataset.SourceEn = text);
        Take("freshnessTh", "freshness_th", texts.FreshnessTh, 500, false, text => dataset.FreshnessTh = text);
        Take("freshnessEn", "freshness_en", texts.FreshnessEn, 500, false, text => dataset.FreshnessEn = text);
        if (texts.Metadata is { } metadata)
        {
            var read = GovernmentCatalog.Read("texts.metadata", metadata);
            if (read.DataCategory.Length > 0 && read.DataCategory != dataset.Metadata.DataCategory)
            {
                throw Problems.Invalid("texts.metadata.data_category", "must be empty or as it is: personal data does not become public by a correction. Another category is another version.");
            }

            dataset.Metadata = read with { DataCategory = dataset.Metadata.DataCategory };
            changed.Add("metadata");
        }

        dataset.ChangedByPeople = [.. dataset.ChangedByPeople.Union(changed)];
        return changed;

        void Take(string name, string field, string given, int longest, bool lines, Action<string> put)
        {
            if (given.Length > 0)
            {
                put(Fields.Text($"texts.{field}", given, longest, lines));
                changed.Add(name);
            }
        }
    }

    private static string CorrectField(DatasetEntry dataset, Field from, string at)
    {
        var field = dataset.Fields.Find(field => field.Name == from.Name) ?? throw Problems.Rpc(StatusCode.NotFound, "catalog.field.unknown", "The dataset has no such field. Datasets/Get lists them.");
        field.LabelTh = from.LabelTh.Length == 0 ? field.LabelTh : Fields.Text($"{at}.label_th", from.LabelTh, 200);
        field.LabelEn = from.LabelEn.Length == 0 ? field.LabelEn : Fields.Text($"{at}.label_en", from.LabelEn, 200);
        field.DescriptionTh = from.DescriptionTh.Length == 0 ? field.DescriptionTh : Fields.Text($"{at}.description_th", from.DescriptionTh, 1000, lines: true);
        field.DescriptionEn = from.DescriptionEn.Length == 0 ? field.DescriptionEn : Fields.Text($"{at}.description_en", from.DescriptionEn, 1000, lines: true);
        field.Example = from.Example.Length == 0 ? field.Example : DraftContent.Example(at, field, from.Example);
        field.ChangedByPeople = true;
        return field.Name;
    }
}
