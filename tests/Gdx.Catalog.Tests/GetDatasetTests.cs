using Gdx.Catalog.Contracts.V1;
using Gdx.Catalog.Features;
using Gdx.Identity.Contracts;
using Gdx.Numbers;
using Gdx.TestEnvironment;
using Grpc.Core;

namespace Gdx.Catalog.Tests;

public sealed class GetDatasetTests(CatalogApp app)
{
    // Every key of the person record, in the order of facts/linkage-center.md 2.4.
    private const string PersonFields =
        "titleCode titleDesc titleName titleSex firstName middleName lastName genderCode genderDesc dateOfBirth nationalityCode nationalityDesc ownerStatusDesc "
        + "statusOfPersonCode statusOfPersonDesc dateOfMoveIn age fatherPersonalID fatherName fatherNationalityCode fatherNationalityDesc motherPersonalID motherName "
        + "motherNationalityCode motherNationalityDesc fullnameAndRank englishTitleDesc englishFirstName englishMiddleName englishLastName";

    [Theory]
    [InlineData(Roles.Operator)]
    [InlineData(Roles.Service)]
    [InlineData(Roles.Person)]
    public async Task Operators_services_and_whoever_has_signed_in_read_the_person_of_the_civil_registration(string role)
    {
        var person = await app.Client().GetAsync(new() { DatasetId = "dopa.person", Version = "1" }, app.As(role));

        Assert.Equal(("dopa.person", "1"), (person.Id, person.Version));
        Assert.Equal(PersonFields.Split(' '), person.Fields.Select(field => field.Name));
    }

    public static TheoryData<string> Shipped =>
    [
        "dbd.financial-statements", "dbd.juristic-profile", "dbd.shareholders", "dopa.children", "dopa.death", "dopa.house", "dopa.id-card", "dopa.laser-code", "dopa.name-change", "dopa.person", "dopa.profile",
        "smart-card.citizen",
    ];

    [Theory]
    [MemberData(nameof(Shipped))]
    public async Task Every_text_is_there_in_thai_and_in_english(string id)
    {
        var dataset = await app.Client().GetAsync(new() { DatasetId = id, Version = "1" }, app.As(Roles.Person));

        Assert.All([dataset.NameTh, dataset.OwnerTh, dataset.LegalBasisTh, dataset.DescriptionTh, dataset.SourceTh, dataset.FreshnessTh, .. dataset.Fields.Select(field => field.LabelTh)],
            text => Assert.Contains(text, letter => letter is >= '\u0E00' and <= '\u0E7F'));
        Assert.All([dataset.NameEn, dataset.OwnerEn, dataset.LegalBasisEn, dataset.DescriptionEn, dataset.SourceEn, dataset.FreshnessEn, .. dataset.Fields.Select(field => field.LabelEn)],
            text => Assert.Matches("^[A-Z][ -~]+$", text));
        Assert.All(dataset.Fields, field => Assert.Equal(field.DescriptionTh.Length > 0, field.DescriptionEn.Length > 0));
    }

    [Theory]
    [MemberData(nameof(Shipped))]
    public async Task Examples_have_the_type_of_their_field_and_belong_to_nobody(string id)
    {
        var dataset = await app.Client().GetAsync(new() { DatasetId = id, Version = "1" }, app.As(Roles.Service));

        Assert.All(dataset.Fields, field =>
        {
            Assert.NotEqual(Sensitivity.Unspecified, field.Sensitivity);
            Assert.True(DraftContent.IsExample(field.Type, field.Example), $"{field.Name}: {field.Type} {field.Example}");
            Assert.True(field.Codes.Count == 0 || field.Codes.Any(code => code.Value == field.Example), field.Name);
            Assert.True(field.Example.Length != 13 || !CitizenId.TryParse(field.Example, out _) || field.Example[0] == '9' || field.Example.StartsWith("0999", StringComparison.Ordinal), field.Name);
        });
    }

