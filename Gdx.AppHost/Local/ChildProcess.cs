using System.Diagnostics;

namespace Gdx.LocalHosting;

/// <summary>What to start: a program, where, with exactly which environment, and as which user (null: ours).</summary>
internal sealed record ProgramStart(string Name, string File, IReadOnlyList<string> Arguments, string Directory, IReadOnlyDictionary<string, string> Environment, string? User = null);

/// <summary>A process of ours: the leader of a session of its own, so that a Ctrl-C at the terminal reaches only the host, which then stops all in order.</summary>
internal sealed class ChildProcess : IDisposable
{
    // The process writes its own record before it becomes the program: there is no moment in which a kill of the host could leave it unknown.
    // bash, because dash drops variables with a dash in their name (ConnectionStrings__identity-db).
    private const string RecordThenBecome = """read -r stat < /proc/$$/stat && printf '%s %s %s\n' "$2" "$3" "$stat" >> "$1" || exit 126; shift 3; exec "$@" """;
    private const int LinesKept = 40;

    private readonly Process process;
    private readonly ProcessIdentity? identity;
    private readonly Queue<string> lastLines = new();

    private ChildProcess(Process process, Action<string> line)
    {
        this.process = process;
        identity = ProcessIdentity.Of(process.Id);
        process.StandardInput.Close();
        Exited = EndAsync(PumpAsync(process.StandardOutput, line), PumpAsync(process.StandardError, line));
    }

    public int Id => process.Id;

    /// <summary>Ends with the exit code once the process is gone and its output is read.</summary>
    public Task<int> Exited { get; }

    public IReadOnlyList<string> LastLines
    {
        get
        {
            lock (lastLines)
            {
                return [.. lastLines];
            }
        }
    }

    /// <param name="start">The program.</param>
    /// <param name="records">The file of the state directory that lists our processes.</param>
    /// <param name="boot">This boot of the machine; records of an earlier one mean nothing.</param>
    /// <param name="line">Told every line of output.</param>
    public static ChildProcess Start(ProgramStart start, string records, string boot, Action<string> line)
    {
        var info = new ProcessStartInfo("setsid")
        {
            WorkingDirectory = start.Directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] user = start.User is null ? [] : ["setpriv", $"--reuid={start.User}", $"--regid={start.User}", "--init-groups", "--"];
        foreach (var argument in (string[])["bash", "-c", RecordThenBecome, "bash", records, boot, start.Name, .. user, start.File, .. start.Arguments])
        {
            info.ArgumentList.Add(argument);
        }

        info.Environment.Clear();
        foreach (var (name, value) in start.Environment)
        {
            info.Environment[name] = value;
        }

        return new ChildProcess(Process.Start(info)!, line);
    }

    /// <summary>Asks the process to end, and ends it and all that it started when it has not after <paramref name="patience"/>.</summary>
    public async Task StopAsync(int signal, TimeSpan patience)
    {
        if (identity is null)
        {
            return; // It was gone before it could be looked at.
        }

        var family = LeftOvers.Family(identity);
        LeftOvers.Send(identity, signal);
        await Task.WhenAny(Exited, Task.Delay(patience));
        family.ForEach(member => LeftOvers.Send(member, LeftOvers.Kill));
        await Task.WhenAny(Exited, Task.Delay(TimeSpan.FromSeconds(1)));
    }

    public void Dispose() => process.Dispose();

    private async Task<int> EndAsync(Task output, Task error)
    {
        await process.WaitForExitAsync();
        // A grandchild may hold the pipes open for longer than anyone wants to wait for its words.
        await Task.WhenAny(Task.WhenAll(output, error), Task.Delay(TimeSpan.FromMilliseconds(500)));
        return process.ExitCode;
    }

    private async Task PumpAsync(StreamReader reader, Action<string> line)
    {
        while (await reader.ReadLineAsync() is { } text)
        {
            lock (lastLines)
            {
                lastLines.Enqueue(text);
                if (lastLines.Count > LinesKept)
                {
                    lastLines.Dequeue();
                }
            }

            line(text);
        }
    }
}
