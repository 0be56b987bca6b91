using System.Collections.Concurrent;
using System.Diagnostics;
using Gdx.Demo;

[assembly: AssemblyFixture(typeof(Gdx.SystemTests.RunningSystem))]

namespace Gdx.SystemTests;

/// <summary>The whole system as <c>./gdx up</c> runs it, in a state directory and on ports of its own, driven from outside.</summary>
public sealed class RunningSystem : IAsyncLifetime
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(4); // A cold start on two busy cores is about a minute.
    private readonly ConcurrentQueue<string> output = new();
    private Process? host;

    public string Home { get; } = Directory.CreateTempSubdirectory("gdx-system-").FullName;

    public Exchange Exchange { get; private set; } = null!;

    public Journey Journey { get; private set; } = null!;

    public DemoClient Client { get; private set; } = null!;

    /// <summary>Everything the host and its resources wrote so far.</summary>
    public string Output => string.Join('\n', output);

    public async ValueTask InitializeAsync()
    {
        host = Process.Start(new ProcessStartInfo("dotnet", ["exec", Artifact("Gdx.AppHost")])
        {
            WorkingDirectory = Path.Combine(Checkout, "Gdx.AppHost"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["GDX_HOME"] = Home,
                ["DcpPublisher__RandomizePorts"] = "true",
                ["DOTNET_ENVIRONMENT"] = "Development",
                ["ASPNETCORE_ENVIRONMENT"] = "Development",
                ["ASPNETCORE_URLS"] = "http://localhost:5607",
                ["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = "http://localhost:5608",
                ["NO_COLOR"] = "1",
            },
        })!;
        host.OutputDataReceived += (_, line) => Keep(line.Data);
        host.ErrorDataReceived += (_, line) => Keep(line.Data);
        host.BeginOutputReadLine();
        host.BeginErrorReadLine();
        Client = await Exchange.UntilAsync(
            () => host.HasExited ? throw new InvalidOperationException($"The system ended at start:\n{Output}") : Task.FromResult(DemoClient.Load(Home)), StartLimit)
            ?? throw new InvalidOperationException($"The system was not ready within {StartLimit}:\n{Output}");
        Exchange = new Exchange(Endpoints.Load(Home), OperatorSecrets.Load(Home));
        Journey = new Journey(Exchange);
    }

    /// <summary>Runs a program of the checkout to its end; its exit code and what it wrote.</summary>
    public async Task<(int ExitCode, string Output)> RunAsync(string project, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", ["exec", Artifact(project), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["GDX_HOME"] = Home },
        })!;
        var written = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await written + await errors);
    }

    public async ValueTask DisposeAsync()
    {
        Exchange?.Dispose();
        if (host is { HasExited: false })
        {
            using var kill = Process.Start("kill", ["-TERM", host.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(15));
            try
            {
                await host.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                host.Kill(entireProcessTree: true);
                throw new InvalidOperationException($"The system did not stop within 15 s of SIGTERM:\n{Output}");
            }
        }

        host?.Dispose();
        if (new DirectoryInfo(Path.Combine(Home, "data")).LinkTarget is { } elsewhere)
        {
            Directory.Delete(elsewhere, recursive: true); // As root the servers' data is outside of a directory that only root can enter.
        }

        Directory.Delete(Home, recursive: true);
    }

    private static string Checkout { get; } = FindCheckout();

    private static string FindCheckout()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Gdx.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests are not run from a checkout.");
        }

        return folder.FullName;
    }

    /// <summary>The built program beside this one: artifacts/bin/(project)/(configuration)/(project).dll.</summary>
    private static string Artifact(string project)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        return Path.Combine(Checkout, "artifacts", "bin", project, configuration, $"{project}.dll");
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            output.Enqueue(line);
        }
    }
}
