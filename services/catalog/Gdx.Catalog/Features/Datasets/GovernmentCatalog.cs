using Gdx.Catalog.Contracts.V1;
using Gdx.Catalog.Data;
using Gdx.ServiceDefaults;
using Google.Protobuf.Collections;

namespace Gdx.Catalog.Features;

/// <summary>
/// The metadata of the Government Data Catalog (GD Catalog, the national extension of CKAN): its 14 mandatory fields and its closed lists. The
/// values are the Thai words themselves; where a list ends in "อื่นๆ", what that means is said in a field of the same name with <c>_other</c>.
/// </summary>
public static class GovernmentCatalog
{
    public const string Other = "อื่นๆ";
    public const string OtherType = "ข้อมูลประเภทอื่นๆ";

    public static readonly IReadOnlyList<string> DataTypes = ["ข้อมูลระเบียน", "ข้อมูลสถิติ", "ข้อมูลภูมิสารสนเทศเชิงพื้นที่", "ข้อมูลหลากหลายประเภท", OtherType];

    public static readonly IReadOnlyList<string> DataCategories = ["ข้อมูลสาธารณะ", "ข้อมูลส่วนบุคคล", "ข้อมูลความมั่นคง", "ข้อมูลความลับทางราชการ"];

    public static readonly IReadOnlyList<string> Objectives =
    [
        "ยุทธศาสตร์ชาติ", "แผนพัฒนาเศรษฐกิจและสังคมแห่งชาติ", "แผนความมั่นคงแห่งชาติ", "แผนแม่บทภายใต้ยุทธศาสตร์ชาติ", "แผนปฏิรูปประเทศ", "แผนระดับที่ 3 (มติครม. 4 ธ.ค. 2560)",
        "นโยบายรัฐบาล/ข้อสั่งการนายกรัฐมนตรี", "มติคณะรัฐมนตรี", "เพื่อการให้บริการประชาชน", "กฎหมายที่เกี่ยวข้อง", "พันธกิจหน่วยงาน", "ดัชนี/ตัวชี้วัดระดับนานาชาติ", "ไม่ทราบ", Other,
    ];

    public static readonly IReadOnlyList<string> FrequencyUnits =
        ["ไม่ทราบ", "ปี", "ครึ่งปี", "ไตรมาส", "เดือน", "สัปดาห์", "วัน", "วันทำการ", "ชั่วโมง", "นาที", "ตามเวลาจริง", "ไม่มีการปรับปรุงหลังจากการจัดเก็บข้อมูล", Other];

    /// <summary>Units that are not counted in times.</summary>
    public static readonly IReadOnlyList<string> UncountedUnits = ["ไม่ทราบ", "ตามเวลาจริง", "ไม่มีการปรับปรุงหลังจากการจัดเก็บข้อมูล", Other];

    public static readonly IReadOnlyList<string> Coverages =
        ["ไม่มี", "โลก", "ทวีป/กลุ่มประเทศในทวีป", "กลุ่มประเทศทางเศรษฐกิจ", "ประเทศ", "ภาค", "จังหวัด", "อำเภอ", "ตำบล", "หมู่บ้าน", "เทศบาล/อบต.", "พิกัด", "ไม่ทราบ", Other];

    public static readonly IReadOnlyList<string> DataFormats =
        ["Database", "CSV", "XML", "Image", "Video", "Audio", "Text", "JSON", "HTML", "XLS", "PDF", "RDF", "NoSQL", "Arc/Info Coverage", "Shapefile", "GeoTiff", "GML", "ไม่ทราบ", Other];

    public static readonly IReadOnlyList<string> Licenses =
    [
        "License not specified", "Creative Commons Attributions", "Creative Commons Attribution Share-Alike", "Creative Commons Non-Commercial (Any)", "Open Data Common", "GNU Free Documentation License", Other,
    ];

    private const int MostTags = 50;

    public static OpenMetadata Answer(CatalogMetadata metadata) => new()
    {
        DataType = metadata.DataType,
        Tags = { metadata.Tags },
        Objectives = { metadata.Objectives },
        UpdateFrequencyUnit = metadata.UpdateFrequencyUnit,
        UpdateFrequencyInterval = metadata.UpdateFrequencyInterval,
        GeoCoverage = metadata.GeoCoverage,
        DataFormats = { metadata.DataFormats },
        DataCategory = metadata.DataCategory,
        LicenseId = metadata.LicenseId,
        Others = { metadata.Others.ToDictionary() },
    };

