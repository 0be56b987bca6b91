using System.Globalization;
using System.Text.Json.Nodes;
using Gdx.Catalog.Contracts.V1;
using Gdx.Catalog.Data;

namespace Gdx.Catalog.Features;

/// <summary>
/// A version as JSON Schema 2020-12. Nothing is required: a field that is not granted is left out of an answer, and sources write null for
/// empty texts. Keys that the dictionary does not name are allowed, since fields are added.
/// </summary>
public static class SchemaDocument
{
    public const string Dialect = "https://json-schema.org/draft/2020-12/schema";

    public static JsonObject Of(DatasetEntry dataset, CatalogAddress address)
    {
        var schema = new JsonObject { ["$schema"] = Dialect, ["$id"] = $"{address.Of(dataset)}/schema.json" };
        foreach (var (key, value) in Record(dataset))
        {
            schema[key] = value?.DeepClone();
        }

        return schema;
    }

    /// <summary>The record itself, as it stands in an OpenAPI document too.</summary>
    public static JsonObject Record(DatasetEntry dataset)
    {
        var root = new JsonObject
        {
            ["title"] = dataset.NameTh,
            ["description"] = $"{dataset.NameEn}\n{dataset.DescriptionTh}\n{dataset.DescriptionEn}".TrimEnd(),
            ["type"] = "object",
            ["properties"] = new JsonObject(),
        };
        // What lies in another comes after it, however the dictionary is ordered.
        foreach (var field in dataset.Fields.OrderBy(field => field.Name.Count(character => character == '.')).ThenBy(field => field.Position))
        {
            if (Properties(root, DraftContent.Parent(field.Name)) is { } properties)
            {
                properties[field.Name[(field.Name.LastIndexOf('.') + 1)..]] = Property(field);
            }
        }

        root["examples"] = new JsonArray(Example(dataset));
        return root;
    }

    /// <summary>A made-up record with the examples of all fields.</summary>
    public static JsonObject Example(DatasetEntry dataset)
    {
        var record = new JsonObject();
        foreach (var field in dataset.Fields.OrderBy(field => field.Position))
        {
            var into = record;
            foreach (var part in field.Name.Split('.').SkipLast(1))
            {
                into = part.EndsWith("[]", StringComparison.Ordinal) ? First(into, part[..^2]) : (into![part] as JsonObject) ?? Put(into, part);
            }

            var key = field.Name[(field.Name.LastIndexOf('.') + 1)..];
            if (into![key] is null && !(field.Type is FieldType.Object or FieldType.List && HasParts(dataset, field)))
            {
                into[key] = Value(field);
            }
        }

        return record;

        static JsonObject Put(JsonObject into, string key)
        {
            var inner = new JsonObject();
            into[key] = inner;
            return inner;
        }

        static JsonObject First(JsonObject into, string key)
        {
            if (into[key] is not JsonArray { Count: > 0 } list)
            {
                list = [new JsonObject()];
                into[key] = list;
            }

            return (JsonObject)list[0]!;
        }
    }

    private static bool HasParts(DatasetEntry dataset, FieldEntry field) => dataset.Fields.Exists(one => DraftContent.Parent(one.Name)?.Name == field.Name);

    private static JsonNode? Value(FieldEntry field) => Value(field.Type, field.Example);

    private static JsonNode? Value(FieldType type, string text) => type switch
    {
        FieldType.Integer or FieldType.BuddhistDate or FieldType.Identifier => JsonValue.Create(long.Parse(text, CultureInfo.InvariantCulture)),
        FieldType.Decimal => JsonValue.Create(decimal.Parse(text, CultureInfo.InvariantCulture)),
        FieldType.Boolean => JsonValue.Create(text == "true"),
        FieldType.Object => text.Length > 0 ? JsonNode.Parse(text) : new JsonObject(),
        FieldType.List => text.Length > 0 ? JsonNode.Parse(text) : new JsonArray(),
        _ => JsonValue.Create(text),
    };

    private static JsonObject? Properties(JsonObject root, (string Name, FieldType Type)? parent)
    {
        if (parent is not { } at)
        {
            return (JsonObject)root["properties"]!;
        }

        var above = Properties(root, DraftContent.Parent(at.Name));
        if (above?[at.Name[(at.Name.LastIndexOf('.') + 1)..]] is not JsonObject schema)
        {
            return null;
        }

        var holder = at.Type == FieldType.List ? (JsonObject)schema["items"]! : schema;
        holder["properties"] ??= new JsonObject();
        return (JsonObject)holder["properties"]!;
    }

    private static JsonObject Property(FieldEntry field)
    {
        var schema = Typed(field.Type);
        schema["title"] = field.LabelTh;
        schema["description"] = string.Join('\n', new[] { field.LabelEn, field.DescriptionTh, field.DescriptionEn }.Where(text => text.Length > 0));
        schema["x-gdx-sensitivity"] = field.Sensitivity.ToString().ToLowerInvariant();
        if (field.Codes.Count > 0)
        {
            schema["oneOf"] = new JsonArray([
                .. field.Codes.Select(code => (JsonNode)new JsonObject
                {
                    ["const"] = Value(field.Type, code.Value),
                    ["title"] = code.LabelTh,
                    ["description"] = code.LabelEn,
                }),
                new JsonObject { ["type"] = "null" },
            ]);
        }

        if (field.Example.Length > 0)
        {
            schema["examples"] = new JsonArray(Value(field));
        }

        return schema;
    }

    private static JsonObject Typed(FieldType type) => type switch
    {
        FieldType.Integer => Of("integer"),
        FieldType.BuddhistDate => Of("integer", ("minimum", 0), ("maximum", 27_991_231)),
        FieldType.Identifier => Of("integer", ("minimum", 0)),
        FieldType.Decimal => Of("number"),
        FieldType.Boolean => Of("boolean"),
        FieldType.Object => Of("object"),
        FieldType.List => Of("array", ("items", new JsonObject { ["type"] = new JsonArray("object", "string", "number", "null") })),
        FieldType.Image => Of("string", ("contentEncoding", "base64")),
        FieldType.BuddhistDateText => Of("string", ("pattern", "^[0-9]{8}$")),
        FieldType.DecimalText => Of("string", ("pattern", "^-?[0-9]+(\\.[0-9]+)?$")),
        FieldType.Date or FieldType.IdentifierText or FieldType.Text => Of("string"),
        _ => throw new InvalidOperationException($"Field type {type} has no schema."),
    };

    private static JsonObject Of(string type, params (string Key, JsonNode Value)[] more)
    {
        var schema = new JsonObject { ["type"] = new JsonArray(type, "null") };
        foreach (var (key, value) in more)
        {
            schema[key] = value;
        }

        return schema;
    }
}
