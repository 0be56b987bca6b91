using System.Text.Json;

namespace Gdx.LocalHosting;

/// <summary>What a developer wants to know once everything is healthy: where it is, and with what to call it.</summary>
internal static class ReadyTable
{
    public static List<string> Of(string home, IEnumerable<HostedProgram> programs)
    {
        var addresses = Read(Path.Combine(home, "endpoints.json"));
        var demo = Read(Path.Combine(home, "demo.json"));
        var width = addresses.Keys.Append("").Max(name => name.Length);
        List<string> lines = addresses.Count == 0 ? [$"Running: {string.Join(", ", programs.Select(program => program.Name))}."] : [];
        lines.AddRange(addresses.Select(address => $"  {address.Key.PadRight(width)}  {address.Value}"));
        if (demo.TryGetValue("consumerKey", out var key))
        {
            lines.Add($"Demo client: consumer key {key}; its secret and who it may ask for are in {Path.Combine(home, "demo.json")}.");
        }

        return lines;
    }

    private static Dictionary<string, string> Read(string file)
    {
        try
        {
            return File.Exists(file)
                ? JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(File.ReadAllText(file))!.ToDictionary(entry => entry.Key, entry => $"{entry.Value}")
                : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }
}
