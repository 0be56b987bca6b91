using System.Runtime.InteropServices;

namespace Gdx.LocalHosting;

/// <summary>Ends what a run that was killed left behind. Only processes that this state directory recorded, and only if they still are the recorded ones.</summary>
internal static partial class LeftOvers
{
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;

    /// <summary>Ends the recorded processes and what they started; returns the names of those that still ran.</summary>
    public static async Task<IReadOnlyList<string>> EndAsync(string records, string boot)
    {
        if (!File.Exists(records))
        {
            return [];
        }

        var recorded = (await File.ReadAllLinesAsync(records)).Select(line => line.Split(' ', 3)).Where(line => line.Length == 3 && line[0] == boot)
            .Select(line => (Name: line[1], Identity: ProcessIdentity.Parse(line[2]))).Where(line => line.Identity is not null).ToList();
        var families = recorded.Select(record => (record.Name, Members: Family(record.Identity!))).Where(family => family.Members.Count > 0).ToList();
        var leaders = families.Select(family => family.Members[0]).ToList();
        var all = families.SelectMany(family => family.Members).ToList();

        // PostgreSQL waits for its clients at SIGTERM, Erlang ignores SIGINT; each gets both, and what then still runs is killed.
        leaders.ForEach(process => Send(process, Terminate));
        await EndedAsync(all, TimeSpan.FromSeconds(1));
        leaders.ForEach(process => Send(process, Interrupt));
        await EndedAsync(all, TimeSpan.FromSeconds(5));
        all.ForEach(process => Send(process, Kill));
        await EndedAsync(all, TimeSpan.FromSeconds(5));
        File.Delete(records);
        return [.. families.Select(family => family.Name).Distinct()];
    }

    /// <summary>
    /// A recorded process, first, and all that it started: by session, since every recorded process leads one and that stays true when it is gone, and by parent, since
    /// PostgreSQL gives each of its processes a session of its own.
    /// </summary>
    public static List<ProcessIdentity> Family(ProcessIdentity leader)
    {
        if (ProcessIdentity.Of(leader.Id) is { } now && now.Started != leader.Started)
        {
            return []; // The number belongs to somebody else by now.
        }

        var all = ProcessIdentity.All().Where(process => !process.Zombie && process.Started >= leader.Started).ToList();
        var family = all.Where(process => process.Id == leader.Id || process.Session == leader.Id).OrderBy(process => process.Id != leader.Id).ToList();
        for (var at = 0; at < family.Count; at++)
        {
            family.AddRange(all.Where(process => process.Parent == family[at].Id && !family.Contains(process)));
        }

        return family;
    }

    public static void Send(ProcessIdentity process, int signal)
    {
        if (process.Lives)
        {
            _ = SendSignal(process.Id, signal);
        }
    }

    private static async Task EndedAsync(List<ProcessIdentity> processes, TimeSpan patience)
    {
        var end = DateTime.UtcNow + patience;
        while (processes.Any(process => process.Lives) && DateTime.UtcNow < end)
        {
            await Task.Delay(50);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);
}
