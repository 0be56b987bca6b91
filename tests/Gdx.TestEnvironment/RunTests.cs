using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Gdx.TestEnvironment;

/// <summary>
/// <c>run [--filter TEXT] [--full] [--no-build]</c>: builds, starts one PostgreSQL and one RabbitMQ, runs every test project against them, and
/// ends with one line <c>N passed, N failed, N skipped</c>. A skipped test, a project that ends early, and a run of no test are failures.
/// </summary>
internal static class RunTests
{
    private const int SideBySide = 2; // Most tests wait for a database or a broker; more than two projects on two cores wait for each other.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(15); // For one project; the slowest takes two minutes on two cores.
    private static readonly TimeSpan FullLimit = TimeSpan.FromMinutes(90);

    // They start whole systems and look at seconds: nothing else may take the cores meanwhile.
    private static readonly string[] Alone = ["Gdx.AppHost.Tests", "Gdx.System.Tests"];

    public static async Task<int> RunAsync(string[] options)
    {
        var (filter, full, build) = ("", false, true);
        for (var i = 0; i < options.Length; i++)
        {
            switch (options[i])
            {
                case "--filter" when i + 1 < options.Length && options[i + 1].Length > 0:
                    filter = options[++i];
                    break;
                case "--full":
                    full = true;
                    break;
                case "--no-build":
                    build = false;
                    break;
                default:
                    await Console.Error.WriteLineAsync("Usage: Gdx.TestEnvironment run [--filter TEXT] [--full] [--no-build]");
                    return 2;
            }
        }

        var checkout = Checkout();
        if (build && await BuildAsync(checkout) is not 0 and var failed)
        {
            return failed;
        }

        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        var projects = Directory.GetDirectories(Path.Combine(checkout, "tests"), "*.Tests").Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal)
            .Select(name => new TestProject(name, Path.Combine(checkout, "artifacts", "bin", name, configuration, $"{name}.dll"))).ToList();
        var results = await RunAsync(projects, filter, full);
        return Report(results);
    }

    private static async Task<IReadOnlyCollection<TestResults>> RunAsync(IReadOnlyCollection<TestProject> projects, string filter, bool full)
    {
        await using var servers = await Servers.StartAsync();
        foreach (var (name, value) in servers.Variables)
        {
            Environment.SetEnvironmentVariable(name, value);
        }

        if (full)
        {
            Environment.SetEnvironmentVariable("GDX_TEST_FULL", "1");
        }

        var results = new ConcurrentBag<TestResults>();
        var limit = full ? FullLimit : Limit;
        await Parallel.ForEachAsync(projects.Where(project => !Alone.Contains(project.Name)), new ParallelOptions { MaxDegreeOfParallelism = SideBySide },
            async (project, _) => results.Add(await project.RunAsync(filter, limit)));
        foreach (var project in projects.Where(project => Alone.Contains(project.Name)))
        {
            results.Add(await project.RunAsync(filter, limit));
        }

        return results;
    }

    private static int Report(IReadOnlyCollection<TestResults> results)
    {
        foreach (var failure in results.SelectMany(result => result.Failures))
        {
            Console.WriteLine($"\nFAILED {failure}");
        }

        var (passed, failed, skipped) = (results.Sum(result => result.Passed), results.Sum(result => result.Failed), results.Sum(result => result.Skipped));
        if (passed + failed == 0)
        {
            Console.WriteLine("No test matched.");
            failed = 1;
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\n{passed} passed, {failed} failed, {skipped} skipped"));
        return failed == 0 && skipped == 0 ? 0 : 1;
    }

    private static async Task<int> BuildAsync(string checkout)
    {
        Console.WriteLine("Building …");
        using var build = Process.Start(new ProcessStartInfo("dotnet", ["build", Path.Combine(checkout, "Gdx.sln"), "-nologo", "-v", "quiet", "-clp:NoSummary"]))!;
        await build.WaitForExitAsync();
        return build.ExitCode;
    }

    private static string Checkout()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Gdx.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("This is not run from a checkout.");
        }

        return folder.FullName;
    }
}
