using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Gdx.Demo;

namespace Gdx.Bench;

/// <summary>
/// A system of its own, as <c>./gdx up</c> runs it (real PostgreSQL and RabbitMQ, every service, telemetry exported), in a new state
/// directory and on free ports; and the bare peers beside it. Telemetry is set as outside development: one trace in twenty.
/// </summary>
internal sealed class BenchSystem : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(4); // Half a minute where the machine has nothing else to do.
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(15); // The host promises 10 s.
    private readonly ConcurrentQueue<string> output = new();
    private readonly List<Process> processes = [];

    private BenchSystem()
    {
    }

    public string Home { get; } = Directory.CreateTempSubdirectory("gdx-bench-").FullName;

    public static string Checkout { get; } = FindCheckout();

    public Exchange Exchange { get; private set; } = null!;

    public DemoClient Client { get; private set; } = null!;

    /// <summary>Base address of the bare proxy in front of the simulated source.</summary>
    public Uri Proxy { get; private set; } = null!;

    /// <summary>Base address of the bare endpoint.</summary>
    public Uri Endpoint { get; private set; } = null!;

    /// <summary>The connection string of one of the system's databases, for peers that ask it directly: its server's port is in its pid file, the password among the host's parameters.</summary>
    public string Database(string name)
    {
        var pid = Directory.EnumerateFiles(Path.Combine(Home, "data"), "postmaster.pid", SearchOption.AllDirectories).FirstOrDefault() ?? throw new BenchException("The system's PostgreSQL is nowhere to be found.");
        using var parameters = JsonDocument.Parse(File.ReadAllText(Path.Combine(Home, "parameters.json")));
        var port = File.ReadLines(pid).ElementAt(3); // The fourth line of PostgreSQL's own pid file.
        return $"Host=localhost;Port={port};Username=postgres;Password={parameters.RootElement.GetProperty("postgres-password").GetString()};Database={name}";
    }

    public static async Task<BenchSystem> StartAsync(CancellationToken ct)
    {
        var system = new BenchSystem();
        try
        {
            await system.StartHostAsync(ct);
            system.Proxy = await system.StartPeerAsync(["proxy", system.Exchange.Endpoints.Mail], ct);
            system.Endpoint = await system.StartPeerAsync(["endpoint"], ct);
            return system;
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Exchange?.Dispose();
        foreach (var process in Enumerable.Reverse(processes))
        {
            await StopAsync(process);
        }

        // As root the data of PostgreSQL and RabbitMQ is elsewhere, behind a link.
        if (new DirectoryInfo(Path.Combine(Home, "data")) is { LinkTarget: { } elsewhere } && elsewhere.StartsWith("/var/lib/gdx/", StringComparison.Ordinal))
        {
            Directory.Delete(elsewhere, recursive: true);
        }

        Directory.Delete(Home, recursive: true);
    }

    private async Task StartHostAsync(CancellationToken ct)
    {
        var host = Start("Gdx.AppHost", [], new()
        {
            ["GDX_HOME"] = Home,
            ["DcpPublisher__RandomizePorts"] = "true",
            // The AppHost's environment decides how talkative telemetry is; the services' own launch profiles stay in Development, for the simulated source.
            ["DOTNET_ENVIRONMENT"] = "Production",
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["OTEL_TRACES_SAMPLER"] = "parentbased_traceidratio",
            ["OTEL_TRACES_SAMPLER_ARG"] = "0.05",
            ["ASPNETCORE_URLS"] = "http://localhost:5607",
            ["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = "http://localhost:5608",
            ["NO_COLOR"] = "1",
            // One client asks for more tokens than any agency may.
            ["Gdx__Limits__TokensPerSecond"] = "1000000",
        });
        host.OutputDataReceived += (_, line) => Keep(line.Data);
        host.BeginOutputReadLine();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        var clock = Stopwatch.StartNew();
        DemoClient? client;
        while ((client = DemoClient.Load(Home)) is null)
        {
            if (host.HasExited || clock.Elapsed > StartLimit)
            {
                throw new BenchException($"The system did not come up within {clock.Elapsed.TotalSeconds:0} s. Its last lines:\n{string.Join('\n', output.TakeLast(20))}");
            }

            await timer.WaitForNextTickAsync(ct);
        }

        Client = client;
        Exchange = new Exchange(Endpoints.Load(Home), OperatorSecrets.Load(Home));
    }

    private async Task<Uri> StartPeerAsync(string[] arguments, CancellationToken ct)
    {
        var peer = Start("Gdx.Bench", arguments, new() { ["ASPNETCORE_ENVIRONMENT"] = "Production" });
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(TimeSpan.FromSeconds(30)); // An empty web application starts in less than a second.
        var address = await peer.StandardOutput.ReadLineAsync(patience.Token);
        return Uri.TryCreate(address, UriKind.Absolute, out var found) ? found : throw new BenchException($"The peer '{arguments[0]}' did not start: {address}");
    }

    private Process Start(string project, string[] arguments, Dictionary<string, string> environment)
    {
        // Beside this program: artifacts/bin/(project)/(configuration)/(project).dll.
        var program = Path.Combine(Checkout, "artifacts", "bin", project, new DirectoryInfo(AppContext.BaseDirectory).Name, $"{project}.dll");
        var start = new ProcessStartInfo("dotnet", ["exec", program, .. arguments]) { WorkingDirectory = Path.GetDirectoryName(program), RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        processes.Add(process);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginErrorReadLine();
        return process;
    }

    private static async Task StopAsync(Process process)
    {
        if (!process.HasExited)
        {
            using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
            using var limit = new CancellationTokenSource(StopLimit);
            try
            {
                await process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
            }
        }

        process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            output.Enqueue(line);
        }
    }

    private static string FindCheckout()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Gdx.sln")))
            {
                return folder.FullName;
            }
        }

        throw new BenchException("The bench is not run from a checkout.");
    }
}
