using System.Text.Json.Nodes;
using Gdx.Catalog.Contracts.V1;
using Gdx.Identity.Contracts;
using Gdx.TestEnvironment;
using Grpc.Core;
using Microsoft.OpenApi;

namespace Gdx.Catalog.Tests;

/// <summary>What is exported is read by readers that others wrote.</summary>
public sealed class ExportDatasetTests(CatalogApp app)
{
    private static readonly string[] Mandatory =
    [
        "data_type", "title", "owner_org", "maintainer", "maintainer_email", "tag_string", "notes", "objective", "update_frequency_unit", "geo_coverage", "data_source", "data_format", "data_category", "license_id",
    ];

    [Theory]
    [MemberData(nameof(GetDatasetTests.Shipped), MemberType = typeof(GetDatasetTests))]
    public async Task Schema_and_dcat_are_valid_the_example_fits_and_both_graphs_are_one(string id)
    {
        var schema = JsonNode.Parse(await ExportAsync(id, ExportFormat.JsonSchema))!;
        var example = schema["examples"]![0]!;

        var (errors, fromJsonLd, fromTurtle) = await Standards.CheckAsync(schema, [example, Spoiled(example)], await ExportAsync(id, ExportFormat.DcatJsonLd), await ExportAsync(id, ExportFormat.DcatTurtle));

        Assert.Empty(errors[0]);
        Assert.NotEmpty(errors[1]);
        Assert.Equal(fromTurtle, fromJsonLd);
        var self = $"<{CatalogApp.PublicUrl}/datasets/{id}/1>";
        Assert.Contains($"{self} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/dcat#Dataset> .", fromTurtle);
        Assert.All(Mandatory, field => Assert.Contains($"{self} <urn:gdx:gd-catalog:{field}> \"", fromTurtle));
    }

    [Theory]
    [MemberData(nameof(GetDatasetTests.Shipped), MemberType = typeof(GetDatasetTests))]
    public async Task The_openapi_document_is_read_without_a_complaint(string id)
    {
        var read = OpenApiDocument.Parse(await ExportAsync(id, ExportFormat.Openapi), "json");

        Assert.Empty(read.Diagnostic!.Errors);
        Assert.Empty(read.Diagnostic.Warnings);
        Assert.Equal(OpenApiSpecVersion.OpenApi3_1, read.Diagnostic.SpecificationVersion);
        var dataset = await app.Client().GetAsync(new() { DatasetId = id, Version = "1" }, app.As(Roles.Service));
        Assert.Equal(dataset.Fields.Count(field => !field.Name.Contains('.', StringComparison.Ordinal)), read.Document!.Components!.Schemas!["Record"].Properties!.Count);
        Assert.Equal(dataset.Services.Any(service => service.Kind == SourceServiceKind.Gateway), read.Document.Paths.Count > 0);
    }

    [Fact]
    public async Task A_call_of_the_person_names_its_fixed_and_its_free_parameters()
    {
        var document = JsonNode.Parse(await ExportAsync("dopa.person", ExportFormat.Openapi))!;

        var parameters = document["paths"]!["/ws/dopa/linkage/v1/link"]!["get"]!["parameters"]!.AsArray();
        Assert.Equal(["OfficeID=00023", "ServiceID=001", "Version=01", "CitizenID="], parameters.Select(one => $"{one!["name"]}={one["schema"]!["const"]}"));
    }

