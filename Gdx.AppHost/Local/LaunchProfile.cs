using System.Text.Json;

namespace Gdx.LocalHosting;

/// <summary>One profile of a project's <c>Properties/launchSettings.json</c>.</summary>
internal sealed record LaunchProfile(string Name, IReadOnlyList<Uri> Urls, IReadOnlyDictionary<string, string> Variables)
{
    /// <summary>The profile of the wished name, else the first that starts the project itself; null where there is none.</summary>
    public static LaunchProfile? Of(string projectDirectory, string? wished)
    {
        var file = Path.Combine(projectDirectory, "Properties", "launchSettings.json");
        if (!File.Exists(file))
        {
            return null;
        }

        using var settings = JsonDocument.Parse(File.ReadAllText(file), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        if (!settings.RootElement.TryGetProperty("profiles", out var profiles))
        {
            return null;
        }

        var all = profiles.EnumerateObject().Where(profile => Text(profile.Value, "commandName") == "Project").ToList();
        if (all.Count == 0)
        {
            return null;
        }

        var chosen = all.Find(profile => profile.Name == wished);
        return Read(chosen.Value.ValueKind == JsonValueKind.Undefined ? all[0] : chosen);
    }

    private static LaunchProfile Read(JsonProperty profile)
    {
        var urls = (Text(profile.Value, "applicationUrl") ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries).Select(url => new Uri(url)).ToList();
        var variables = profile.Value.TryGetProperty("environmentVariables", out var environment)
            ? environment.EnumerateObject().ToDictionary(variable => variable.Name, variable => variable.Value.ToString())
            : [];
        return new LaunchProfile(profile.Name, urls, variables);
    }

    private static string? Text(JsonElement profile, string name) => profile.TryGetProperty(name, out var value) ? value.GetString() : null;
}
