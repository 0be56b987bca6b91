using System.Runtime.InteropServices;

namespace Gdx.LocalHosting;

/// <summary>Ends what a run that was killed left behind. Only processes that this state directory recorded, and only if they still are the recorded ones.</summary>
internal static partial class LeftOvers
{
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;

    /// <summary>Ends the recorded processes and all others of their sessions; returns the names of those that still ran.</summary>
    public static async Task<IReadOnlyList<string>> EndAsync(string records, string boot)
    {
        if (!File.Exists(records))
        {
            return [];
        }

        var recorded = (await File.ReadAllLinesAsync(records)).Select(line => line.Split(' ', 3)).Where(line => line.Length == 3 && line[0] == boot)
            .Select(line => (Name: line[1], Identity: ProcessIdentity.Parse(line[2]))).Where(line => line.Identity is not null).ToList();
        var names = recorded.Where(record => Session(record.Identity!).Any()).Select(record => record.Name).ToList();
        foreach (var (signal, limit) in new[] { (Terminate, 4), (Interrupt, 2), (Kill, 2) })
        {
            // PostgreSQL waits for its clients at SIGTERM, which go at the same moment; SIGINT makes it stop waiting.
            recorded.SelectMany(record => Session(record.Identity!)).ToList().ForEach(process => Send(process.Id, signal));
            var end = DateTime.UtcNow.AddSeconds(limit);
            while (recorded.Any(record => Session(record.Identity!).Any()) && DateTime.UtcNow < end)
            {
                await Task.Delay(50);
            }
        }

        File.Delete(records);
        return names;
    }

    /// <summary>The process itself and what it started: every recorded process leads a session of its own.</summary>
    public static IEnumerable<ProcessIdentity> Session(ProcessIdentity leader)
    {
        var now = ProcessIdentity.Of(leader.Id);
        return now is not null && now.Started != leader.Started
            ? [] // The number belongs to somebody else by now.
            : ProcessIdentity.All().Where(process => !process.Zombie && process.Session == leader.Id && process.Started >= leader.Started);
    }

    public static void Send(int process, int signal) => _ = SendSignal(process, signal);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);
}
