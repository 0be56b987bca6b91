using System.Collections.Concurrent;

namespace Gdx.Entitlement.Decisions;

/// <summary>How far a right reaches, whatever the time: its fields and how much of them.</summary>
internal readonly record struct Extent(IReadOnlyList<string> Fields, Budget Budget)
{
    public static Extent Of(Grant grant) => new(grant.Fields, grant.Budget ?? Budget.Default);

    public bool Is(Extent other) => ReferenceEquals(Fields, other.Fields) && ReferenceEquals(Budget, other.Budget);
}

/// <summary>
/// What is left of a grant under its parents, and of that in the hands of a group. Worked out when first asked for and kept, so that a decision
/// builds nothing and the same versions give the same list. Each knows what it was made from, and is made anew where that is not what counts now.
/// </summary>
internal sealed class Extents
{
    // By (grant, group); (grant, none) under its parents; (grant, itself) where no group limits an officer: as many as pairs that are really asked for.
    private readonly ConcurrentDictionary<(Guid Grant, Guid Group), Made> known = [];

    /// <summary>A grant under its parents. The chain has been walked before: every parent is there and there are at most <see cref="Decide.DeepestDelegation"/>.</summary>
    public Extent Of(Snapshot snapshot, Grant grant)
    {
        if (grant.ParentId is not { } parent)
        {
            return Extent.Of(grant);
        }

        var over = Of(snapshot, snapshot.Find(parent)!);
        return known.TryGetValue((grant.Id, default), out var made) && made.IsFrom(grant, null, over)
            ? made.Extent
            : Keep((grant.Id, default), new(grant, null, over, Shrink(Extent.Of(grant), over.Fields, over.Budget)));
    }

    /// <summary>What a group's right leaves of it.</summary>
    public Extent Of(Extent over, OfficerGroup group, GroupRight right) => known.TryGetValue((right.GrantId, group.Id), out var made) && made.IsFrom(group, right, over)
        ? made.Extent
        : Keep((right.GrantId, group.Id), new(group, right, over, Shrink(over, right.Fields, over.Budget.ForOfficer(group.CallsPerOfficerAndDay))));

    /// <summary>The same where no group is needed, for an officer who may make so many calls a day. Kept for the usual number.</summary>
    public Extent WithoutGroup(Grant grant, Extent over, int calls)
    {
        if (calls != Budget.UsualForOfficer)
        {
            return over with { Budget = over.Budget.ForOfficer(calls) };
        }

        if (known.TryGetValue((grant.Id, grant.Id), out var made) && made.IsFrom(grant, null, over))
        {
            return made.Extent;
        }

        return Keep((grant.Id, grant.Id), new(grant, null, over, over with { Budget = over.Budget.ForOfficer(calls) }));
    }

    private Extent Keep((Guid, Guid) key, Made made) => (known[key] = made).Extent;

    private static Extent Shrink(Extent extent, IReadOnlyList<string> fields, Budget budget)
    {
        var allowed = fields.ToHashSet(StringComparer.Ordinal);
        var left = extent.Fields.Where(allowed.Contains).ToArray();
        return new(left.Length == extent.Fields.Count ? extent.Fields : left, extent.Budget.Within(budget));
    }

    private sealed record Made(object Of, GroupRight? Right, Extent Over, Extent Extent)
    {
        public bool IsFrom(object of, GroupRight? right, Extent over) => ReferenceEquals(Of, of) && ReferenceEquals(Right, right) && Over.Is(over);
    }
}
