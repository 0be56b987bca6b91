using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdx.Identity.Data;

/// <summary>Machine-to-machine credentials of an agency: a consumer key, and a secret of which only the hash is known here.</summary>
public sealed class ApiClient
{
    public Guid Id { get; init; }

    public Guid AgencyId { get; init; }

    public Agency? Agency { get; init; }

    /// <summary>Random, not time-ordered: the wire shows it to outsiders.</summary>
    public Guid ConsumerKey { get; init; }

    public required string ContactEmail { get; init; }

    public ApiClientState State { get; set; }

    /// <summary>While the agency is suspended: what the client goes back to when it is reinstated.</summary>
    public ApiClientState? StateBeforeSuspension { get; set; }

    /// <summary>SHA-256 of the consumer secret: 256 random bits need no slow hash.</summary>
    public byte[]? SecretHash { get; set; }

    /// <summary>Counts the secrets that were claimed; the old one has one less than the present.</summary>
    public int SecretGeneration { get; set; }

    /// <summary>Of the secret before the present one, while a rotation lets it work (<see cref="OldSecretEndsAt"/>).</summary>
    public byte[]? OldSecretHash { get; set; }

    public DateTimeOffset? OldSecretEndsAt { get; set; }

    /// <summary>Whether a secret may be claimed: after creation and after each renewal, until a link is used.</summary>
    public bool ClaimPending { get; set; }

    /// <summary>How long the present secret works beside the one that waits to be claimed; null where it ends with the claim.</summary>
    public DateTimeOffset? RotationEndsAt { get; set; }

    /// <summary>From then on it gets no token and its calls are refused; null means never.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }

    /// <summary>The last warning (days left) that was told of this expiry.</summary>
    public int? ExpiryWarned { get; set; }

    /// <summary>CIDR ranges from which it may call; none means from anywhere.</summary>
    public List<string> CallerAddresses { get; set; } = [];

    /// <summary>What a call is for that names no purpose itself; null where such a call is refused.</summary>
    [MaxLength(64)]
    public string? DefaultPurpose { get; set; }

    /// <summary>Public keys with which it proves itself without a secret. Never changed in place.</summary>
    public IReadOnlyList<ApiClientKey> Keys { get; set; } = [];

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ClaimedAt { get; set; }

    public DateTimeOffset? RevokedAt { get; set; }

    public Guid? RevokedBy { get; set; }

    public string? RevokedBecause { get; set; }

    /// <summary>The client's place in the watch stream; the database numbers it.</summary>
    public long Revision { get; init; }

    public uint Version { get; init; }

    public List<ApiClientAgent> Agents { get; init; } = [];

    internal sealed class Table : IEntityTypeConfiguration<ApiClient>
    {
        public void Configure(EntityTypeBuilder<ApiClient> entity)
        {
            entity.Property(client => client.ContactEmail).HasMaxLength(254);
            entity.Property(client => client.State).HasConversion<string>().HasMaxLength(32);
            entity.Property(client => client.StateBeforeSuspension).HasConversion<string>().HasMaxLength(32);
            entity.Property(client => client.RevokedBecause).HasMaxLength(1000);
            entity.Property(client => client.Version).IsRowVersion();
            entity.Property(client => client.Keys).HasColumnType("jsonb").HasDefaultValueSql("'[]'").HasConversion(
                keys => JsonSerializer.Serialize(keys, JsonSerializerOptions.Default),
                json => JsonSerializer.Deserialize<ApiClientKey[]>(json, JsonSerializerOptions.Default)!,
                new ValueComparer<IReadOnlyList<ApiClientKey>>((one, other) => one!.SequenceEqual(other!), keys => keys.Count, keys => keys));
            entity.Property(client => client.CallerAddresses).HasDefaultValueSql("'{}'");
            entity.HasIndex(client => client.ExpiresAt).HasFilter("expires_at IS NOT NULL");
            entity.HasIndex(client => client.ConsumerKey).IsUnique();
            entity.HasIndex(client => new { client.AgencyId, client.Id });
            entity.HasRevision(client => client.Revision);
            entity.Notifies(DatabaseSignals.Watch);
            entity.OwnsMany(client => client.Agents, agents =>
            {
                agents.ToTable("api_client_agents");
                agents.WithOwner().HasForeignKey("ApiClientId");
                agents.Property(agent => agent.AgentId).HasMaxLength(36);
                agents.Property(agent => agent.DisplayName).HasMaxLength(200);
                agents.HasKey("ApiClientId", nameof(ApiClientAgent.AgentId));
            });
        }
    }
}

/// <summary>Who may stand behind the calls of a client (AgentID).</summary>
public sealed class ApiClientAgent
{
    /// <summary>The person's id, or the system's name.</summary>
    public required string AgentId { get; init; }

    /// <summary>Of a person: HMAC-SHA-256 of the citizen number under the subject key. Of a system: nothing.</summary>
    public byte[]? CitizenIdHash { get; init; }

    public required string DisplayName { get; init; }
}

/// <summary>A public key of a client (RFC 7517). Its id is its thumbprint (RFC 7638).</summary>
public sealed record ApiClientKey(string Id, string Jwk, DateTimeOffset RegisteredAt, Guid RegisteredBy);
