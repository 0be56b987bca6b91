using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Gdx.TestEnvironment;

/// <summary>Finds and runs the server programs that are installed on this machine.</summary>
internal static class LocalPrograms
{
    private static readonly string[] Folders =
    [
        // RabbitMQ's own scripts come before Debian's wrapper in /usr/sbin, which insists on the system's user and directories.
        "/usr/lib/rabbitmq/bin", "/opt/homebrew/sbin", "/usr/local/sbin",
        .. Versions("/usr/lib/postgresql"), .. Versions("/opt/homebrew/opt", "postgresql@*"), .. Versions("/usr/local/opt", "postgresql@*"),
        .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries),
    ];

    /// <summary>The full path of a program, or an exception that says what to install.</summary>
    public static string Find(string program) =>
        Folders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException($"Neither a Docker engine with the images nor the program '{program}' is on this machine. Start Docker, or install postgresql and rabbitmq-server.");

    /// <summary>The words before a command that must not run as root.</summary>
    public static string[] As(string user) => Environment.IsPrivilegedProcess ? ["setpriv", $"--reuid={user}", $"--regid={user}", "--init-groups"] : [];

    /// <summary>Creates a directory that <paramref name="user"/> may write where this process is root.</summary>
    public static async Task<string> CreateDirectoryAsync(string kind, string user)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("On Windows the tests need Docker: start it and run them again.");
        }

        var directory = Path.Combine(Path.GetTempPath(), $"gdx-test-{kind}-{Guid.CreateVersion7():N}");
        Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync("chown", user, directory);
        }

        return directory;
    }

    /// <summary>Runs a short program to its end.</summary>
    public static async Task RunAsync(params string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath() })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{command[0]} failed: {await errors}{await output}");
        }
    }

    /// <summary>A port nobody listens on. Below the range of outgoing connections, so that none can take it while its server restarts.</summary>
    public static int FreePort()
    {
        while (true)
        {
            var port = Random.Shared.Next(15000, 30000);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                continue;
            }
        }
    }

    /// <summary>Waits until <paramref name="probe"/> stops throwing; after a minute throws with the end of the server's log.</summary>
    public static async Task ReadyAsync(string directory, Func<Task> probe)
    {
        try
        {
            await Eventually.Succeeds(probe, TimeSpan.FromSeconds(60));
        }
        catch (Exception exception)
        {
            var log = Path.Combine(directory, "log");
            var end = File.Exists(log) ? string.Join('\n', (await File.ReadAllLinesAsync(log)).TakeLast(20)) : "";
            throw new InvalidOperationException($"The server in {directory} did not answer: {exception.Message}\n{end}", exception);
        }
    }

    private static IEnumerable<string> Versions(string folder, string pattern = "*") => Directory.Exists(folder)
        ? Directory.GetDirectories(folder, pattern).OrderDescending(StringComparer.Ordinal).Select(version => Path.Combine(version, "bin"))
        : [];
}
