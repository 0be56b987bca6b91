using System.Collections.Concurrent;
using System.Collections.Frozen;
using Gdx.Identity.Contracts.V1;
using Gdx.Watching;

namespace Gdx.LinkageAdapter.Watching;

/// <summary>An agency's machine-to-machine client as Identity last told. Agents by citizen number hash (hex) or system name.</summary>
public sealed record KnownClient(Guid Id, Guid AgencyId, Guid ConsumerKey, bool IsActive, byte[] SecretHash, FrozenDictionary<string, string> Agents, FrozenSet<string> AgentIds);

/// <summary>The clients of all agencies, in memory: one look-up per call.</summary>
public sealed class ClientBook : IWatchedState<ApiClientChange>
{
    private Page current = new();
    private Page? coming;

    /// <summary>The client with this key, also a revoked one; null where nobody has it.</summary>
    public KnownClient? Find(Guid consumerKey) => Volatile.Read(ref current).ByKey.GetValueOrDefault(consumerKey);

    /// <summary>The clients' watch stream at Identity.</summary>
    public static WatchMessage<ApiClientChange> Read(WatchApiClientsReply reply) => reply.KindCase switch
    {
        WatchApiClientsReply.KindOneofCase.Reset => new(true, null, null),
        WatchApiClientsReply.KindOneofCase.Client => new(false, (reply.Client, reply.Client.Revision), null),
        WatchApiClientsReply.KindOneofCase.Heartbeat => new(false, null, (reply.Heartbeat.Epoch, reply.Heartbeat.Revision)),
        _ => default, // A kind of a later version: not ours to understand, and no heartbeat.
    };

    public void BeginSnapshot() => coming = new();

    public void Apply(ApiClientChange item) => (coming ?? current).Put(Translate(item));

    public void CompleteSnapshot()
    {
        Volatile.Write(ref current, coming!);
        coming = null;
    }

    private static KnownClient Translate(ApiClientChange change)
    {
        var agents = change.Agents.Where(agent => agent.KeyCase != KnownAgent.KeyOneofCase.None).ToFrozenDictionary(
            agent => agent.KeyCase == KnownAgent.KeyOneofCase.SystemName ? agent.SystemName : Convert.ToHexString(agent.CitizenIdHash.Span),
            agent => agent.AgentId);
        return new(
            Guid.Parse(change.Id),
            Guid.Parse(change.AgencyId),
            Guid.Parse(change.ConsumerKey),
            change.State == ApiClientState.Active && change.SecretHash.Length == 32,
            change.SecretHash.ToByteArray(),
            agents,
            agents.Values.ToFrozenSet());
    }

    private sealed class Page
    {
        public ConcurrentDictionary<Guid, KnownClient> ByKey { get; } = new();

        private readonly Dictionary<Guid, Guid> keys = [];

        public void Put(KnownClient client)
        {
            // The new row is there before the old key goes: no call in between finds nothing.
            ByKey[client.ConsumerKey] = client;
            if (keys.TryGetValue(client.Id, out var old) && old != client.ConsumerKey)
            {
                ByKey.TryRemove(old, out _);
            }

            keys[client.Id] = client.ConsumerKey;
        }
    }
}
