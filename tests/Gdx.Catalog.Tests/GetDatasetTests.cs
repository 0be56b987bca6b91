using Gdx.Catalog.Contracts.V1;
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
    public async Task Operators_and_services_read_the_person_of_the_civil_registration(string role)
    {
        var person = await app.Client().GetAsync(new() { DatasetId = "dopa.person", Version = "1" }, app.As(role));

        Assert.Equal(("dopa.person", "1"), (person.Id, person.Version));
        Assert.Equal(PersonFields.Split(' '), person.Fields.Select(field => field.Name));
    }

    [Fact]
    public async Task Every_text_is_there_in_thai_and_in_english()
    {
        var person = await app.Client().GetAsync(new() { DatasetId = "dopa.person", Version = "1" }, app.As(Roles.Service));

        Assert.All([person.NameTh, person.OwnerTh, person.LegalBasisTh, .. person.Fields.Select(field => field.LabelTh)], text => Assert.Contains(text, letter => letter is >= '\u0E00' and <= '\u0E7F'));
        Assert.All([person.NameEn, person.OwnerEn, person.LegalBasisEn, .. person.Fields.Select(field => field.LabelEn)], text => Assert.Matches("^[A-Z][ -~]+$", text));
    }

    [Fact]
    public async Task Examples_have_the_type_of_their_field_and_belong_to_nobody()
    {
        var person = await app.Client().GetAsync(new() { DatasetId = "dopa.person", Version = "1" }, app.As(Roles.Service));

        Assert.All(person.Fields, field =>
        {
            Assert.NotEqual(Sensitivity.Unspecified, field.Sensitivity);
            Assert.True(field.Type switch
            {
                FieldType.Text => field.Example.Length > 0,
                FieldType.Integer => int.TryParse(field.Example, out _),
                FieldType.BuddhistDate => int.TryParse(field.Example, out var number) && BuddhistDate.TryParse(number, out _),
                FieldType.Identifier => field.Example is ['9', ..] && CitizenId.TryParse(field.Example, out _),
                _ => false,
            }, $"{field.Name}: {field.Type} {field.Example}");
        });
    }

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

    [Fact]
    public async Task An_auditor_has_nothing_to_ask_here() =>
        Assert.Equal(StatusCode.PermissionDenied, (await Refusal.OfAsync(() => app.Client().GetAsync(new() { DatasetId = "dopa.person", Version = "1" }, app.As(Roles.Auditor)).ResponseAsync)).Status);

    private Task<Refusal> Refused(string id, string version) =>
        Refusal.OfAsync(() => app.Client().GetAsync(new() { DatasetId = id, Version = version }, app.As(Roles.Service)).ResponseAsync);
}
