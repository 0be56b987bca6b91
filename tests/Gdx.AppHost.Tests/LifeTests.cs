using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Gdx.TestEnvironment;

namespace Gdx.AppHost.Tests;

/// <summary>Start, crash, kill and stop of the local host.</summary>
public sealed class LifeTests
{
    [Fact]
    public async Task Projects_start_when_what_they_wait_for_is_healthy_and_a_job_ends()
    {
        await using var host = await SampleHost.Start("order").ReadyAsync();

        var lines = host.Output.Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))).ToList();
        var steps = new[] { "first | The probe starts.", "gdx | first is healthy", "second | The probe starts.", "gdx | second is healthy", "job | The probe starts.", "gdx | job finished.", "gdx | Everything is healthy" };
        var places = steps.Select(step => lines.FindIndex(line => line.StartsWith(step, StringComparison.Ordinal))).ToList();
        Assert.DoesNotContain(-1, places);
        Assert.Equal(places.Order(), places);
    }

    [Fact]
    public async Task A_project_that_crashes_ends_the_system_with_its_last_lines()
    {
        await using var host = await SampleHost.Start("order").ReadyAsync();
        var processes = host.Processes();
        await host.TellToEndAsync("first", 3);

        Assert.Equal(1, await host.ExitAsync());
        Assert.Contains("first crashed: exit code 3.\nIts last lines:\n", host.Output, StringComparison.Ordinal);
        Assert.EndsWith("  first | The probe was told to end with 3.", host.Output.TrimEnd(), StringComparison.Ordinal);
        Assert.DoesNotContain(processes, RunningProcesses.Runs);
    }

    [Fact]
    public async Task A_project_that_fails_at_start_ends_the_system_with_its_last_lines()
    {
        await using var host = SampleHost.Start("crash-at-start");

        Assert.Equal(1, await host.ExitAsync());
        Assert.Contains("exit code 7", host.Output, StringComparison.Ordinal);
        Assert.Contains("  first | The probe ends at once.", host.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_project_that_ends_well_is_said_to_have_finished_and_is_not_started_again()
    {
        await using var host = await SampleHost.Start("order").ReadyAsync();
        await host.TellToEndAsync("second", 0);
        await Eventually.True(() => host.Output.Contains("second finished.", StringComparison.Ordinal), "the end of the second project");

        Assert.False(host.HasExited);
        Assert.NotEmpty(await host.AskAsync<string>("first", "/directory"));
        Assert.Equal(2, host.Output.Split('\n').Count(line => line.Contains("The probe starts.", StringComparison.Ordinal) && !line.StartsWith("job", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_second_run_of_the_same_state_directory_is_refused()
    {
        await using var host = await SampleHost.Start("one").ReadyAsync();
        await using var second = SampleHost.Start("one", host.Home);

        Assert.Equal(1, await second.ExitAsync());
        Assert.Contains("is already up", second.Output, StringComparison.Ordinal);
        Assert.NotEmpty(await host.AskAsync<string>("first", "/directory"));
    }

    [Fact]
    public async Task A_run_that_was_killed_leaves_nothing_that_the_next_one_stumbles_over()
    {
        await using var killed = await SampleHost.Start("whole").ReadyAsync();
        var leftOver = killed.Processes();
        killed.Signal("KILL");
        await killed.ExitAsync();
        Assert.Contains(leftOver, RunningProcesses.Runs);

        await using var next = await SampleHost.Start("whole", killed.Home).ReadyAsync();

        Assert.Contains("a run that was killed", next.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(leftOver, RunningProcesses.Runs);
    }

    [Fact]
    public async Task Clean_up_alone_ends_what_a_killed_run_left()
    {
        await using var killed = await SampleHost.Start("order").ReadyAsync();
        var leftOver = killed.Processes();
        killed.Signal("KILL");
        await killed.ExitAsync();

        await using var cleaning = SampleHost.Start("order", killed.Home, settings: "--Gdx:OnlyCleanUp=true");

        Assert.Equal(0, await cleaning.ExitAsync());
        Assert.DoesNotContain(leftOver, RunningProcesses.Runs);
    }

    [Theory]
    [InlineData("INT", "whole")]
    [InlineData("TERM", "order")]
    [InlineData("HUP", "order")]
    [InlineData("TERM", "deaf")]
    public async Task A_signal_stops_everything_within_ten_seconds(string signal, string topology)
    {
        await using var host = await SampleHost.Start(topology).ReadyAsync();
        var processes = host.Processes();
        var clock = Stopwatch.StartNew();
        host.Signal(signal);

        Assert.Equal(0, await host.ExitAsync());
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"It took {clock.Elapsed}.");
        Assert.NotEmpty(processes);
        Assert.DoesNotContain(processes, RunningProcesses.Runs);
        Assert.False(File.Exists(Path.Combine(host.Home, "run", "ready")));
    }

    [Fact]
    public async Task A_signal_during_the_start_stops_everything()
    {
        await using var host = SampleHost.Start("whole");
        await Eventually.True(() => host.Output.Contains("postgres: making its data", StringComparison.Ordinal), "the first start of the database");
        var processes = host.Processes();
        host.Signal("TERM");

        Assert.Equal(0, await host.ExitAsync());
        Assert.DoesNotContain(processes, RunningProcesses.Runs);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named_with_its_resource()
    {
        using var taker = new TcpListener(IPAddress.Loopback, 5690);
        taker.Start();
        await using var host = SampleHost.Start("one", randomPorts: false);

        Assert.Equal(1, await host.ExitAsync());
        Assert.Contains("Port 5690 of first (http) is taken.", host.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_parameter_without_a_value_is_named()
    {
        await using var host = SampleHost.Start("unset-parameter");

        Assert.Equal(1, await host.ExitAsync());
        Assert.Contains("Parameter smtp-address has no value: set Parameters__smtp-address.", host.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Logs_are_kept_per_resource()
    {
        await using var host = await SampleHost.Start("order").ReadyAsync();

        await Eventually.True(() => File.ReadAllText(Path.Combine(host.Home, "logs", "job.log")).Contains("The probe ends at once.", StringComparison.Ordinal), "the job's log");
    }
}
