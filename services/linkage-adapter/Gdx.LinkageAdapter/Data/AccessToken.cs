using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdx.LinkageAdapter.Data;

/// <summary>A token of <c>/ws/auth/validate</c>: good for one client and one agent, until it is 60 minutes unused.</summary>
public sealed class AccessToken
{
    /// <summary>SHA-256 of the token's 36 characters; the token itself is nowhere.</summary>
    public required byte[] Hash { get; init; }

    public required Guid ClientId { get; init; }

    /// <summary>Person (UUID) or system name, never a citizen number.</summary>
    [MaxLength(64)]
    public required string AgentId { get; init; }

    /// <summary>SHA-256 of the consumer secret that asked for it: a token ends with its secret.</summary>
    public required byte[] SecretHash { get; init; }

    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>Written at most once a minute.</summary>
    public required DateTimeOffset LastUsedAt { get; set; }

    internal static void Configure(EntityTypeBuilder<AccessToken> entity)
    {
        entity.HasKey(token => token.Hash);
        entity.HasIndex(token => token.LastUsedAt);
    }
}
