using System.Diagnostics;

namespace Gdx.AppHost.Tests;

/// <summary><c>./gdx</c> from a shell.</summary>
public sealed class GdxScriptTests
{
    [Theory]
    [InlineData("")]
    [InlineData("unknown")]
    [InlineData("--up")]
    [InlineData("up --detached")]
    [InlineData("up --detach now")]
    [InlineData("down all")]
    [InlineData("reset --force")]
    [InlineData("logs")]
    [InlineData("logs ../up")]
    [InlineData("logs nobody")]
    [InlineData("logs nobody -x")]
    [InlineData("test --filter")]
    [InlineData("test --all")]
    [InlineData("demo twice")]
    [InlineData("bench fast")]
    public async Task Bad_input_is_answered_with_the_usage_and_exit_code_2(string line)
    {
        var (exit, output, error) = await RunAsync(line);

        Assert.Equal(2, exit);
        Assert.Empty(output);
        Assert.Contains("usage: ./gdx ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_host_is_refused()
    {
        var (exit, _, error) = await RunAsync("up", "GDX_HOST=podman");

        Assert.Equal(2, exit);
        Assert.Contains("GDX_HOST must be aspire or local, not 'podman'", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_shows_every_command()
    {
        var (exit, output, error) = await RunAsync("help");

        Assert.Equal(0, exit);
        Assert.Empty(error);
        Assert.All(new[] { "up [--detach]", "down", "reset", "logs NAME [-f]", "demo", "test [--filter TEXT] [--full]", "bench" }, command => Assert.Contains($"\n  {command} ", output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Down_and_reset_without_a_system_have_nothing_to_do()
    {
        var home = Directory.CreateTempSubdirectory("gdx-script-");
        await File.WriteAllTextAsync(Path.Combine(home.FullName, "mine.txt"), "not Gdx's", TestContext.Current.CancellationToken);

        Assert.Equal(0, (await RunAsync("down", $"GDX_HOME={home.FullName}")).Exit);
        Assert.Equal(0, (await RunAsync("reset", $"GDX_HOME={home.FullName}")).Exit);
        Assert.Equal(["mine.txt"], home.GetFileSystemInfos().Select(file => file.Name));
        home.Delete(recursive: true);
    }

    [Fact]
    public async Task Reset_refuses_while_the_system_runs_and_down_stops_it()
    {
        await using var host = await SampleHost.Start("order").ReadyAsync();
        var processes = host.Processes();

        var reset = await RunAsync("reset", $"GDX_HOME={host.Home}");
        Assert.Equal(1, reset.Exit);
        Assert.Contains("stop it first: ./gdx down", reset.Error, StringComparison.Ordinal);
        Assert.Contains("The probe starts.", (await RunAsync("logs first", $"GDX_HOME={host.Home}")).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("down", $"GDX_HOME={host.Home}")).Exit);

        Assert.Equal(0, await host.ExitAsync());
        Assert.DoesNotContain(processes, RunningProcesses.Runs);
    }

    private static async Task<(int Exit, string Output, string Error)> RunAsync(string line, string? variable = null)
    {
        var start = new ProcessStartInfo(Path.Combine(Checkout.Root, "gdx"), line.Split(' ', StringSplitOptions.RemoveEmptyEntries)) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (variable?.Split('=') is [var name, var value])
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }
}
