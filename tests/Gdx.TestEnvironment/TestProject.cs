using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Gdx.TestEnvironment;

/// <summary>What one test project's run came to; <see cref="Failures"/> are texts for a person.</summary>
internal sealed record TestResults(int Passed, int Failed, int Skipped, IReadOnlyList<string> Failures);

/// <summary>One built test project, run as a process of its own.</summary>
internal sealed record TestProject(string Name, string Assembly)
{
    private const int LastLines = 60;

    /// <summary>Runs the tests whose full name contains <paramref name="filter"/>; past <paramref name="limit"/> the process is ended and counts as a failure.</summary>
    public async Task<TestResults> RunAsync(string filter, TimeSpan limit)
    {
        var report = Path.GetTempFileName();
        var watch = Stopwatch.StartNew();
        try
        {
            string[] chosen = filter.Length == 0 ? [] : ["-method", $"*{filter}*"];
            using var process = Process.Start(new ProcessStartInfo("dotnet", ["exec", Assembly, "-nologo", "-noColor", "-ctrf", report, .. chosen])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEndAsync();
            using var patience = new CancellationTokenSource(limit);
            try
            {
                await process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                return Say(watch, new(0, 1, 0, [$"{Name}: ended after {limit.TotalMinutes} minutes.\n{Tail(await output + await errors)}"]));
            }

            var results = Read(report);
            return Say(watch, results is { Failed: 0 } && process.ExitCode != 0
                ? results with { Failed = 1, Failures = [$"{Name}: exit code {process.ExitCode}.\n{Tail(await output + await errors)}"] }
                : results);
        }
        finally
        {
            File.Delete(report);
        }
    }

    private TestResults Say(Stopwatch watch, TestResults results)
    {
        if (results.Passed + results.Failed + results.Skipped > 0)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Name}: {results.Passed} passed, {results.Failed} failed, {results.Skipped} skipped in {watch.Elapsed.TotalSeconds:0} s"));
        }

        return results;
    }

    // Common Test Report Format (ctrf.io): {"results":{"summary":{"passed":1,"failed":0,"skipped":0,…},"tests":[{"name":"…","status":"failed","message":"…","trace":"…"}]}}
    private static TestResults Read(string report)
    {
        var text = File.ReadAllText(report);
        if (text.Length == 0)
        {
            return new(0, 0, 0, []);
        }

        using var json = JsonDocument.Parse(text);
        var results = json.RootElement.GetProperty("results");
        var summary = results.GetProperty("summary");
        var failures = results.GetProperty("tests").EnumerateArray().Where(test => test.GetProperty("status").GetString() == "failed")
            .Select(test => $"{Text(test, "name")}\n{Text(test, "message")}\n{Text(test, "trace")}").ToList();
        return new(Count("passed"), Count("failed") + Count("other"), Count("skipped") + Count("pending"), failures);

        int Count(string name) => summary.TryGetProperty(name, out var count) ? count.GetInt32() : 0;
        string Text(JsonElement test, string name) => test.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
    }

    private static string Tail(string text) => string.Join('\n', text.Split('\n').TakeLast(LastLines));
}
