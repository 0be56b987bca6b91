using System.Diagnostics;

namespace Gdx.TestEnvironment;

/// <summary>
/// A server program of this machine. A small shell stands between: it holds a pipe of this process and ends the server when
/// the pipe closes, so that neither a process nor a directory is left behind, however this process ends, kill -9 included.
/// </summary>
internal sealed class GuardedProcess : IAsyncDisposable
{
    // A terminal's Ctrl-C reaches the whole group; the guard must outlive it to clean up.
    private const string Script = """
        trap '' INT HUP TERM
        signal=$1 directory=$2; shift 2
        "$@" </dev/null >>"$directory/log" 2>&1 &
        server=$!
        word=$(cat)
        kill -s "$signal" $server 2>/dev/null
        wait $server 2>/dev/null
        [ "$word" = keep ] || rm -rf "$directory"
        """;

    private readonly Process shell;

    private GuardedProcess(Process shell) => this.shell = shell;

    /// <summary>Starts <paramref name="command"/>; output goes to <c>log</c> in <paramref name="directory"/>, which is deleted with it.</summary>
    public static GuardedProcess Start(string signal, string directory, IEnumerable<string> command, IReadOnlyDictionary<string, string>? variables = null)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", Script, "guard", signal, directory, .. command]) { RedirectStandardInput = true, WorkingDirectory = directory };
        foreach (var (name, value) in variables ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return new(Process.Start(start)!);
    }

    /// <summary>Ends the server at once and keeps the directory.</summary>
    public async Task KillAsync()
    {
        await shell.StandardInput.WriteLineAsync("keep");
        await DisposeAsync();
    }

    /// <summary>Ends the server at once and deletes the directory.</summary>
    public async ValueTask DisposeAsync()
    {
        shell.StandardInput.Close();
        await shell.WaitForExitAsync();
        shell.Dispose();
    }
}
