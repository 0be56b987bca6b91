using System.Text.Json;
using System.Text.RegularExpressions;
using Gdx.Catalog.Contracts.V1;
using Gdx.Catalog.Data;
using Gdx.ServiceDefaults;

namespace Gdx.Catalog.Features;

/// <summary>Reads the content of a draft from a request, all of it, and puts it in place of what the draft held.</summary>
public static partial class DraftContent
{
    private const int MostFields = 500; // The largest record that is known (DBD's profile) has about 60.
    private const int MostCodes = 1000;
    private const int MostServices = 20;

    public static void Put(DatasetEntry draft, Dataset content)
    {
        draft.NameTh = Fields.Text("dataset.name_th", content.NameTh, 200);
        draft.NameEn = Fields.Text("dataset.name_en", content.NameEn, 200);
        draft.OwnerTh = Fields.Text("dataset.owner_th", content.OwnerTh, 200);
        draft.OwnerEn = Fields.Text("dataset.owner_en", content.OwnerEn, 200);
        draft.LegalBasisTh = Fields.Text("dataset.legal_basis_th", content.LegalBasisTh, 1000, lines: true);
        draft.LegalBasisEn = Fields.Text("dataset.legal_basis_en", content.LegalBasisEn, 1000, lines: true);
        draft.DescriptionTh = Fields.OptionalText("dataset.description_th", content.DescriptionTh, 2000, lines: true);
        draft.DescriptionEn = Fields.OptionalText("dataset.description_en", content.DescriptionEn, 2000, lines: true);
        draft.ContactName = Fields.OptionalText("dataset.contact_name", content.ContactName, 200);
        draft.ContactMail = Fields.OptionalMail("dataset.contact_mail", content.ContactMail);
        draft.ContactPhone = Fields.OptionalText("dataset.contact_phone", content.ContactPhone, 50);
        draft.SourceTh = Fields.OptionalText("dataset.source_th", content.SourceTh, 500);
        draft.SourceEn = Fields.OptionalText("dataset.source_en", content.SourceEn, 500);
        draft.FreshnessTh = Fields.OptionalText("dataset.freshness_th", content.FreshnessTh, 500);
        draft.FreshnessEn = Fields.OptionalText("dataset.freshness_en", content.FreshnessEn, 500);
        draft.Classification = Fields.Known("dataset.classification", content.Classification);
        draft.ProcedureId = content.ProcedureId.Length == 0 || ProcedureForm().IsMatch(content.ProcedureId) ? content.ProcedureId : throw Problems.Invalid("dataset.procedure_id", "must be the id of a procedure such as dopa-linkage, or empty.");
        draft.Metadata = GovernmentCatalog.Read("dataset.metadata", content.Metadata);
        PutFields(draft, content);
        PutServices(draft, content);
    }

    /// <summary>An example that the type does not allow would teach wrong things, and one that could be somebody's number is no example.</summary>
    public static bool IsExample(FieldType type, string example) => example.Length == 0 ? type is FieldType.Object or FieldType.List or FieldType.Image : type switch
    {
        FieldType.Text => true,
        FieldType.Integer => long.TryParse(example, System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out _),
        FieldType.Decimal => DecimalForm().IsMatch(example),
        FieldType.DecimalText => DecimalForm().IsMatch(example),
        FieldType.Boolean => example is "true" or "false",
        FieldType.BuddhistDate => int.TryParse(example, out var number) && Numbers.BuddhistDate.TryParse(number, out _),
        FieldType.BuddhistDateText => example.Length == 8 && int.TryParse(example, out var number) && Numbers.BuddhistDate.TryParse(number, out _),
        FieldType.Date => DateForm().IsMatch(example),
        FieldType.Identifier => example[0] != '0' && example.All(char.IsAsciiDigit) && long.TryParse(example, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out _) && IsNobodys(example),
        FieldType.IdentifierText => KeyForm().IsMatch(example) && IsNobodys(example),
        FieldType.Image => Convert.TryFromBase64String(example, new byte[example.Length], out _),
        _ => IsJson(example),
    };

    // Citizen numbers that start with 9 and juristic numbers of the block 0999 are given to nobody.
    private static bool IsNobodys(string number) => number.Length != 13 || !Numbers.CitizenId.TryParse(number, out _) || number[0] == '9' || number.StartsWith("0999", StringComparison.Ordinal);

