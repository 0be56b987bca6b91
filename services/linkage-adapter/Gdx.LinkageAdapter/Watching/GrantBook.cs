using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using Gdx.Entitlement.Contracts.V1;
using Gdx.Entitlement.Decisions;
using Gdx.Watching;
using Channel = Gdx.Entitlement.Decisions.Channel;
using Grant = Gdx.Entitlement.Decisions.Grant;

namespace Gdx.LinkageAdapter.Watching;

/// <summary>The grants of all agencies, in memory, as Entitlement last told.</summary>
public sealed class GrantBook : IWatchedState<Entitlement.Contracts.V1.Grant>
{
    // Sets of field names by the list object that the grant holds, so that a decision's fields are looked up without building anything.
    private readonly ConditionalWeakTable<IReadOnlyList<string>, FrozenSet<string>> fieldSets = [];
    private Snapshot current = Snapshot.Empty;
    private Snapshot? coming;

    /// <summary>What decisions are made from: whole and unchanging.</summary>
    public Snapshot Current => Volatile.Read(ref current);

    /// <summary>The names in a decision's list of fields, as a set.</summary>
    public FrozenSet<string> SetOf(IReadOnlyList<string> granted) => fieldSets.GetValue(granted, names => names.ToFrozenSet(StringComparer.Ordinal));

    public static WatchMessage<Entitlement.Contracts.V1.Grant> Read(WatchGrantsReply reply) => reply.KindCase switch
    {
        WatchGrantsReply.KindOneofCase.Reset => new(true, null, null),
        WatchGrantsReply.KindOneofCase.Grant => new(false, (reply.Grant, reply.Grant.Revision), null),
        WatchGrantsReply.KindOneofCase.Heartbeat => new(false, null, (reply.Heartbeat.Epoch, reply.Heartbeat.Revision)),
        _ => default,
    };

    public void BeginSnapshot() => coming = Snapshot.Empty;

    public void Apply(Entitlement.Contracts.V1.Grant item)
    {
        if (coming is not null)
        {
            coming = coming.With(Translate(item));
        }
        else
        {
            Volatile.Write(ref current, current.With(Translate(item)));
        }
    }

    public void CompleteSnapshot()
    {
        Volatile.Write(ref current, coming!);
        coming = null;
    }

    private static Grant Translate(Entitlement.Contracts.V1.Grant grant) => new()
    {
        Id = Guid.Parse(grant.Id),
        Revision = grant.Revision,
        Revoked = grant.State != GrantState.Active,
        AgencyId = Guid.Parse(grant.AgencyId),
        DatasetId = grant.DatasetId,
        Version = grant.DatasetVersion,
        Fields = grant.Fields.ToArray(), // An array, since the evidence is written from it as it is.
        Purposes = [.. grant.Purposes],
        Channels = [.. grant.Channels.Select(channel => (Channel)(int)channel)],
        // A grant without its dates is never in force.
        ValidFrom = grant.ValidFrom?.ToDateTimeOffset() ?? DateTimeOffset.MaxValue,
        ValidUntil = grant.ValidUntil?.ToDateTimeOffset() ?? DateTimeOffset.MinValue,
    };
}
