using System.Globalization;

namespace Gdx.LocalHosting;

/// <summary>A process that cannot be mistaken for a later one with the same number: its id and when it started (ticks since boot).</summary>
internal sealed record ProcessIdentity(int Id, long Started, int Parent, int Session, bool Zombie)
{
    public bool Lives => Of(Id) is { Zombie: false } now && now.Started == Started;

    public static ProcessIdentity? Of(int id)
    {
        try
        {
            return Parse(File.ReadAllText($"/proc/{id}/stat"));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public static IEnumerable<ProcessIdentity> All() => Directory.EnumerateDirectories("/proc")
        .Select(directory => int.TryParse(Path.GetFileName(directory), CultureInfo.InvariantCulture, out var id) ? Of(id) : null)
        .OfType<ProcessIdentity>();

    /// <summary>One line of <c>/proc/N/stat</c>, as in <c>4711 (dotnet) S 1 4711 4711 0 …</c>; the name may itself hold spaces and brackets.</summary>
    public static ProcessIdentity? Parse(string stat)
    {
        var end = stat.LastIndexOf(')');
        var fields = stat[(end + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return end > 0 && fields.Length > 19
            && int.TryParse(stat[..stat.IndexOf(' ')], CultureInfo.InvariantCulture, out var id)
            && int.TryParse(fields[1], CultureInfo.InvariantCulture, out var parent)
            && int.TryParse(fields[3], CultureInfo.InvariantCulture, out var session)
            && long.TryParse(fields[19], CultureInfo.InvariantCulture, out var started)
            ? new ProcessIdentity(id, started, parent, session, fields[0] is "Z" or "X")
            : null;
    }
}
