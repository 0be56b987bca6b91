using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Gdx.Catalog.Contracts.V1;
using Gdx.Catalog.Data;
using Gdx.Identity.Contracts;
using Gdx.ServiceDefaults;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Net.Http.Headers;

namespace Gdx.Catalog.Features;

/// <summary>
/// GET /datasets/{slug}, /datasets/{slug}/{version}, /datasets/{slug}/{version}/fields/{name}, /datasets/{slug}/{version}/(openapi.json, schema.json, dcat.jsonld, dcat.ttl):
/// the stable addresses of the dictionary, with strong entity tags. The first answers with the newest published version.
/// </summary>
public static class ReadDataset
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) } };

    public static void Map(IEndpointRouteBuilder app)
    {
        var datasets = app.MapGroup("/datasets").RequireAuthorization(new AuthorizeAttribute { Roles = $"{Roles.Service},{Roles.Person},{Roles.Operator}" });
        datasets.MapGet("/{slug}", (string slug, HttpContext http, CatalogDb db, TimeProvider clock, CatalogAddress address, CancellationToken ct) =>
            Handle(slug, null, http, db, clock, (dataset, now) => ("application/json", DatasetService.Write(Body(dataset, address, now))), ct));
        datasets.MapGet("/{slug}/{version}", (string slug, string version, HttpContext http, CatalogDb db, TimeProvider clock, CatalogAddress address, CancellationToken ct) =>
            Handle(slug, version, http, db, clock, (dataset, now) => ("application/json", DatasetService.Write(Body(dataset, address, now))), ct));
        datasets.MapGet("/{slug}/{version}/fields/{name}", (string slug, string version, string name, HttpContext http, CatalogDb db, TimeProvider clock, CatalogAddress address, CancellationToken ct) =>
            Handle(slug, version, http, db, clock, (dataset, _) => dataset.Fields.Find(field => field.Name == name) is { } field ? ("application/json", DatasetService.Write(Body(dataset, field, address))) : null, ct));
        foreach (var (file, format) in new[] { ("openapi.json", ExportFormat.Openapi), ("schema.json", ExportFormat.JsonSchema), ("dcat.jsonld", ExportFormat.DcatJsonLd), ("dcat.ttl", ExportFormat.DcatTurtle) })
        {
            datasets.MapGet($"/{{slug}}/{{version}}/{file}", (string slug, string version, HttpContext http, CatalogDb db, TimeProvider clock, CatalogAddress address, CancellationToken ct) =>
                Handle(slug, version, http, db, clock, (dataset, now) => DatasetService.Document(dataset, format, address, now), ct));
        }
    }

    private static async Task<Results<ContentHttpResult, StatusCodeHttpResult, ProblemHttpResult>> Handle(
        string slug, string? version, HttpContext http, CatalogDb db, TimeProvider clock, Func<DatasetEntry, DateTimeOffset, (string Type, string Text)?> write, CancellationToken ct)
    {
        if (!Fields.IsSlug(slug) || (version is not null && !Fields.IsVersion(version)))
        {
            return Problems.Http(StatusCodes.Status404NotFound, "catalog.dataset.unknown", "There is no such dataset or version.", "Datasets/Find lists them.");
        }

        var now = clock.Now();
        var versions = DatasetService.VisibleTo(Caller.Of(http.User), db.Datasets.AsNoTracking()).Where(dataset => dataset.Slug == slug);
        versions = version is not null ? versions.Where(dataset => dataset.Version == version)
            : versions.Where(dataset => dataset.State == VersionState.Published || (dataset.State == VersionState.Deprecated && dataset.EndsAt > now)).OrderByDescending(dataset => dataset.Number).Take(1);
        if (await DatasetService.Whole(versions).SingleOrDefaultAsync(ct) is not { } dataset)
        {
            return Problems.Http(StatusCodes.Status404NotFound, "catalog.dataset.unknown", "There is no such dataset or version.", "Datasets/Find lists them.");
        }

        if (write(dataset, now) is not var (type, text))
        {
            return Problems.Http(StatusCodes.Status404NotFound, "catalog.field.unknown", "The dataset has no such field.", "Its address without the field lists them; case matters.");
        }

        var tag = DatasetService.Tag(text);
        http.Response.Headers.ETag = tag;
        http.Response.Headers.CacheControl = "private, no-cache"; // Kept, and asked for again each time: a draft or an end must not be overlooked.
        http.Response.Headers.Vary = "Authorization";
        return http.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Equals(EntityTagHeaderValue.Any) || known.Compare(EntityTagHeaderValue.Parse(tag), useStrongComparison: false))
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Text(text, type, System.Text.Encoding.UTF8);
    }

    private static JsonNode Body(DatasetEntry dataset, CatalogAddress address, DateTimeOffset now) => JsonSerializer.SerializeToNode(new
    {
        id = dataset.Slug,
        dataset.Version,
        address = address.Of(dataset),
        state = dataset.StateAt(now),
        dataset.Classification,
        name = Both(dataset.NameTh, dataset.NameEn),
        description = Both(dataset.DescriptionTh, dataset.DescriptionEn),
        owner = Both(dataset.OwnerTh, dataset.OwnerEn),
        dataset.OwnerAgencyId,
        contact = new { name = dataset.ContactName, mail = dataset.ContactMail, phone = dataset.ContactPhone },
        legalBasis = Both(dataset.LegalBasisTh, dataset.LegalBasisEn),
        source = Both(dataset.SourceTh, dataset.SourceEn),
        freshness = Both(dataset.FreshnessTh, dataset.FreshnessEn),
        procedure = dataset.ProcedureId,
        dataset.PublishedAt,
        dataset.EndsAt,
        successor = dataset.SuccessorVersion.Length > 0 ? dataset.SuccessorVersion : null,
        catalog = GovernmentCatalog.Values(dataset).ToDictionary(pair => pair.Key, pair => pair.Value),
        services = dataset.Services.Select(service => new { service.Kind, service.Number, service.Method, service.Path, note = Both(service.NoteTh, service.NoteEn) }),
        fields = dataset.Fields.Select(field => Field(dataset, field, address)),
        exports = new[] { "openapi.json", "schema.json", "dcat.jsonld", "dcat.ttl" }.Select(file => $"{address.Of(dataset)}/{file}"),
    }, Json)!;

    private static JsonNode Body(DatasetEntry dataset, FieldEntry field, CatalogAddress address) => JsonSerializer.SerializeToNode(Field(dataset, field, address), Json)!;

    private static object Field(DatasetEntry dataset, FieldEntry field, CatalogAddress address) => new
    {
        field.Name,
        address = address.Of(dataset, field),
        dataset = address.Of(dataset),
        label = Both(field.LabelTh, field.LabelEn),
        description = Both(field.DescriptionTh, field.DescriptionEn),
        field.Type,
        field.Sensitivity,
        field.Example,
        codes = field.Codes.Select(code => new { code.Value, label = Both(code.LabelTh, code.LabelEn) }),
    };

    private static object Both(string thai, string english) => new { th = thai, en = english };
}
