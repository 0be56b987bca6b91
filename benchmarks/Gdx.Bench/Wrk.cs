using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Gdx.Bench;

/// <summary>What wrk sends again and again: one request per citizen, in turn.</summary>
internal sealed record Target(string Name, Uri Address, string Method, IReadOnlyList<(string Name, string Value)> Headers, IReadOnlyList<(string Path, string? Body)> Requests);

/// <summary>One run: answered calls per second and the latency of a call in milliseconds.</summary>
internal sealed record Run(double PerSecond, double Median, double Slow);

/// <summary>wrk keeps each connection busy with one call at a time (a closed loop), so its latencies are those of a caller who waits for the answer before asking again.</summary>
internal static class Wrk
{
    private const string Result = "RESULT ";

    /// <summary>Throws where wrk is missing and cannot be installed without a question.</summary>
    public static async Task NeedAsync(CancellationToken ct)
    {
        if (await ExistsAsync(ct))
        {
            return;
        }

        var root = Environment.UserName == "root";
        Console.WriteLine("Installing wrk from the system's packages.");
        var command = root ? "apt-get install -y -q wrk || (apt-get update -q && apt-get install -y -q wrk)" : "sudo -n apt-get install -y -q wrk";
        using var install = Process.Start(new ProcessStartInfo("sh", ["-c", command]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        _ = install.StandardOutput.ReadToEndAsync(ct);
        _ = install.StandardError.ReadToEndAsync(ct);
        await install.WaitForExitAsync(ct);
        if (!await ExistsAsync(ct))
        {
            throw new BenchException("wrk is missing and could not be installed. Install it with: sudo apt-get install wrk");
        }
    }

    /// <summary>Runs against the target; any answer that is not 2xx or 3xx, or any broken connection, makes the run worthless and throws.</summary>
    public static async Task<Run> RunAsync(Target target, int connections, TimeSpan duration, string folder, CancellationToken ct)
    {
        var script = Path.Combine(folder, "wrk.lua");
        await File.WriteAllTextAsync(script, Script(target), ct); // Keys and tokens are in it: the folder is its owner's only, and nothing is on a command line.
        using var wrk = Process.Start(new ProcessStartInfo("wrk",
            ["-t1", $"-c{connections}", $"-d{duration.TotalSeconds:0}s", "--timeout", "10s", "-s", script, target.Address.GetLeftPart(UriPartial.Authority)])
        { RedirectStandardOutput = true, RedirectStandardError = true })!;
        try
        {
            var errors = wrk.StandardError.ReadToEndAsync(ct);
            var output = await wrk.StandardOutput.ReadToEndAsync(ct);
            await wrk.WaitForExitAsync(ct);
            var numbers = output.Split('\n').FirstOrDefault(line => line.StartsWith(Result, StringComparison.Ordinal))?[Result.Length..].Split(' ').Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray();
            return numbers switch
            {
                null => throw new BenchException($"wrk against {target.Name} gave no result: {await errors}"),
                [var requests, var microseconds, var median, var slow, 0, 0] => new Run(requests / microseconds * 1e6, median / 1000, slow / 1000),
                _ => throw new BenchException($"{target.Name}: {numbers[4]} answers were errors and {numbers[5]} connections broke, so there is nothing to compare."),
            };
        }
        finally
        {
            if (!wrk.HasExited)
            {
                wrk.Kill();
            }

            File.Delete(script);
        }
    }

    private static async Task<bool> ExistsAsync(CancellationToken ct)
    {
        using var which = Process.Start(new ProcessStartInfo("sh", ["-c", "command -v wrk"]) { RedirectStandardOutput = true })!;
        await which.WaitForExitAsync(ct);
        return which.ExitCode == 0;
    }

    private static string Script(Target target)
    {
        var lua = new StringBuilder("local headers = {}\n");
        foreach (var (name, value) in target.Headers)
        {
            lua.Append(CultureInfo.InvariantCulture, $"headers[{Quote(name)}] = {Quote(value)}\n");
        }

        lua.Append("local requests, at = {}, 0\nfunction init(args)\n");
        foreach (var (path, body) in target.Requests)
        {
            lua.Append(CultureInfo.InvariantCulture, $"  requests[#requests + 1] = wrk.format({Quote(target.Method)}, {Quote(path)}, headers, {(body is null ? "nil" : Quote(body))})\n");
        }

        return lua.Append(CultureInfo.InvariantCulture, $$"""
            end
            function request()
              at = at % #requests + 1
              return requests[at]
            end
            function done(summary, latency, _)
              local broken = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
              io.write(string.format("{{Result}}%d %d %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), summary.errors.status, broken))
            end

            """).ToString();
    }

    private static string Quote(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}

/// <summary>The bench cannot go on, or its result would be worth nothing; the text says why.</summary>
internal sealed class BenchException(string message) : Exception(message);
