namespace Gdx.LocalHosting;

/// <summary>One stream of lines from everything that runs, each with its resource's name and colour; also kept per resource in a file of bounded size.</summary>
internal sealed class LogStream : IDisposable
{
    private const long FileLimit = 8 * 1024 * 1024;
    private const int LineLimit = 16 * 1024;
    private static readonly int[] Colours = [36, 33, 32, 35, 34, 96, 93, 92, 95, 94];

    private readonly Lock gate = new();
    private readonly string directory;
    private readonly bool colours;
    private readonly bool onlyHost;
    private readonly int width;
    private readonly List<string> names;
    private readonly Dictionary<string, StreamWriter> files = [];

    /// <param name="directory">Where the files go.</param>
    /// <param name="names">The resources, for width and colour.</param>
    /// <param name="onlyHost">Write only the host's own lines to the console: nobody watches, and the console is a file without bounds.</param>
    public LogStream(string directory, IEnumerable<string> names, bool onlyHost)
    {
        this.directory = directory;
        this.names = [.. names];
        this.onlyHost = onlyHost;
        width = this.names.Append("gdx").Max(name => name.Length);
        colours = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null or "";
        Directory.CreateDirectory(directory);
    }

    /// <summary>A line of the host itself.</summary>
    public void Host(string line)
    {
        lock (gate)
        {
            Print("gdx", line, 1);
        }
    }

    /// <summary>A line that a resource wrote.</summary>
    public void Write(string resource, string line)
    {
        line = line.Length > LineLimit ? line[..LineLimit] + "…" : line;
        lock (gate)
        {
            Keep(resource, line);
            if (!onlyHost)
            {
                Print(resource, line, Colours[Math.Max(0, names.IndexOf(resource)) % Colours.Length]);
            }
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            foreach (var file in files.Values)
            {
                file.Dispose();
            }

            files.Clear();
        }
    }

    private void Print(string name, string line, int colour)
    {
        try
        {
            Console.Out.WriteLine(colours ? $"\e[{colour}m{name.PadRight(width)}\e[0m | {line}" : $"{name.PadRight(width)} | {line}");
        }
        catch (IOException)
        {
            // Whoever read our output went away (`| head`); the system runs on.
        }
    }

    private void Keep(string resource, string line)
    {
        var path = Path.Combine(directory, $"{resource}.log");
        if (!files.TryGetValue(resource, out var file))
        {
            files[resource] = file = Open(path);
        }

        file.WriteLine(line);
        if (file.BaseStream.Length > FileLimit)
        {
            file.Dispose();
            File.Move(path, path + ".1", overwrite: true);
            files[resource] = Open(path);
        }
    }

    private static StreamWriter Open(string path) => new(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete)) { AutoFlush = true };
}
