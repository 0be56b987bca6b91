using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Gdx.Entitlement.Decisions;

/// <summary>
/// A dictionary that never changes for its readers. It is kept in parts of some hundred entries; a change copies only the parts it touches,
/// and loading copies nothing. An entry costs about half of what a balanced tree's does, and a look-up two array accesses more than a plain dictionary's.
/// </summary>
internal sealed class Table<TKey, TValue>
    where TKey : struct, IEquatable<TKey>
{
    // A change copies about 20 KB (the parts it touches and the list of parts), at a million entries as at a thousand.
    private const int PerPart = 512;

    private readonly Dictionary<TKey, TValue>?[] parts;

    private Table(Dictionary<TKey, TValue>?[] parts, int count) => (this.parts, Count) = (parts, count);

    public static Table<TKey, TValue> Empty { get; } = new(new Dictionary<TKey, TValue>?[1], 0);

    public int Count { get; }

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        if (parts[Part(key, parts.Length)] is { } part)
        {
            return part.TryGetValue(key, out value);
        }

        value = default;
        return false;
    }

    public Editor Edit() => new(this);

    // Dictionaries use a hash's remainder; the parts are chosen by other bits of it (Fibonacci hashing).
    private static int Part(TKey key, int parts) => parts == 1 ? 0 : (int)(((uint)key.GetHashCode() * 2_654_435_769u) >> (32 - System.Numerics.BitOperations.TrailingZeroCount(parts)));

    /// <summary>The next version of a table while it is made.</summary>
    internal sealed class Editor(Table<TKey, TValue> origin)
    {
        private Dictionary<TKey, TValue>?[] parts = origin.parts;
        private bool[]? own;
        private int count = origin.Count;

        public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
        {
            if (parts[Part(key, parts.Length)] is { } part)
            {
                return part.TryGetValue(key, out value);
            }

            value = default;
            return false;
        }

        public void Set(TKey key, TValue value)
        {
            ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(Own(key), key, out var known);
            place = value;
            if (!known && ++count > parts.Length * PerPart)
            {
                Split();
            }
        }

        public void Remove(TKey key)
        {
            if (Own(key).Remove(key))
            {
                count--;
            }
        }

        /// <summary>What was made; the editor is not used afterwards.</summary>
        public Table<TKey, TValue> Build() => own is null ? origin : new(parts, count);

        private Dictionary<TKey, TValue> Own(TKey key)
        {
            if (own is null)
            {
                own = new bool[parts.Length];
                parts = [.. parts];
            }

            var at = Part(key, parts.Length);
            if (!own[at])
            {
                own[at] = true;
                parts[at] = parts[at] is { } shared ? new(shared) : [];
            }

            return parts[at]!;
        }

        private void Split()
        {
            var next = new Dictionary<TKey, TValue>?[parts.Length * 2];
            foreach (var part in parts)
            {
                foreach (var (key, value) in part ?? [])
                {
                    (next[Part(key, next.Length)] ??= new(PerPart)).Add(key, value);
                }
            }

            parts = next;
            own = new bool[next.Length];
            Array.Fill(own, true);
        }
    }
}
