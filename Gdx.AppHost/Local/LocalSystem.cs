using System.Diagnostics;

namespace Gdx.LocalHosting;

/// <summary>The running system: starts everything in the order of its waits, watches it, and stops it.</summary>
internal sealed class LocalSystem : IDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);

    private readonly StateDirectory state;
    private readonly LogStream log;
    private readonly Launcher launcher;
    private readonly List<HostedProgram> programs;
    private readonly Dictionary<string, TaskCompletionSource> healthy;
    private readonly Stack<(HostedProgram Program, ChildProcess Child)> started = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly TaskCompletionSource<string> failure = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private LocalSystem(StateDirectory state, List<HostedProgram> programs, bool detached)
    {
        (this.state, this.programs) = (state, programs);
        log = new LogStream(state.Logs, programs.Select(program => program.Name), detached);
        launcher = new Launcher(state, log);
        healthy = programs.SelectMany(program => program.Provides).ToDictionary(name => name, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
    }

    /// <summary>Runs the topology until <paramref name="stop"/> or a failure; returns the exit code.</summary>
    public static async Task<int> RunAsync(LocalBuilder builder, CancellationToken stop)
    {
        using var state = StateDirectory.Take(builder.Home);
        var ended = await LeftOvers.EndAsync(state.Processes, Launcher.Boot);
        if (builder.Configuration["Gdx:OnlyCleanUp"] == "true")
        {
            return 0; // ./gdx down after a run that was killed.
        }

        var programs = Plan.Of(builder);
        using var system = new LocalSystem(state, programs, builder.Configuration["GDX_DETACHED"] == "1");
        if (ended.Count > 0)
        {
            system.log.Host($"Ended what a run that was killed had left behind: {string.Join(", ", ended)}.");
        }

        return await system.RunAsync(stop);
    }

    public void Dispose()
    {
        stopping.Dispose();
        log.Dispose();
    }

    private async Task<int> RunAsync(CancellationToken stop)
    {
        var clock = Stopwatch.StartNew();
        log.Host($"Local host: the machine's own PostgreSQL and RabbitMQ; state in {state.Home}.");
        var all = Task.WhenAll(programs.Select(HostAsync));
        var stopped = Task.Delay(Timeout.Infinite, stop);
        await Task.WhenAny(all, failure.Task, stopped);
        if (all.IsCompletedSuccessfully && !failure.Task.IsCompleted)
        {
            var table = ReadyTable.Of(state.Home, programs);
            log.Host($"Everything is healthy after {clock.Elapsed.TotalSeconds:0.0} s.");
            table.ForEach(log.Host);
            await File.WriteAllLinesAsync(state.Ready, table, CancellationToken.None);
        }

        await Task.WhenAny(failure.Task, stopped);
        File.Delete(state.Ready);
        var failed = failure.Task.IsCompleted ? await failure.Task : null;
        log.Host(failed is null ? "Stopping." : $"{failed.Split('\n')[0]} Stopping everything.");
        await StopAsync(all);
        if (failed is null)
        {
            return 0;
        }

        log.Host(failed); // In full, and last: what the others wrote while they stopped would hide it.
        return 1;
    }

    /// <summary>Starts one program when all that it waits for is healthy; completes when it is healthy itself.</summary>
    private async Task HostAsync(HostedProgram program)
    {
        try
        {
            await Task.WhenAll(program.WaitsFor.Select(name => healthy[name].Task)).WaitAsync(stopping.Token);
            var start = await program.PrepareAsync(launcher, stopping.Token);
            var clock = Stopwatch.StartNew();
            var child = Start(program, start);
            var watch = WatchAsync(program, child);
            if (program.IsJob)
            {
                await watch.WaitAsync(stopping.Token);
                await healthy[program.Name].Task.WaitAsync(stopping.Token);
                return;
            }

            await BecomeHealthyAsync(program, child, clock);
            await program.ReadyAsync(stopping.Token);
            log.Host($"{program.Name} is healthy ({clock.Elapsed.TotalSeconds:0.0} s).");
            Healthy(program);
        }
        catch (Exception problem)
        {
            if (!stopping.IsCancellationRequested)
            {
                failure.TrySetResult(problem is HostException ? $"{program.Name}: {problem.Message}" : $"{program.Name}: {problem}");
            }

            throw;
        }
    }

    /// <summary>Nothing starts once the stop has begun: what is not in the list would not be stopped.</summary>
    private ChildProcess Start(HostedProgram program, ProgramStart start)
    {
        lock (started)
        {
            stopping.Token.ThrowIfCancellationRequested();
            var child = launcher.Start(start);
            started.Push((program, child));
            return child;
        }
    }

    private async Task BecomeHealthyAsync(HostedProgram program, ChildProcess child, Stopwatch clock)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(150));
        var said = TimeSpan.Zero;
        while (await program.ProblemAsync(stopping.Token) is { } problem)
        {
            if (clock.Elapsed > StartLimit)
            {
                throw new HostException($"not healthy after {StartLimit.TotalSeconds:0} s: {problem}.{Last(program.Name, child)}");
            }

            if (clock.Elapsed - said > TimeSpan.FromSeconds(15))
            {
                said = clock.Elapsed;
                log.Host($"{program.Name} is not healthy yet: {problem}.");
            }

            if (child.Exited.IsCompleted)
            {
                throw new HostException($"ended with exit code {await child.Exited} before it was healthy.{Last(program.Name, child)}");
            }

            await timer.WaitForNextTickAsync(stopping.Token);
        }
    }

    /// <summary>Nothing is started again silently: a program that fails ends the system, one that has finished is said to have.</summary>
    private async Task WatchAsync(HostedProgram program, ChildProcess child)
    {
        var exit = await child.Exited;
        if (stopping.IsCancellationRequested)
        {
            return;
        }

        if (exit != 0 || program.IsServer)
        {
            failure.TrySetResult($"{program.Name} crashed: {Exit(exit)}.{Last(program.Name, child)}");
            return;
        }

        log.Host($"{program.Name} finished.");
        if (program.IsJob)
        {
            Healthy(program);
        }
    }

    /// <summary>Projects first, the last started first; then what they stand on. 5 s and 3 s, so that all of it stays within 10 s.</summary>
    private async Task StopAsync(Task starts)
    {
        lock (started)
        {
            stopping.Cancel();
        }

        await Task.WhenAny(starts, Task.Delay(TimeSpan.FromSeconds(1))); // What was being prepared (initdb) is given up.
        foreach (var (servers, patience) in new[] { (false, 5), (true, 3) })
        {
            await Task.WhenAll(started.Where(entry => entry.Program.IsServer == servers)
                .Select(entry => entry.Child.StopAsync(entry.Program.StopSignal, TimeSpan.FromSeconds(patience))));
        }

        File.Delete(state.Processes);
    }

    private void Healthy(HostedProgram program)
    {
        foreach (var name in program.Provides)
        {
            healthy[name].TrySetResult();
        }
    }

    private static string Exit(int code) => code > 128 ? $"ended by signal {code - 128}" : $"exit code {code}";

    private static string Last(string name, ChildProcess child) =>
        child.LastLines.Count == 0 ? " It wrote nothing." : "\nIts last lines:\n" + string.Join('\n', child.LastLines.Select(line => $"  {name} | {line}"));
}
