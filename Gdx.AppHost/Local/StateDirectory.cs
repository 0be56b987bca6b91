using System.Diagnostics;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;

// Processes, sessions and file modes are Linux's own here; StateDirectory.Take refuses on other systems.
[assembly: SupportedOSPlatform("linux")]

namespace Gdx.LocalHosting;

/// <summary>
/// <c>GDX_HOME</c>: everything that outlives a process. <c>data/</c> of the servers, <c>logs/</c>, <c>run/</c> (which processes are ours), <c>parameters.json</c>, and the lock
/// that lets one system at a time use it.
/// </summary>
internal sealed class StateDirectory : IDisposable
{
    private readonly FileStream gate;

    private StateDirectory(string path, FileStream gate) => (Home, this.gate) = (path, gate);

    public string Home { get; }

    public string Logs => Path.Combine(Home, "logs");

    /// <summary>One line per process that was started: what a later run must look for if this one is killed.</summary>
    public string Processes => Path.Combine(Home, "run", "processes");

    /// <summary>Exists while everything is healthy; holds the table that is then shown.</summary>
    public string Ready => Path.Combine(Home, "run", "ready");

    private string HostProcess => Path.Combine(Home, "run", "up.pid");

    /// <summary>Takes the state directory for this process, or refuses because another one has it.</summary>
    public static StateDirectory Take(string home)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new HostException("The local host runs on Linux. Here, run the same system with Docker: dotnet run --project Gdx.AppHost -p:UseAspire=true");
        }

        try
        {
            Directory.CreateDirectory(Path.Combine(home, "run"));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new HostException($"The state directory {home} cannot be used: {problem.Message} (GDX_HOME chooses another).");
        }

        FileStream gate;
        try
        {
            // An flock: it ends with the process, however that ends.
            gate = new FileStream(Path.Combine(home, "up.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new HostException($"The system of {home} is already up. Stop it with ./gdx down, or choose another state directory with GDX_HOME.");
        }

        var state = new StateDirectory(home, gate);
        File.Delete(state.Ready);
        File.WriteAllText(state.HostProcess, $"{Environment.ProcessId} {ProcessIdentity.Of(Environment.ProcessId)?.Started}\n");
        return state;
    }

    /// <summary>The directory of a server's data, belonging to <paramref name="owner"/> (null: to whoever runs us).</summary>
    public string Data(string volume, string? owner)
    {
        var root = Path.Combine(Home, "data");
        if (owner is not null && !OthersCanEnter(Home))
        {
            // As root in a checkout that only root can enter, another user cannot reach its data here.
            var elsewhere = Path.Combine("/var/lib/gdx", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Home)))[..16]);
            Directory.CreateDirectory(elsewhere, (UnixFileMode)0b111_101_101);
            if (!Path.Exists(root))
            {
                Directory.CreateSymbolicLink(root, elsewhere);
            }

            root = elsewhere;
        }

        var directory = Path.Combine(root, volume);
        Directory.CreateDirectory(root, (UnixFileMode)0b111_101_101);
        Directory.CreateDirectory(directory, (UnixFileMode)0b111_000_000);
        Own(directory, owner);
        return directory;
    }

    /// <summary>Gives a directory and all in it to another user.</summary>
    public static void Own(string directory, string? owner)
    {
        if (owner is not null)
        {
            using var chown = Process.Start("chown", ["-R", $"{owner}:", directory]);
            chown.WaitForExit();
        }
    }

    public void Dispose()
    {
        File.Delete(Ready);
        File.Delete(HostProcess);
        gate.Dispose();
    }

    private static bool OthersCanEnter(string directory)
    {
        for (var at = new DirectoryInfo(directory); at is not null; at = at.Parent)
        {
            if ((at.UnixFileMode & UnixFileMode.OtherExecute) == 0)
            {
                return false;
            }
        }

        return true;
    }
}
