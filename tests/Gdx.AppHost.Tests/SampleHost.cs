using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using Gdx.TestEnvironment;

namespace Gdx.AppHost.Tests;

/// <summary>A run of the local host with one of the topologies of Gdx.AppHost.Sample, as a real process with a state directory of its own.</summary>
internal sealed class SampleHost : IAsyncDisposable
{
    private static readonly HttpClient Http = new();
    private readonly ConcurrentQueue<string> lines = new();
    private readonly Process process;
    private readonly bool ownsHome;

    private SampleHost(string home, bool ownsHome, string topology, bool randomPorts, string[] settings)
    {
        (Home, this.ownsHome) = (home, ownsHome);
        var start = new ProcessStartInfo("dotnet", ["exec", Checkout.Program("Gdx.AppHost.Sample"), $"--Sample={topology}", $"--DcpPublisher:RandomizePorts={randomPorts}", .. settings])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["GDX_HOME"] = home },
        };
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => lines.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => lines.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Home { get; }

    public string Output => string.Join('\n', lines);

    public bool HasExited => process.HasExited;

    /// <summary>A new state directory, or that of an earlier run.</summary>
    public static SampleHost Start(string topology, string? home = null, bool randomPorts = true, params string[] settings) =>
        new(home ?? Directory.CreateTempSubdirectory("gdx-host-").FullName, home is null, topology, randomPorts, settings);

    public async Task<SampleHost> ReadyAsync()
    {
        // A run that was killed leaves its file; this one's is written after its start.
        var ready = new FileInfo(Path.Combine(Home, "run", "ready"));
        await Eventually.True(() =>
        {
            ready.Refresh();
            return HasExited || (ready.Exists && ready.LastWriteTime > process.StartTime && Output.Contains("Everything is healthy", StringComparison.Ordinal));
        }, "a healthy system", TimeSpan.FromSeconds(90));
        Assert.False(HasExited, Output);
        return this;
    }

    public void Signal(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>The exit code, once all output is read.</summary>
    public async Task<int> ExitAsync(int seconds = 30)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        await process.WaitForExitAsync(limit.Token);
        return process.ExitCode;
    }

    /// <summary>Every process that this run has started and that still runs, as (id, start).</summary>
    public IReadOnlyList<(int Id, string Started)> Processes() => RunningProcesses.Below(process.Id);

    public async Task<T> AskAsync<T>(string probe, string path) => (await Http.GetFromJsonAsync<T>(new Uri(Address(probe), path)))!;

    public async Task TellToEndAsync(string probe, int code)
    {
        try
        {
            using var answer = await Http.PostAsync(new Uri(Address(probe), $"/end?code={code}"), null);
        }
        catch (HttpRequestException)
        {
            // It went before it could answer.
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!HasExited)
        {
            Signal("TERM");
            await ExitAsync();
        }

        process.Dispose();
        if (ownsHome)
        {
            if (new DirectoryInfo(Path.Combine(Home, "data")).LinkTarget is { } elsewhere)
            {
                Directory.Delete(elsewhere, recursive: true);
            }

            Directory.Delete(Home, recursive: true);
        }
    }

    private Uri Address(string probe)
    {
        // "boot name pid …", one line per process: the last of a name is the running one.
        var id = File.ReadLines(Path.Combine(Home, "run", "processes")).Select(line => line.Split(' ')).Last(line => line[1] == probe)[2];
        var url = File.ReadAllText($"/proc/{id}/environ").Split('\0').Single(variable => variable.StartsWith("ASPNETCORE_URLS=", StringComparison.Ordinal));
        return new Uri(url[(url.IndexOf('=', StringComparison.Ordinal) + 1)..]);
    }
}

/// <summary>The checkout that the tests run from.</summary>
internal static class Checkout
{
    public static string Root { get; } = Find();

    public static string Program(string project) =>
        Path.Combine(Root, "artifacts", "bin", project, new DirectoryInfo(AppContext.BaseDirectory).Name, $"{project}.dll");

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Gdx.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests are not run from a checkout.");
        }

        return folder.FullName;
    }
}

/// <summary>What runs on this machine, read from <c>/proc</c>.</summary>
internal static class RunningProcesses
{
    public static IReadOnlyList<(int Id, string Started)> Below(int root)
    {
        var all = Directory.GetDirectories("/proc").Select(directory => Read(Path.GetFileName(directory))).OfType<(int Id, int Parent, string Started)>().ToList();
        var found = new List<(int Id, int Parent, string Started)>(all.Where(process => process.Parent == root));
        for (var at = 0; at < found.Count; at++)
        {
            found.AddRange(all.Where(process => process.Parent == found[at].Id));
        }

        return [.. found.Select(process => (process.Id, process.Started))];
    }

    public static bool Runs((int Id, string Started) process) => Read(process.Id.ToString(CultureInfo.InvariantCulture)) is { } now && now.Started == process.Started;

    private static (int Id, int Parent, string Started)? Read(string id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{int.Parse(id, CultureInfo.InvariantCulture)}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] == "Z" ? null : (int.Parse(id, CultureInfo.InvariantCulture), int.Parse(fields[1], CultureInfo.InvariantCulture), fields[19]);
        }
        catch (Exception problem) when (problem is FormatException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
