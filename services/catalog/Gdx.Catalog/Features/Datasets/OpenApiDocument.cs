using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gdx.Catalog.Contracts.V1;
using Gdx.Catalog.Data;

namespace Gdx.Catalog.Features;

/// <summary>A version as OpenAPI 3.1: the record, and the calls on the exchange's own wire that answer with it (a dataset that is read from a card has none).</summary>
public static partial class OpenApiDocument
{
    public static JsonObject Of(DatasetEntry dataset, CatalogAddress address)
    {
        var calls = dataset.Services.Where(service => service is { Kind: SourceServiceKind.Gateway, Path.Length: > 0 }).OrderBy(service => service.Position).ToList();
        var paths = new JsonObject();
        foreach (var call in calls)
        {
            var path = call.Path.Split('?')[0];
            paths[path] ??= new JsonObject();
            // Several services on one path differ by their parameters; OpenAPI has one operation for each path and method.
            paths[path]!.AsObject().TryAdd(call.Method.Length == 0 ? "get" : call.Method.ToLowerInvariant(), Operation(dataset, call));
        }

        return new()
        {
            ["openapi"] = "3.1.0",
            ["jsonSchemaDialect"] = SchemaDocument.Dialect,
            ["info"] = new JsonObject
            {
                ["title"] = $"{dataset.NameTh} ({dataset.NameEn})",
                ["version"] = dataset.Version,
                ["summary"] = dataset.OwnerTh,
                ["description"] = $"{dataset.DescriptionTh}\n\n{dataset.DescriptionEn}\n\n{dataset.LegalBasisTh}\n\n{dataset.LegalBasisEn}",
                ["contact"] = Contact(dataset),
            },
            ["externalDocs"] = new JsonObject { ["url"] = address.Of(dataset) },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = address.Gateway }),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["schemas"] = new JsonObject
                {
                    ["Record"] = SchemaDocument.Record(dataset),
                    ["Refusal"] = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["Code"] = new JsonObject { ["type"] = "string" }, ["Message"] = new JsonObject { ["type"] = "string" } } },
                },
                ["securitySchemes"] = new JsonObject
                {
                    ["consumerKey"] = new JsonObject { ["type"] = "apiKey", ["in"] = "header", ["name"] = "Consumer-Key" },
                    ["token"] = new JsonObject { ["type"] = "apiKey", ["in"] = "header", ["name"] = "Token" },
                },
            },
            ["security"] = new JsonArray(new JsonObject { ["consumerKey"] = new JsonArray(), ["token"] = new JsonArray() }),
        };
    }

    private static JsonObject Contact(DatasetEntry dataset)
    {
        var contact = new JsonObject { ["name"] = dataset.ContactName.Length > 0 ? dataset.ContactName : dataset.OwnerTh };
        if (dataset.ContactMail.Length > 0)
        {
            contact["email"] = dataset.ContactMail;
        }

        return contact;
    }

    private static JsonObject Operation(DatasetEntry dataset, ServiceEntry call) => new()
    {
        ["operationId"] = NotInName().Replace($"{dataset.Slug}-{call.Number}-{call.Position}", "-"),
        ["summary"] = call.NoteTh.Length > 0 ? call.NoteTh : dataset.NameTh,
        ["description"] = call.NoteEn,
        ["parameters"] = new JsonArray([.. Parameters(call.Path).Select(Parameter)]),
        ["responses"] = new JsonObject
        {
            ["200"] = new JsonObject
            {
                ["description"] = "พบข้อมูล (found)",
                ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = new JsonObject { ["$ref"] = "#/components/schemas/Record" } } },
            },
            ["default"] = new JsonObject
            {
                ["description"] = "ไม่พบหรือไม่ได้รับอนุญาต (not found, or refused)",
                ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = new JsonObject { ["$ref"] = "#/components/schemas/Refusal" } } },
            },
        },
    };

    // /ws/…?OfficeID=00023&CitizenID={CitizenID}: what is in braces the caller gives, the rest is fixed.
    private static IEnumerable<(string Name, string? Fixed)> Parameters(string path) => path.Split('?') is [_, var query]
        ? query.Split('&').Select(pair => pair.Split('=', 2)).Select(pair => (pair[0], pair is [_, var value] && !value.StartsWith('{') ? value : null))
        : [];

    private static JsonNode Parameter((string Name, string? Fixed) parameter)
    {
        var schema = new JsonObject { ["type"] = "string" };
        if (parameter.Fixed is not null)
        {
            schema["const"] = parameter.Fixed;
        }

        return new JsonObject { ["name"] = parameter.Name, ["in"] = "query", ["required"] = true, ["schema"] = schema };
    }

    [GeneratedRegex("[^A-Za-z0-9]+")]
    private static partial Regex NotInName();
}
