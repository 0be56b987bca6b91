using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Gdx.Simulators.Ckan;

/// <summary>The packages of the simulated catalogue. A deleted one keeps its name, as at a real one until it is purged, and only a key sees it.</summary>
public sealed partial class Packages(TimeProvider clock)
{
    private static readonly string[] Mandatory =
    [
        "data_type", "title", "owner_org", "maintainer", "maintainer_email", "tag_string", "notes", "objective", "update_frequency_unit", "geo_coverage", "data_source", "data_format", "data_category", "license_id",
    ];

    private static readonly Dictionary<string, string[]> Choices = new()
    {
        ["data_type"] = ["ข้อมูลระเบียน", "ข้อมูลสถิติ", "ข้อมูลภูมิสารสนเทศเชิงพื้นที่", "ข้อมูลหลากหลายประเภท", "ข้อมูลประเภทอื่นๆ"],
        ["data_category"] = ["ข้อมูลสาธารณะ", "ข้อมูลส่วนบุคคล", "ข้อมูลความมั่นคง", "ข้อมูลความลับทางราชการ"],
    };

    private readonly Lock gate = new();
    private readonly Dictionary<string, JsonObject> byName = [];

    /// <summary>Copies of all packages.</summary>
    public JsonArray All
    {
        get
        {
            lock (gate)
            {
                return new([.. byName.Values.Select(package => package.DeepClone())]);
            }
        }
    }

    public Outcome Show(JsonObject body, bool known)
    {
        lock (gate)
        {
            return Find(body) is { } package && (known || Text(package, "state") == "active") ? Outcome.Done(package.DeepClone()) : NotFound();
        }
    }

    public Outcome Create(JsonObject body)
    {
        lock (gate)
        {
            var errors = Errors(body);
            if (Text(body, "name") is { } name && byName.ContainsKey(name))
            {
                errors.Add(("name", new JsonArray("That URL is already in use.")));
            }

            return errors.Count > 0 ? Outcome.Refused(409, "Validation Error", [.. errors]) : Keep(body, Guid.NewGuid().ToString(), clock.GetUtcNow());
        }
    }

    public Outcome Update(JsonObject body)
    {
        lock (gate)
        {
            if (Find(body) is not { } old)
            {
                return NotFound();
            }

            var errors = Errors(body);
            if (Text(body, "name") is { } name && byName.TryGetValue(name, out var other) && other != old)
            {
                errors.Add(("name", new JsonArray("That URL is already in use.")));
            }

            if (errors.Count > 0)
            {
                return Outcome.Refused(409, "Validation Error", [.. errors]);
            }

            byName.Remove(Text(old, "name")!);
            return Keep(body, Text(old, "id")!, DateTimeOffset.Parse(Text(old, "metadata_created")!, System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    public Outcome Delete(JsonObject body)
    {
        lock (gate)
        {
            if (Find(body) is not { } package)
            {
                return NotFound();
            }

            package["state"] = "deleted";
            return Outcome.Done(null);
        }
    }

    private Outcome Keep(JsonObject body, string id, DateTimeOffset created)
    {
        var package = body.DeepClone().AsObject();
        package["id"] = id;
        package["state"] = Text(body, "state") ?? "active";
        package["type"] = "dataset";
        package["metadata_created"] = created.ToString("O");
        package["metadata_modified"] = clock.GetUtcNow().ToString("O");
        package["tags"] = new JsonArray([.. Text(body, "tag_string")!.Split(',').Select(tag => (JsonNode)new JsonObject { ["name"] = tag.Trim(), ["state"] = "active" })]);
        package.Remove("tag_string");
        byName[Text(package, "name")!] = package;
        return Outcome.Done(package.DeepClone());
    }

    private static List<(string Key, JsonNode Value)> Errors(JsonObject body)
    {
        List<(string, JsonNode)> errors = [.. Mandatory.Where(name => IsEmpty(body[name])).Select(name => (name, (JsonNode)new JsonArray("Missing value")))];
        foreach (var (name, choices) in Choices)
        {
            if (!IsEmpty(body[name]) && !choices.Contains(body[name]!.ToString()))
            {
                errors.Add((name, new JsonArray($"Value must be one of {JsonSerializer.Serialize(choices)}")));
            }
        }

        if (Text(body, "name") is not { } package || !Name().IsMatch(package))
        {
            errors.Add(("name", new JsonArray("Must be purely lowercase alphanumeric (ascii) characters and these symbols: -_")));
        }

        // The one organisation that does not exist here; the others need no making.
        if (Text(body, "owner_org") == "no-such-organization")
        {
            errors.Add(("owner_org", new JsonArray("Organization does not exist")));
        }

        return errors;
    }

    private JsonObject? Find(JsonObject body) => Text(body, "id") is not { } id ? null
        : byName.GetValueOrDefault(id) ?? byName.Values.FirstOrDefault(package => Text(package, "id") == id);

    private static Outcome NotFound() => Outcome.Refused(404, "Not Found Error", ("message", "Not found"));

    private static string? Text(JsonObject body, string name) => body[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    private static bool IsEmpty(JsonNode? value) => value is null or JsonArray { Count: 0 } || (value is JsonValue text && text.GetValueKind() == JsonValueKind.String && text.GetValue<string>().Trim().Length == 0);

    [GeneratedRegex(@"\A[a-z0-9_-]{2,100}\z")]
    private static partial Regex Name();
}
