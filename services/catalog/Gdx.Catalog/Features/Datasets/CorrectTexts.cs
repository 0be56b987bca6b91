using Gdx.Catalog.Contracts.V1;
using Gdx.Catalog.Data;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Catalog.Features;

/// <summary>
/// gRPC gdx.catalog.v1.Datasets/CorrectTexts: mends texts of a published version. Nothing that a program reads or a right depends on changes:
/// no field, type, code, class or procedure. What people have corrected, a newer seed leaves alone.
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
        Take("nameTh", texts.NameTh, 200, text => dataset.NameTh = text);
        Take("nameEn", texts.NameEn, 200, text => dataset.NameEn = text);
        Take("ownerTh", texts.OwnerTh, 200, text => dataset.OwnerTh = text);
        Take("ownerEn", texts.OwnerEn, 200, text => dataset.OwnerEn = text);
        Take("legalBasisTh", texts.LegalBasisTh, 1000, text => dataset.LegalBasisTh = text);
        Take("legalBasisEn", texts.LegalBasisEn, 1000, text => dataset.LegalBasisEn = text);
        Take("descriptionTh", texts.DescriptionTh, 2000, text => dataset.DescriptionTh = text);
        Take("descriptionEn", texts.DescriptionEn, 2000, text => dataset.DescriptionEn = text);
        Take("contactName", texts.ContactName, 200, text => dataset.ContactName = text);
        Take("contactMail", texts.ContactMail, 200, text => dataset.ContactMail = Fields.OptionalMail("texts.contact_mail", text));
        Take("contactPhone", texts.ContactPhone, 50, text => dataset.ContactPhone = text);
        Take("sourceTh", texts.SourceTh, 500, text => dataset.SourceTh = text);
        Take("sourceEn", texts.SourceEn, 500, text => dataset.SourceEn = text);
        Take("freshnessTh", texts.FreshnessTh, 500, text => dataset.FreshnessTh = text);
        Take("freshnessEn", texts.FreshnessEn, 500, text => dataset.FreshnessEn = text);
        if (texts.Metadata is { } metadata)
        {
            dataset.Metadata = GovernmentCatalog.Read("texts.metadata", metadata);
            changed.Add("metadata");
        }

        dataset.ChangedByPeople = [.. dataset.ChangedByPeople.Union(changed)];
        return changed;

        void Take(string name, string given, int longest, Action<string> put)
        {
            if (given.Length > 0)
            {
                put(Fields.Text($"texts.{name}", given, longest, lines: true));
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
