using System.Collections.Immutable;

namespace Gdx.Entitlement.Decisions;

/// <summary>
/// All grants as of one moment. A change makes a new snapshot that shares almost everything with the old one, so that readers need no
/// lock. Versions may arrive twice or out of order: whatever the order, the highest revision of each grant remains.
/// </summary>
public sealed class Snapshot
{
    private readonly ImmutableDictionary<Guid, Grant> byId;
    private readonly ImmutableDictionary<Key, ImmutableArray<Grant>> byKey;

    private Snapshot(ImmutableDictionary<Guid, Grant> byId, ImmutableDictionary<Key, ImmutableArray<Grant>> byKey) => (this.byId, this.byKey) = (byId, byKey);

    /// <summary>Grants nothing to anybody.</summary>
    public static Snapshot Empty { get; } = new(ImmutableDictionary<Guid, Grant>.Empty, ImmutableDictionary<Key, ImmutableArray<Grant>>.Empty);

    /// <summary>How many grants are known, revoked ones included.</summary>
    public int Count => byId.Count;

    /// <summary>The grants that answer a question, revoked and expired ones included, since they tell why not.</summary>
    public ImmutableArray<Grant> For(Guid agencyId, string datasetId, string version) =>
        byKey.TryGetValue(new(agencyId, datasetId, version), out var grants) ? grants : [];

    /// <summary>This snapshot and a version of a grant; this snapshot itself where it knows a newer one.</summary>
    public Snapshot With(Grant grant)
    {
        var (id, key) = (byId, byKey);
        if (id.TryGetValue(grant.Id, out var known))
        {
            if (known.Revision >= grant.Revision)
            {
                return this;
            }

            key = key.SetItem(Key.Of(known), key[Key.Of(known)].Remove(known));
        }

        var beside = key.GetValueOrDefault(Key.Of(grant), []);
        return new(id.SetItem(grant.Id, grant), key.SetItem(Key.Of(grant), beside.Add(grant)));
    }

    private readonly record struct Key(Guid AgencyId, string DatasetId, string Version)
    {
        public static Key Of(Grant grant) => new(grant.AgencyId, grant.DatasetId, grant.Version);
    }
}