    /// <summary>Reads what is given; each value must be in its list. What may be missing depends on what it is for (<see cref="Missing"/>).</summary>
    public static CatalogMetadata Read(string at, OpenMetadata? given)
    {
        if (given is null)
        {
            return new();
        }

        var others = Others(at, given.Others);
        return new()
        {
            DataType = OneOf($"{at}.data_type", given.DataType, DataTypes, others.ContainsKey("data_type")),
            Tags = Tags(at, given.Tags),
            Objectives = [.. given.Objectives.Distinct().Select(one => OneOf($"{at}.objectives", one, Objectives, others.ContainsKey("objective")))],
            UpdateFrequencyUnit = OneOf($"{at}.update_frequency_unit", given.UpdateFrequencyUnit, FrequencyUnits, others.ContainsKey("update_frequency_unit")),
            UpdateFrequencyInterval = given.UpdateFrequencyInterval is >= 0 and <= 10_000 ? given.UpdateFrequencyInterval : throw Problems.Invalid($"{at}.update_frequency_interval", "must be 0 to 10,000."),
            GeoCoverage = OneOf($"{at}.geo_coverage", given.GeoCoverage, Coverages, others.ContainsKey("geo_coverage")),
            DataFormats = [.. given.DataFormats.Distinct().Select(one => OneOf($"{at}.data_formats", one, DataFormats, others.ContainsKey("data_format")))],
            DataCategory = OneOf($"{at}.data_category", given.DataCategory, DataCategories, false),
            LicenseId = OneOf($"{at}.license_id", given.LicenseId, Licenses, others.ContainsKey("license_id")),
            Others = others,
        };
    }

    /// <summary>The mandatory fields by the names that the catalogue gives them, in its order, with the interval where the unit has one.</summary>
    public static IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> Values(
        CatalogMetadata metadata, string title, string ownerOrg, string maintainer, string maintainerMail, string notes, string source)
    {
        List<KeyValuePair<string, IReadOnlyList<string>>> values =
        [
            new("data_type", One(metadata.DataType)), new("title", One(title)), new("owner_org", One(ownerOrg)), new("maintainer", One(maintainer)), new("maintainer_email", One(maintainerMail)),
            new("tag_string", metadata.Tags), new("notes", One(notes)), new("objective", metadata.Objectives), new("update_frequency_unit", One(metadata.UpdateFrequencyUnit)),
            new("geo_coverage", One(metadata.GeoCoverage)), new("data_source", One(source)), new("data_format", metadata.DataFormats), new("data_category", One(metadata.DataCategory)), new("license_id", One(metadata.LicenseId)),
        ];
        if (!UncountedUnits.Contains(metadata.UpdateFrequencyUnit) && metadata.UpdateFrequencyUnit.Length > 0)
        {
            values.Add(new("update_frequency_interval", One(metadata.UpdateFrequencyInterval > 0 ? metadata.UpdateFrequencyInterval.ToString(System.Globalization.CultureInfo.InvariantCulture) : "")));
        }

        return values;

        static IReadOnlyList<string> One(string value) => value.Length == 0 ? [] : [value];
    }

    /// <summary>Of a version in the dictionary.</summary>
    public static IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> Values(DatasetEntry dataset) =>
        Values(dataset.Metadata, dataset.NameTh, dataset.OwnerTh, dataset.ContactName, dataset.ContactMail, dataset.DescriptionTh, dataset.SourceTh);

    /// <summary>Of an offer.</summary>
    public static IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> Values(OfferText offer) =>
        Values(offer.Metadata, offer.TitleTh, offer.OwnerOrg, offer.Maintainer, offer.MaintainerMail, offer.Notes, offer.DataSource);

    /// <summary>The first mandatory field without a value; null where all are there.</summary>
    public static string? Missing(IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> values) => values.FirstOrDefault(pair => pair.Value.Count == 0).Key;

    private static string OneOf(string field, string value, IReadOnlyList<string> list, bool explained) =>
        value.Length == 0 ? ""
        : !list.Contains(value) ? throw Problems.Invalid(field, $"must be one of: {string.Join(", ", list)}")
        : value is Other or OtherType && !explained ? throw Problems.Invalid(field, $"is {value}: say in others what that means.")
        : value;

    private static List<string> Tags(string at, RepeatedField<string> given) =>
        given.Count <= MostTags && given.All(tag => tag.Trim().Length is >= 2 and <= 100 && !tag.Any(char.IsControl) && !tag.Contains(',', StringComparison.Ordinal))
            ? [.. given.Select(tag => tag.Trim()).Distinct()]
            : throw Problems.Invalid($"{at}.tags", $"must be at most {MostTags} words of 2 to 100 characters without commas."); // CKAN's own limits.

    private static Dictionary<string, string> Others(string at, MapField<string, string> given) => given.ToDictionary(
        pair => pair.Key is "data_type" or "objective" or "update_frequency_unit" or "geo_coverage" or "data_format" or "license_id" ? pair.Key : throw Problems.Invalid($"{at}.others", "must explain objective, update_frequency_unit, geo_coverage, data_format, license_id or data_type."),
        pair => Fields.Text($"{at}.others", pair.Value, 300));
}
