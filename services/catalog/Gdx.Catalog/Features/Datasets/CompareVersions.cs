using Gdx.Catalog.Contracts.V1;
using Gdx.Catalog.Data;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Catalog.Features;

/// <summary>gRPC gdx.catalog.v1.Datasets/Compare: what differs between two versions of a dataset, and what of it breaks whoever reads the older.</summary>
public sealed partial class DatasetService
{
    [Authorize(Roles = Readers)]
    public override async Task<CompareVersionsReply> Compare(CompareVersionsRequest request, ServerCallContext context)
    {
        var (old, next) = (Fields.DatasetVersion("old_version", request.OldVersion), Fields.DatasetVersion("new_version", request.NewVersion));
        var changes = VersionChanges.Between(await OneAsync(request.DatasetId, old, context), await OneAsync(request.DatasetId, next, context));
        return new() { Changes = { changes }, Breaks = changes.Any(change => change.Breaks) };
    }
}

/// <summary>The difference between two versions. A program that reads the older must be able to read the newer, with the right that it has: what stands in the way breaks it.</summary>
public static class VersionChanges
{
    public static IReadOnlyList<Change> Between(DatasetEntry old, DatasetEntry next)
    {
        List<Change> changes = [];
        if (old.Classification != next.Classification)
        {
            var raised = next.Classification > old.Classification;
            changes.Add(Of(raised ? ChangeKind.ClassificationRaised : ChangeKind.ClassificationLowered, "", raised, $"ชั้นความลับ: {old.Classification} → {next.Classification}", $"Classification: {old.Classification} → {next.Classification}"));
        }

        foreach (var was in old.Fields.OrderBy(field => field.Position).ThenBy(field => field.Name, StringComparer.Ordinal))
        {
            var now = next.Fields.Find(field => field.Name == was.Name);
            changes.AddRange(now is null
                ? [Of(ChangeKind.FieldRemoved, was.Name, true, "ไม่มีฟิลด์นี้แล้ว (หรือเปลี่ยนชื่อ)", "The field is gone, or has another name.")]
                : OfField(was, now));
        }

        changes.AddRange(next.Fields.Where(field => !old.Fields.Exists(was => was.Name == field.Name)).OrderBy(field => field.Position).ThenBy(field => field.Name, StringComparer.Ordinal)
            .Select(field => Of(ChangeKind.FieldAdded, field.Name, false, "ฟิลด์ใหม่", "A new field.")));
        if (Texts(old) != Texts(next))
        {
            changes.Add(Of(ChangeKind.TextChanged, "", false, "แก้ไขคำอธิบายชุดข้อมูล", "Texts of the dataset were changed."));
        }

        return changes;
    }

    /// <summary>What breaks, in the short form that is announced and kept: <c>removed:titleSex</c>, <c>type:age</c>, <c>classification</c>.</summary>
    public static IReadOnlyList<string> Breaks(IEnumerable<Change> changes) => [.. changes.Where(change => change.Breaks).Select(change => change.Kind switch
    {
        ChangeKind.FieldRemoved => $"removed:{change.Field}",
        ChangeKind.TypeChanged => $"type:{change.Field}",
        ChangeKind.CodesNarrowed => $"codes:{change.Field}",
        ChangeKind.SensitivityRaised => $"sensitivity:{change.Field}",
        _ => "classification",
    })];

    private static IEnumerable<Change> OfField(FieldEntry was, FieldEntry now)
    {
        if (was.Type != now.Type)
        {
            yield return Of(ChangeKind.TypeChanged, was.Name, true, $"ชนิดข้อมูล: {was.Type} → {now.Type}", $"Type: {was.Type} → {now.Type}");
        }

        // Free values are the widest list of all.
        var (before, after) = (was.Codes.Select(code => code.Value).ToHashSet(), now.Codes.Select(code => code.Value).ToHashSet());
        var lost = before.Count == 0 ? after.Count > 0 : after.Count > 0 && !before.IsSubsetOf(after);
        var won = before.Count > 0 && (after.Count == 0 || !after.IsSubsetOf(before));
        if (lost)
        {
            yield return Of(ChangeKind.CodesNarrowed, was.Name, true, $"รายการรหัสแคบลง: {string.Join(", ", before.Except(after))}", $"The code list is narrower; no longer: {string.Join(", ", before.Except(after))}");
        }

        if (won)
        {
            yield return Of(ChangeKind.CodesWidened, was.Name, false, "รายการรหัสกว้างขึ้น", "The code list is wider.");
        }

        if (was.Sensitivity != now.Sensitivity)
        {
            var raised = now.Sensitivity > was.Sensitivity;
            yield return Of(raised ? ChangeKind.SensitivityRaised : ChangeKind.SensitivityLowered, was.Name, raised, $"ความอ่อนไหว: {was.Sensitivity} → {now.Sensitivity}", $"Sensitivity: {was.Sensitivity} → {now.Sensitivity}");
        }

        if (Texts(was) != Texts(now))
        {
            yield return Of(ChangeKind.TextChanged, was.Name, false, "แก้ไขป้ายชื่อหรือคำอธิบาย", "Label, description or example were changed.");
        }
    }

    private static Change Of(ChangeKind kind, string field, bool breaks, string thai, string english) => new() { Kind = kind, Field = field, Breaks = breaks, DetailTh = thai, DetailEn = english };

    private static string Texts(FieldEntry field) => string.Join('\0', [field.LabelTh, field.LabelEn, field.DescriptionTh, field.DescriptionEn, field.Example, .. field.Codes.OrderBy(code => code.Value, StringComparer.Ordinal).SelectMany(code => new[] { code.LabelTh, code.LabelEn })]);

    private static string Texts(DatasetEntry dataset) => string.Join('\0', dataset.NameTh, dataset.NameEn, dataset.OwnerTh, dataset.OwnerEn, dataset.LegalBasisTh, dataset.LegalBasisEn,
        dataset.DescriptionTh, dataset.DescriptionEn, dataset.ContactName, dataset.ContactMail, dataset.ContactPhone, dataset.SourceTh, dataset.SourceEn, dataset.FreshnessTh, dataset.FreshnessEn);
}
