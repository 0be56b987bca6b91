namespace Gdx.Entitlement.Decisions;

/// <summary>
/// Gives one object for equal texts and lists. A million grants have some hundred datasets, purposes and lists of fields between them;
/// with one object for each they take a third of the memory. Used by one thread.
/// </summary>
public sealed class Pool
{
    private readonly Dictionary<string, string> texts = new(StringComparer.Ordinal);
    private readonly Dictionary<string[], string[]> lists = new(new ByContent<string>());
    private readonly Dictionary<PurposeTerms[], PurposeTerms[]> purposes = new(new ByContent<PurposeTerms>());
    private readonly Dictionary<Channel[], Channel[]> channels = new(new ByContent<Channel>());
    private readonly Dictionary<Budget, Budget> budgets = [];

    public string Text(string text) => texts.TryGetValue(text, out var known) ? known : texts[text] = text;

    /// <summary>An array, since evidence is written from it as it is.</summary>
    public IReadOnlyList<string> Texts(IEnumerable<string> items) => One(lists, [.. items.Select(Text)]);

    public IReadOnlyList<PurposeTerms> Purposes(IEnumerable<PurposeTerms> items) => One(purposes, [.. items]);

    public IReadOnlyList<Channel> Channels(IEnumerable<Channel> items) => One(channels, [.. items]);

    public Budget Budget(Budget budget) => One(budgets, budget);

    private static T One<T>(Dictionary<T, T> known, T item)
        where T : notnull => known.TryGetValue(item, out var first) ? first : known[item] = item;

    private sealed class ByContent<T> : IEqualityComparer<T[]>
    {
        public bool Equals(T[]? x, T[]? y) => x.AsSpan().SequenceEqual(y.AsSpan());

        public int GetHashCode(T[] obj)
        {
            var hash = default(HashCode);
            foreach (var item in obj)
            {
                hash.Add(item);
            }

            return hash.ToHashCode();
        }
    }
}