    [Theory]
    [MemberData(nameof(Shipped))]
    public async Task What_is_shipped_is_published_has_a_procedure_and_all_mandatory_metadata(string id)
    {
        var dataset = await app.Client().GetAsync(new() { DatasetId = id, Version = "1" }, app.As(Roles.Service));

        Assert.Equal(VersionState.Published, dataset.State);
        Assert.Contains(dataset.ProcedureId, new[] { "smart-card", "dopa-linkage", "dopa-ikno", "dbd" });
        Assert.NotEmpty(dataset.Services);
        var metadata = GovernmentCatalog.Read("metadata", dataset.Metadata);
        Assert.Null(GovernmentCatalog.Missing(GovernmentCatalog.Values(metadata, dataset.NameTh, dataset.OwnerTh, dataset.ContactName, dataset.ContactMail, dataset.DescriptionTh, dataset.SourceTh)));
    }

    [Theory]
    [InlineData(FieldType.Integer, "3.5", false)]
    [InlineData(FieldType.Integer, "-3", true)]
    [InlineData(FieldType.Decimal, "3.5", true)]
    [InlineData(FieldType.Decimal, "3,5", false)]
    [InlineData(FieldType.Boolean, "true", true)]
    [InlineData(FieldType.Boolean, "yes", false)]
    [InlineData(FieldType.Date, "2019-10-24 00:00:00.0", true)]
    [InlineData(FieldType.Date, "24/10/2019", false)]
    [InlineData(FieldType.BuddhistDate, "20240101", false)]
    [InlineData(FieldType.BuddhistDateText, "25310400", true)]
    [InlineData(FieldType.BuddhistDateText, "0", false)]
    [InlineData(FieldType.IdentifierText, "0000000000001", false)]
    [InlineData(FieldType.Identifier, "9000000091018", true)]
    [InlineData(FieldType.IdentifierText, "0999000000019", true)]
    [InlineData(FieldType.Object, "{", false)]
    [InlineData(FieldType.List, "[]", true)]
    [InlineData(FieldType.Image, "///", false)]
    [InlineData(FieldType.Text, "", false)]
    public void An_example_is_a_value_of_its_type_and_nobodys_number(FieldType type, string example, bool good) => Assert.Equal(good, DraftContent.IsExample(type, example));

    [Theory]
    [InlineData("dopa.person", "2")]
    [InlineData("dopa.nothing", "1")]
    public async Task What_is_not_in_the_dictionary_is_unknown(string id, string version) =>
        Assert.Equal(new(StatusCode.NotFound, "catalog.dataset.unknown", ""), await Refused(id, version));

    [Theory]
    [InlineData("", "1", "dataset_id")]
    [InlineData("DOPA.person", "1", "dataset_id")]
    [InlineData("dopa.person\n", "1", "dataset_id")]
    [InlineData("dopa.person\0", "1", "dataset_id")]
    [InlineData("dopa.person' OR 1=1", "1", "dataset_id")]
    [InlineData("dopa.บุคคล", "1", "dataset_id")]
    [InlineData("dopa.person", "", "version")]
    [InlineData("dopa.person", "0", "version")]
    [InlineData("dopa.person", "-1", "version")]
    [InlineData("dopa.person", "๑", "version")]
    [InlineData("dopa.person", "12345", "version")]
    public async Task Bad_input_is_refused_with_the_name_of_the_field(string id, string version, string field) =>
        Assert.Equal(new(StatusCode.InvalidArgument, "request.invalid", field), await Refused(id, version));

    [Fact]
    public async Task A_slug_that_is_too_long_is_refused() =>
        Assert.Equal("dataset_id", (await Refused("a." + new string('b', 100_000), "1")).Field);

    [Fact]
    public async Task Nobody_gets_in_without_a_token() =>
        Assert.Equal(StatusCode.Unauthenticated, (await Refusal.OfAsync(() => app.Client().GetAsync(new() { DatasetId = "dopa.person", Version = "1" }).ResponseAsync)).Status);

    private Task<Refusal> Refused(string id, string version) =>
        Refusal.OfAsync(() => app.Client().GetAsync(new() { DatasetId = id, Version = version }, app.As(Roles.Service)).ResponseAsync);
}