    private static void PutFields(DatasetEntry draft, Dataset content)
    {
        if (content.Fields.Count is 0 or > MostFields)
        {
            throw Problems.Invalid("dataset.fields", $"must be 1 to {MostFields}.");
        }

        draft.Fields.RemoveAll(field => !content.Fields.Any(one => one.Name == field.Name));
        foreach (var (position, from) in content.Fields.Index())
        {
            var at = $"dataset.fields[{position}]";
            if (!NameForm().IsMatch(from.Name))
            {
                throw Problems.Invalid($"{at}.name", "must be a key such as firstName, address.houseNo or allName[].firstName, at most 64 characters.");
            }

            if (content.Fields.Take(position).Any(earlier => earlier.Name == from.Name))
            {
                throw Problems.Invalid($"{at}.name", "must be named once.");
            }

            if (Parent(from.Name) is { } parent && !content.Fields.Any(other => other.Name == parent.Name && other.Type == parent.Type))
            {
                throw Problems.Invalid($"{at}.name", "must lie in an object or a list that is a field too.");
            }

            var field = draft.Fields.Find(field => field.Name == from.Name);
            if (field is null)
            {
                field = new() { DatasetId = draft.Id, Name = from.Name, LabelTh = "", LabelEn = "", Type = from.Type, Sensitivity = from.Sensitivity, Example = "" };
                draft.Fields.Add(field);
            }

            field.Position = position;
            field.LabelTh = Fields.Text($"{at}.label_th", from.LabelTh, 200);
            field.LabelEn = Fields.Text($"{at}.label_en", from.LabelEn, 200);
            field.DescriptionTh = Fields.OptionalText($"{at}.description_th", from.DescriptionTh, 1000, lines: true);
            field.DescriptionEn = Fields.OptionalText($"{at}.description_en", from.DescriptionEn, 1000, lines: true);
            field.Type = Fields.Known($"{at}.type", from.Type);
            field.Sensitivity = Fields.Known($"{at}.sensitivity", from.Sensitivity);
            field.Codes = Codes(at, from);
            field.Example = Example(at, field, from.Example);
        }
    }

    /// <summary>The object or list that a field lies in; null at the top.</summary>
    public static (string Name, FieldType Type)? Parent(string name) => name.LastIndexOf('.') is var dot && dot < 0 ? null
        : name[..dot].EndsWith("[]", StringComparison.Ordinal) ? (name[..(dot - 2)], FieldType.List) : (name[..dot], FieldType.Object);

    public static string Example(string at, FieldEntry field, string given)
    {
        var example = Fields.OptionalText($"{at}.example", given, 200);
        return !IsExample(field.Type, example) ? throw Problems.Invalid($"{at}.example", $"must be a made-up value of type {field.Type}; made-up numbers of people start with 9, of juristic persons with 0999.")
            : field.Codes.Count > 0 && !field.Codes.Exists(code => code.Value == example) ? throw Problems.Invalid($"{at}.example", "must be one of the codes.")
            : example;
    }

    private static List<CodeEntry> Codes(string at, Field from)
    {
        if (from.Codes.Count > MostCodes || from.Codes.Select(code => code.Value).Distinct().Count() != from.Codes.Count)
        {
            throw Problems.Invalid($"{at}.codes", $"must be at most {MostCodes}, each value once.");
        }

        List<CodeEntry> codes = [.. from.Codes.Select((code, n) => new CodeEntry(
            Fields.Text($"{at}.codes[{n}].value", code.Value, 100), Fields.Text($"{at}.codes[{n}].label_th", code.LabelTh, 200), Fields.Text($"{at}.codes[{n}].label_en", code.LabelEn, 200)))];
        return codes.TrueForAll(code => IsExample(from.Type, code.Value)) ? codes : throw Problems.Invalid($"{at}.codes", "must be values of the field's type.");
    }

    private static void PutServices(DatasetEntry draft, Dataset content)
    {
        if (content.Services.Count > MostServices)
        {
            throw Problems.Invalid("dataset.services", $"must be at most {MostServices}.");
        }

        draft.Services.RemoveAll(service => service.Position >= content.Services.Count);
        foreach (var (position, from) in content.Services.Index())
        {
            var at = $"dataset.services[{position}]";
            var service = draft.Services.Find(service => service.Position == position);
            if (service is null)
            {
                service = new() { DatasetId = draft.Id, Position = position, Kind = from.Kind };
                draft.Services.Add(service);
            }

            service.Kind = Fields.Known($"{at}.kind", from.Kind);
            service.Number = Fields.OptionalText($"{at}.number", from.Number, 32);
            service.Method = from.Method is "" or "GET" or "POST" ? from.Method : throw Problems.Invalid($"{at}.method", "must be GET, POST or empty.");
            service.Path = from.Path.Length == 0 || PathForm().IsMatch(from.Path) ? from.Path : throw Problems.Invalid($"{at}.path", "must begin with a slash and be an address without host, at most 300 characters.");
            service.NoteTh = Fields.OptionalText($"{at}.note_th", from.NoteTh, 500);
            service.NoteEn = Fields.OptionalText($"{at}.note_en", from.NoteEn, 500);
        }
    }

    private static bool IsJson(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"\A(?=.{1,64}\z)[A-Za-z][A-Za-z0-9_:-]*((\[\])?\.[A-Za-z][A-Za-z0-9_:-]*)*\z")]
    private static partial Regex NameForm();

    [GeneratedRegex(@"\A[a-z][a-z0-9-]{0,63}\z")]
    private static partial Regex ProcedureForm();

    [GeneratedRegex(@"\A/[\x21-\x7e]{0,299}\z")]
    private static partial Regex PathForm();

    [GeneratedRegex(@"\A-?[0-9]{1,18}(\.[0-9]{1,9})?\z")]
    private static partial Regex DecimalForm();

    [GeneratedRegex(@"\A[0-9]{4}-?[0-9]{2}-?[0-9]{2}( [0-9:.]{5,12})?\z")]
    private static partial Regex DateForm();

    [GeneratedRegex(@"\A[0-9A-Za-z/-]{1,64}\z")]
    private static partial Regex KeyForm();
}
