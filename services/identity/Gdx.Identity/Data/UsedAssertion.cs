using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdx.Identity.Data;

/// <summary>A client assertion that was accepted once, kept until it has expired: no replica accepts it again.</summary>
public sealed class UsedAssertion
{
    public Guid ApiClientId { get; init; }

    /// <summary>SHA-256 of its jti.</summary>
    public required byte[] IdHash { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<UsedAssertion>
    {
        public void Configure(EntityTypeBuilder<UsedAssertion> entity)
        {
            entity.HasKey(assertion => new { assertion.ApiClientId, assertion.IdHash });
            entity.HasIndex(assertion => assertion.ExpiresAt);
        }
    }
}
