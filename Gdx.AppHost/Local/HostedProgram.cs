namespace Gdx.LocalHosting;

/// <summary>A resource that is a running process: how it starts, when it is healthy, how it is asked to stop.</summary>
internal abstract class HostedProgram(string name)
{
    public string Name { get; } = name;

    /// <summary>Resources that have to be healthy before this starts.</summary>
    public virtual IEnumerable<string> WaitsFor => [];

    /// <summary>Resources that are healthy when this is: itself, and a server's databases.</summary>
    public virtual IEnumerable<string> Provides => [Name];

    /// <summary>Others stand on it: it stops last, and its end is always a failure.</summary>
    public virtual bool IsServer => true;

    /// <summary>Has nothing to answer, only something to do: it is done when it ends with exit code 0.</summary>
    public virtual bool IsJob => false;

    public virtual int StopSignal => LeftOvers.Terminate;

    /// <summary>Makes what the program needs and says how to start it.</summary>
    public abstract Task<ProgramStart> PrepareAsync(Launcher launcher, CancellationToken cancellation);

    /// <summary>Why the program cannot do its work yet; null when it can.</summary>
    public abstract Task<string?> ProblemAsync(CancellationToken cancellation);

    /// <summary>What remains to be done once it is healthy and before others may use it.</summary>
    public virtual Task ReadyAsync(CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>The environment of a server: no more than what every program needs.</summary>
    protected static Dictionary<string, string> Bare(string home) => new()
    {
        ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        ["LC_ALL"] = "C.UTF-8",
        ["HOME"] = home,
    };
}

/// <summary>Starts processes for one state directory.</summary>
internal sealed class Launcher(StateDirectory state, LogStream log)
{
    /// <summary>Distinguishes this boot of the machine from others, in which process numbers meant other processes.</summary>
    public static string Boot { get; } = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    public StateDirectory State => state;

    public void Say(string line) => log.Host(line);

    public ChildProcess Start(ProgramStart start) => ChildProcess.Start(start, state.Processes, Boot, line => log.Write(start.Name, line));

    /// <summary>Runs a program to its end; it must succeed.</summary>
    public async Task RunAsync(ProgramStart start, CancellationToken cancellation)
    {
        using var child = Start(start);
        try
        {
            if (await child.Exited.WaitAsync(cancellation) is not 0 and var exit)
            {
                throw new HostException($"{start.File} ended with exit code {exit}:\n{string.Join('\n', child.LastLines)}");
            }
        }
        catch (OperationCanceledException)
        {
            await child.StopAsync(LeftOvers.Kill, TimeSpan.Zero);
            throw;
        }
    }
}
