using System.Collections.Frozen;

namespace Gdx.Identity.Features;

/// <summary>The 77 provinces of Thailand by their Thai names (<c>provinces.txt</c>, Bangkok among them), as the Royal Society writes them.</summary>
public static class Provinces
{
    public static FrozenSet<string> All { get; } = Read().ToFrozenSet(StringComparer.Ordinal);

    // How Bangkok is written in lists beside its whole name.
    private static readonly FrozenSet<string> Bangkok = new[] { "กรุงเทพฯ", "กรุงเทพ", "กทม.", "กทม" }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The province that a cell names, also as "จังหวัดน่าน", "จ.น่าน" or "กทม."; null where it names none.</summary>
    public static string? Find(string text)
    {
        // Some keyboards write SARA AM as two characters, which looks the same.
        var name = text.Replace("\u0E4D\u0E32", "\u0E33", StringComparison.Ordinal).Trim();
        foreach (var prefix in new[] { "จังหวัด", "จ." })
        {
            name = name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..].TrimStart() : name;
        }

        return All.TryGetValue(name, out var known) ? known : Bangkok.Contains(name) ? "กรุงเทพมหานคร" : null;
    }

    private static IEnumerable<string> Read()
    {
        using var file = new StreamReader(typeof(Provinces).Assembly.GetManifestResourceStream("provinces.txt")!);
        while (file.ReadLine() is { Length: > 0 } line)
        {
            yield return line;
        }
    }
}
