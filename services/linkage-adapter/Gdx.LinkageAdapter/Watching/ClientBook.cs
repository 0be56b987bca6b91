using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Net;
using System.Security.Cryptography;
using Gdx.Identity.Contracts.V1;
using Gdx.Watching;

namespace Gdx.LinkageAdapter.Watching;

/// <summary>With what a caller has proven who it is: a secret by its generation, or a registered key by its thumbprint.</summary>
public readonly record struct Credential(int Generation, string? KeyId);

/// <summary>An agency's machine-to-machine client as Identity last told. Agents by citizen number hash (hex) or system name.</summary>
public sealed record KnownClient(Guid Id, Guid AgencyId, Guid ConsumerKey, bool IsActive, byte[] SecretHash, FrozenDictionary<string, string> Agents, FrozenSet<string> AgentIds)
{
    /// <summary>Of the present secret; the old one has one less.</summary>
    public int SecretGeneration { get; init; }

    public byte[] OldSecretHash { get; init; } = [];

    public DateTimeOffset OldSecretEndsAt { get; init; } = DateTimeOffset.MinValue;

    public DateTimeOffset ExpiresAt { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>From where it may call; null means from anywhere.</summary>
    public IReadOnlyList<IPNetwork>? CallerAddresses { get; init; }

    public FrozenSet<string> KeyIds { get; init; } = [];

    /// <summary>What a call is for that names no purpose itself.</summary>
    public string? DefaultPurpose { get; init; }

    /// <summary>Whether it may do anything at all at this moment.</summary>
    public bool IsUsable(DateTimeOffset now) => IsActive && now < ExpiresAt;

    /// <summary>The generation of the secret with this hash; null where it is none that works. Takes the same time wherever it differs.</summary>
    public int? GenerationOf(ReadOnlySpan<byte> secretHash, DateTimeOffset now)
    {
        var present = CryptographicOperations.FixedTimeEquals(SecretHash, secretHash);
        var old = CryptographicOperations.FixedTimeEquals(OldSecretHash, secretHash) && now < OldSecretEndsAt;
        return present ? SecretGeneration : old ? SecretGeneration - 1 : null;
    }

    /// <summary>Whether what was proven with this credential still counts.</summary>
    public bool Holds(Credential credential, DateTimeOffset now) => credential.KeyId is { } key
        ? KeyIds.Contains(key)
        : (credential.Generation == SecretGeneration && SecretHash.Length > 0) || (credential.Generation == SecretGeneration - 1 && OldSecretHash.Length > 0 && now < OldSecretEndsAt);

    public bool MayCallFrom(IPAddress? address)
    {
        if (CallerAddresses is null)
        {
            return true;
        }

        var plain = address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
        foreach (var range in CallerAddresses)
        {
            if (plain is not null && range.Contains(plain))
            {
                return true;
            }
        }

        return false;
    }
}

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
            change.State == ApiClientState.Active,
            change.SecretHash.ToByteArray(),
            agents,
            agents.Values.ToFrozenSet())
        {
            SecretGeneration = change.SecretGeneration,
            OldSecretHash = change.OldSecretHash.ToByteArray(),
            OldSecretEndsAt = change.OldSecretEndsAt?.ToDateTimeOffset() ?? DateTimeOffset.MinValue,
            ExpiresAt = change.ExpiresAt?.ToDateTimeOffset() ?? DateTimeOffset.MaxValue,
            // A range that is not understood lets nobody in; it must not make the list an empty one.
            CallerAddresses = change.CallerAddresses.Count == 0 ? null : [.. change.CallerAddresses.Where(range => IPNetwork.TryParse(range, out _)).Select(IPNetwork.Parse)],
            KeyIds = change.KeyIds.ToFrozenSet(),
            DefaultPurpose = change.DefaultPurpose.Length == 0 ? null : change.DefaultPurpose,
        };
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
