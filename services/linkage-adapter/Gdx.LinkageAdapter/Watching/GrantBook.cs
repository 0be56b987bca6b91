using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using Gdx.Entitlement.Contracts.V1;
using Gdx.Entitlement.Decisions;
using Gdx.Watching;
using Channel = Gdx.Entitlement.Decisions.Channel;
using Grant = Gdx.Entitlement.Decisions.Grant;
using GrantState = Gdx.Entitlement.Contracts.V1.GrantState;
using GroupRight = Gdx.Entitlement.Decisions.GroupRight;
using OfficerGroup = Gdx.Entitlement.Decisions.OfficerGroup;
using PurposeTerms = Gdx.Entitlement.Decisions.PurposeTerms;
using State = Gdx.Entitlement.Decisions.GrantState;

namespace Gdx.LinkageAdapter.Watching;

/// <summary>The grants and officer groups of all agencies, in memory, as Entitlement last told.</summary>
public sealed class GrantBook : IWatchedState<WatchGrantsReply>
{
    // Sets of field names by the list object that a decision holds, so that its fields are looked up without building anything.
    private readonly ConditionalWeakTable<IReadOnlyList<string>, FrozenSet<string>> fieldSets = [];
    private Pool pool = new();
    private Snapshot current = Snapshot.Empty;
    private Snapshot.Builder? coming;

    /// <summary>What decisions are made from: whole and unchanging.</summary>
    public Snapshot Current => Volatile.Read(ref current);

    /// <summary>The names in a decision's list of fields, as a set.</summary>
    public FrozenSet<string> SetOf(IReadOnlyList<string> granted) => fieldSets.GetValue(granted, names => names.ToFrozenSet(StringComparer.Ordinal));

    public static WatchMessage<WatchGrantsReply> Read(WatchGrantsReply reply) => reply.KindCase switch
    {
        WatchGrantsReply.KindOneofCase.Reset => new(true, null, null),
        WatchGrantsReply.KindOneofCase.Grant => new(false, (reply, reply.Grant.Revision), null),
        WatchGrantsReply.KindOneofCase.OfficerGroup => new(false, (reply, reply.OfficerGroup.Revision), null),
        WatchGrantsReply.KindOneofCase.Heartbeat => new(false, null, (reply.Heartbeat.Epoch, reply.Heartbeat.Revision)),
        _ => default,
    };

    public void BeginSnapshot() => (coming, pool) = (Snapshot.Empty.Edit(), new());

    public void Apply(WatchGrantsReply item)
    {
        var builder = coming ?? current.Edit();
        if (item.Grant is { } grant)
        {
            builder.Add(Translate(grant));
        }
        else
        {
            builder.Add(Translate(item.OfficerGroup));
        }

        if (coming is null)
        {
            Volatile.Write(ref current, builder.Build());
        }
    }

    public void CompleteSnapshot()
    {
        Volatile.Write(ref current, coming!.Build());
        coming = null;
    }

    private Grant Translate(Entitlement.Contracts.V1.Grant grant) => new()
    {
        Id = Guid.Parse(grant.Id),
        Revision = grant.Revision,
        // What it says beyond the first version is read here, so conditional is in force; a state that is not known opens nothing.
        State = grant.State switch
        {
            GrantState.Active or GrantState.Conditional => State.Active,
            GrantState.Suspended => State.Suspended,
            GrantState.Revoked => State.Revoked,
            _ => State.Unknown,
        },
        AgencyId = Guid.Parse(grant.AgencyId),
        DatasetId = pool.Text(grant.DatasetId),
        Version = pool.Text(grant.DatasetVersion),
        Fields = pool.Texts(grant.Fields),
        Purposes = pool.Purposes(grant.Purposes.Select(code => TermsOf(grant, code))),
        Channels = pool.Channels(grant.Channels.Select(channel => (Channel)(int)channel)),
        // A grant without its dates is never in force.
        ValidFrom = grant.ValidFrom?.ToDateTimeOffset() ?? DateTimeOffset.MaxValue,
        ValidUntil = grant.ValidUntil?.ToDateTimeOffset() ?? DateTimeOffset.MinValue,
        Budget = grant.Budget is { } budget
            ? pool.Budget(new(budget.CallsPerSecond, budget.CallsPerDay, budget.PersonsPerDay, budget.CallsPerOfficerAndDay, budget.PersonsPerOfficerAndDay))
            : null,
        // A parent that cannot be read is one that nobody knows: it covers nothing.
        ParentId = grant.ParentGrantId.Length == 0 ? null : Guid.TryParse(grant.ParentGrantId, out var parent) ? parent : Guid.Empty,
        OfficersManaged = grant.OfficersManaged,
        RecertifyBy = grant.RecertifyBy?.ToDateTimeOffset(),
    };

    private PurposeTerms TermsOf(Entitlement.Contracts.V1.Grant grant, string code)
    {
        var terms = grant.PurposeTerms.FirstOrDefault(terms => terms.Code == code);
        return new(pool.Text(code))
        {
            ValidFrom = terms?.ValidFrom?.ToDateTimeOffset(),
            ValidUntil = terms?.ValidUntil?.ToDateTimeOffset(),
            CaseRequired = terms?.CaseRequired ?? false,
        };
    }

    private OfficerGroup Translate(Entitlement.Contracts.V1.OfficerGroup group) => new()
    {
        Id = Guid.Parse(group.Id),
        Revision = group.Revision,
        AgencyId = Guid.Parse(group.AgencyId),
        Active = group.Active,
        Rights = [.. group.Rights.Select(right => new GroupRight(Guid.Parse(right.GrantId), pool.Texts(right.Fields), pool.Texts(right.Purposes)))],
        OfficerIds = [.. group.OfficerIds.Select(Guid.Parse)],
        ValidFrom = group.ValidFrom?.ToDateTimeOffset() ?? DateTimeOffset.MaxValue,
        ValidUntil = group.ValidUntil?.ToDateTimeOffset() ?? DateTimeOffset.MinValue,
        CallsPerOfficerAndDay = group.CallsPerOfficerAndDay,
    };
}