    [Fact]
    public async Task Codes_have_their_type_and_a_field_before_its_parent_is_not_lost()
    {
        var draft = new Draft(app);
        await draft.PublishedAsync(
            Draft.Field("home[].at.no", example: "1/2"), Draft.Field("home[].at", FieldType.Object, ""), Draft.Field("home", FieldType.List, ""),
            Draft.Field("rate", FieldType.Decimal, "1.5", Sensitivity.Ordinary, "1.5", "2"), Draft.Field("isAlive", FieldType.Boolean, "true", Sensitivity.Ordinary, "true", "false"));

        var schema = JsonNode.Parse(await ExportAsync(draft.Slug, ExportFormat.JsonSchema))!;

        var properties = schema["properties"]!;
        Assert.NotNull(properties["home"]!["items"]!["properties"]!["at"]!["properties"]!["no"]);
        Assert.Equal(["1.5", "2"], properties["rate"]!["oneOf"]!.AsArray().Select(one => one!["const"]?.ToJsonString()).OfType<string>());
        Assert.Equal(["true", "false"], properties["isAlive"]!["oneOf"]!.AsArray().Select(one => one!["const"]?.ToJsonString()).OfType<string>());
        var (errors, _, _) = await Standards.CheckAsync(schema, [schema["examples"]![0]!], await ExportAsync(draft.Slug, ExportFormat.DcatJsonLd), await ExportAsync(draft.Slug, ExportFormat.DcatTurtle));
        Assert.Empty(errors[0]);
    }

    [Fact]
    public async Task Texts_with_every_awkward_character_come_through()
    {
        var draft = new Draft(app);
        var content = draft.Content("1", Draft.Field("a"), Draft.Field("list", FieldType.List, ""), Draft.Field("list[].part", FieldType.Integer, "3", Sensitivity.Ordinary, "3", "4"), Draft.Field("photo", FieldType.Image, ""));
        content.DescriptionTh = "บรรทัดหนึ่ง\nบรรทัดสอง \"คำพูด\" \\ <b> & 'x' \t🙂";
        content.ContactMail = "a+b@example.go.th";
        await draft.SaveAsync(content);
        await draft.PublishAsync();

        var schema = JsonNode.Parse(await ExportAsync(draft.Slug, ExportFormat.JsonSchema))!;
        var (errors, fromJsonLd, fromTurtle) = await Standards.CheckAsync(
            schema, [schema["examples"]![0]!, JsonNode.Parse("""{"list":[{"part":5}]}""")!, JsonNode.Parse("""{"a":null,"list":[{"part":null},{}]}""")!], await ExportAsync(draft.Slug, ExportFormat.DcatJsonLd), await ExportAsync(draft.Slug, ExportFormat.DcatTurtle));

        Assert.Empty(errors[0]);
        Assert.NotEmpty(errors[1]);
        Assert.Empty(errors[2]);
        Assert.Equal(fromTurtle, fromJsonLd);
        Assert.Contains("🙂", fromTurtle);
        Assert.Empty(OpenApiDocument.Parse(await ExportAsync(draft.Slug, ExportFormat.Openapi), "json").Diagnostic!.Errors);
    }

    [Fact]
    public async Task Bad_input_is_refused_with_the_name_of_the_field()
    {
        Assert.Equal(new(StatusCode.InvalidArgument, "request.invalid", "format"), await Refused(new() { DatasetId = "dopa.person", Version = "1" }));
        Assert.Equal(new(StatusCode.InvalidArgument, "request.invalid", "dataset_id"), await Refused(new() { Version = "1", Format = ExportFormat.Openapi }));
        Assert.Equal(new(StatusCode.NotFound, "catalog.dataset.unknown", ""), await Refused(new() { DatasetId = "dopa.person", Version = "9", Format = ExportFormat.Openapi }));
    }

    private static JsonObject Spoiled(JsonNode example)
    {
        var spoiled = example.DeepClone().AsObject();
        spoiled[spoiled.First().Key] = new JsonArray(new JsonArray());
        return spoiled;
    }

    private async Task<string> ExportAsync(string id, ExportFormat format) =>
        (await app.Client().ExportAsync(new() { DatasetId = id, Version = "1", Format = format }, app.As(Roles.Person))).Content;

    private Task<Refusal> Refused(ExportDatasetRequest request) => Refusal.OfAsync(() => app.Client().ExportAsync(request, app.As(Roles.Person)).ResponseAsync);
}
