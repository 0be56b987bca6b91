namespace Gdx.Entitlement.Decisions;

/// <summary>
/// All grants and officer groups as of one moment. A change makes a new snapshot that shares almost everything with the old one, so that
/// readers need no lock. Versions may arrive twice or out of order: whatever the order, the highest revision of each remains.
/// </summary>
public sealed class Snapshot
{
    private readonly Table<Guid, Grant> grants;
    private readonly Table<Key, Grant[]> byKey;
    private readonly Table<Guid, OfficerGroup> groups;
    private readonly Table<Guid, OfficerGroup[]> byOfficer;

    private Snapshot(Table<Guid, Grant> grants, Table<Key, Grant[]> byKey, Table<Guid, OfficerGroup> groups, Table<Guid, OfficerGroup[]> byOfficer, Extents extents) =>
        (this.grants, this.byKey, this.groups, this.byOfficer, Extents) = (grants, byKey, groups, byOfficer, extents);

    /// <summary>Grants nothing to anybody.</summary>
    public static Snapshot Empty { get; } = new(Table<Guid, Grant>.Empty, Table<Key, Grant[]>.Empty, Table<Guid, OfficerGroup>.Empty, Table<Guid, OfficerGroup[]>.Empty, new());

    /// <summary>How many grants are known, revoked ones included.</summary>
    public int Count => grants.Count;

    /// <summary>How many groups are known, dissolved ones included.</summary>
    public int GroupCount => groups.Count;

    internal Extents Extents { get; }

    /// <summary>The grants that answer a question, revoked and expired ones included, since they tell why not.</summary>
    public ReadOnlySpan<Grant> For(Guid agencyId, string datasetId, string version) => byKey.TryGet(new(agencyId, datasetId, version), out var found) ? found : [];

    /// <summary>The grant with this id; null where it is not known.</summary>
    public Grant? Find(Guid grantId) => grants.TryGet(grantId, out var grant) ? grant : null;

    /// <summary>The group with this id; null where it is not known.</summary>
    public OfficerGroup? FindGroup(Guid groupId) => groups.TryGet(groupId, out var group) ? group : null;

    /// <summary>The groups that this officer is in, whatever has become of them.</summary>
    public ReadOnlySpan<OfficerGroup> GroupsOf(Guid officer) => byOfficer.TryGet(officer, out var found) ? found : [];

    /// <summary>This snapshot and a version of a grant; this snapshot itself where it knows a newer one.</summary>
    public Snapshot With(Grant grant) => Edit().Add(grant).Build();

    /// <summary>This snapshot and a version of a group; this snapshot itself where it knows a newer one.</summary>
    public Snapshot With(OfficerGroup group) => Edit().Add(group).Build();

    /// <summary>Begins the next snapshot: many changes cost little more than one.</summary>
    public Builder Edit() => new(this);

    private readonly record struct Key(Guid AgencyId, string DatasetId, string Version)
    {
        public static Key Of(Grant grant) => new(grant.AgencyId, grant.DatasetId, grant.Version);
    }

    /// <summary>A snapshot while it is made. Used by one thread, and no longer once it is built.</summary>
    public sealed class Builder
    {
        private readonly Snapshot origin;
        private readonly Table<Guid, Grant>.Editor grants;
        private readonly Table<Key, Grant[]>.Editor byKey;
        private readonly Table<Guid, OfficerGroup>.Editor groups;
        private readonly Table<Guid, OfficerGroup[]>.Editor byOfficer;
        private bool changed;

        internal Builder(Snapshot origin) =>
            (this.origin, grants, byKey, groups, byOfficer) = (origin, origin.grants.Edit(), origin.byKey.Edit(), origin.groups.Edit(), origin.byOfficer.Edit());

        /// <summary>Adds a version of a grant, unless a newer one is there.</summary>
        public Builder Add(Grant grant)
        {
            if (grants.TryGet(grant.Id, out var known))
            {
                if (known.Revision >= grant.Revision)
                {
                    return this;
                }

                Without(byKey, Key.Of(known), known);
            }

            grants.Set(grant.Id, grant);
            Beside(byKey, Key.Of(grant), grant);
            changed = true;
            return this;
        }

        /// <summary>Adds a version of a group, unless a newer one is there.</summary>
        public Builder Add(OfficerGroup group)
        {
            if (groups.TryGet(group.Id, out var known))
            {
                if (known.Revision >= group.Revision)
                {
                    return this;
                }

                foreach (var officer in known.OfficerIds.Distinct())
                {
                    Without(byOfficer, officer, known);
                }
            }

            groups.Set(group.Id, group);
            foreach (var officer in group.OfficerIds.Distinct())
            {
                Beside(byOfficer, officer, group);
            }

            changed = true;
            return this;
        }

        // What follows from an older version is found out of date by itself, so the next snapshot keeps what was worked out for this one.
        public Snapshot Build() => changed ? new(grants.Build(), byKey.Build(), groups.Build(), byOfficer.Build(), ReferenceEquals(origin, Empty) ? new() : origin.Extents) : origin;

        private static void Beside<TKey, T>(Table<TKey, T[]>.Editor index, TKey key, T item)
            where TKey : struct, IEquatable<TKey> => index.Set(key, index.TryGet(key, out var known) ? [.. known, item] : [item]);

        private static void Without<TKey, T>(Table<TKey, T[]>.Editor index, TKey key, T item)
            where TKey : struct, IEquatable<TKey>
            where T : class
        {
            T[] rest = index.TryGet(key, out var known) ? [.. known.Where(other => !ReferenceEquals(other, item))] : [];
            if (rest.Length == 0)
            {
                index.Remove(key);
            }
            else
            {
                index.Set(key, rest);
            }
        }
    }
}
