using Gdx.Catalog.Contracts.V1;
using Gdx.Identity.Contracts;
using Grpc.Core;

namespace Gdx.Catalog.Tests;

/// <summary>A dataset of a test's own: an agency that owns it, somebody there who edits, and two operators.</summary>
internal sealed class Draft(CatalogApp app)
{
    public string Slug { get; } = $"test.d{Guid.NewGuid():N}"[..24];

    public Guid Agency { get; } = Guid.NewGuid();

    public Guid OwnerPerson { get; } = Guid.NewGuid();

    public Metadata Owner => app.As(OwnerPerson, Agency, [Roles.DataOwner]);

    /// <summary>A data owner, of another agency.</summary>
    public Metadata Stranger => app.As(Guid.NewGuid(), Guid.NewGuid(), [Roles.DataOwner]);

    public Guid FirstOperator { get; } = Guid.NewGuid();

    public Metadata Operator => app.As(FirstOperator, null, [Roles.Operator]);

    public Metadata OtherOperator { get; } = app.As(Guid.NewGuid(), null, [Roles.Operator]);

    public Dataset Content(string version = "1", params Field[] fields) => new()
    {
        Id = Slug,
        Version = version,
        NameTh = "ทะเบียนทดสอบ",
        NameEn = "Test register",
        OwnerTh = "กรมทดสอบ",
        OwnerEn = "Department of Tests",
        OwnerAgencyId = Agency.ToString(),
        LegalBasisTh = "กฎทดสอบ",
        LegalBasisEn = "Test rule",
        DescriptionTh = "ใช้ในการทดสอบ",
        DescriptionEn = "Used in tests.",
        ContactName = "ฝ่ายทดสอบ",
        ContactMail = "data@example.go.th",
        SourceTh = "ฐานข้อมูลทดสอบ",
        SourceEn = "A test database",
        FreshnessTh = "ทันที",
        FreshnessEn = "At once",
        Classification = Classification.Internal,
        ProcedureId = "dopa-linkage",
        Metadata = Open(),
        Services = { new SourceService { Kind = SourceServiceKind.Gateway, Number = "901", Method = "GET", Path = "/ws/test/link?ServiceID=901&CitizenID={CitizenID}", NoteTh = "ทดสอบ", NoteEn = "Test" } },
        Fields = { fields.Length > 0 ? fields : [Field("firstName"), Field("age", FieldType.Integer, "37")] },
    };

    public static Field Field(string name, FieldType type = FieldType.Text, string example = "สมมติ", Sensitivity sensitivity = Sensitivity.Personal, params string[] codes) => new()
    {
        Name = name,
        LabelTh = "ป้าย",
        LabelEn = "Label",
        Type = type,
        Sensitivity = sensitivity,
        Example = example,
        Codes = { codes.Select(code => new Code { Value = code, LabelTh = "รหัส", LabelEn = "Code" }) },
    };

    public static OpenMetadata Open() => new()
    {
        DataType = "ข้อมูลระเบียน",
        Tags = { "ทดสอบ", "test" },
        Objectives = { "พันธกิจหน่วยงาน" },
        UpdateFrequencyUnit = "ปี",
        UpdateFrequencyInterval = 1,
        GeoCoverage = "ประเทศ",
        DataFormats = { "CSV" },
        DataCategory = "ข้อมูลสาธารณะ",
        LicenseId = "Open Data Common",
    };

    /// <summary>Saved by the first operator (the first version) or by its owner.</summary>
    public async Task<Dataset> SaveAsync(Dataset content) =>
        await app.Client().SaveDraftAsync(new() { Dataset = content }, content.Version == "1" ? Operator : Owner);

    public async Task<Dataset> ProposeAsync(string version = "1") => await app.Client().ProposeDraftAsync(new() { DatasetId = Slug, Version = version }, Owner);

    /// <summary>Proposed by its owner, published by an operator who has had no hand in it.</summary>
    public async Task<Dataset> PublishAsync(string version = "1")
    {
        var proposed = await ProposeAsync(version);
        return await app.Client().PublishAsync(new() { DatasetId = Slug, Version = version, Etag = proposed.Etag }, OtherOperator);
    }

    public async Task<Dataset> PublishedAsync(params Field[] fields)
    {
        await SaveAsync(Content("1", fields));
        return await PublishAsync();
    }
}
