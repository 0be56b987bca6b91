using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gdx.Catalog.Tests;

/// <summary>Other people's readers (npm's ajv, jsonld and n3) in a process of node, installed as their committed lock file says, under <c>artifacts/</c>. .NET's registry has no reader of RDF.</summary>
internal static class Standards
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3); // The first time npm downloads 25 packages.
    private static readonly Lazy<Task<string>> Installed = new(InstallAsync);

    /// <summary>The errors of each record against the schema, and both graphs as canonical N-Quads.</summary>
    public static async Task<(IReadOnlyList<IReadOnlyList<string>> Errors, string FromJsonLd, string FromTurtle)> CheckAsync(JsonNode schema, IEnumerable<JsonNode> records, string jsonLd, string turtle)
    {
        var folder = await Installed.Value;
        using var node = Process.Start(new ProcessStartInfo("node", ["check.mjs"]) { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (node.StandardOutput.ReadToEndAsync(), node.StandardError.ReadToEndAsync());
        await node.StandardInput.WriteAsync(new JsonObject
        {
            ["schema"] = schema.DeepClone(),
            ["records"] = new JsonArray([.. records.Select(record => record.DeepClone())]),
            ["jsonld"] = jsonLd,
            ["turtle"] = turtle,
        }.ToJsonString());
        node.StandardInput.Close();
        await node.WaitForExitAsync().WaitAsync(Patience);
        Assert.True(node.ExitCode == 0, await errors);
        var answer = JsonNode.Parse(await output)!;
        return ([.. answer["errors"]!.AsArray().Select(one => one.Deserialize<List<string>>()!)], answer["fromJsonLd"]!.GetValue<string>(), answer["fromTurtle"]!.GetValue<string>());
    }

    private static async Task<string> InstallAsync()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Gdx.sln")))
        {
            root = root.Parent ?? throw new InvalidOperationException("The tests do not run inside the checkout.");
        }

        var source = Path.Combine(root.FullName, "tests", "standards");
        var folder = Directory.CreateDirectory(Path.Combine(root.FullName, "artifacts", "standards")).FullName;
        // Two test runs at once install one after the other.
        FileStream? held = null;
        await TestEnvironment.Eventually.Succeeds(
            () =>
            {
                held = new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                return Task.CompletedTask;
            },
            Patience);
        await using var alone = held;
        var (wanted, installed) = (await File.ReadAllTextAsync(Path.Combine(source, "package-lock.json")), Path.Combine(folder, "installed"));
        foreach (var file in Directory.GetFiles(source))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        }

        if (!File.Exists(installed) || await File.ReadAllTextAsync(installed) != wanted)
        {
            using var npm = Process.Start(new ProcessStartInfo("npm", ["ci"]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
            var (output, errors) = (npm.StandardOutput.ReadToEndAsync(), npm.StandardError.ReadToEndAsync());
            await npm.WaitForExitAsync().WaitAsync(Patience);
            Assert.True(npm.ExitCode == 0, $"npm ci failed: {await errors}{await output}");
            await File.WriteAllTextAsync(installed, wanted);
        }

        return folder;
    }
}
