using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdx.Identity.Data;

/// <summary>When somebody, or some system, last used a client's secret. Apart from the client, so that a use is no change that the watch stream tells.</summary>
public sealed class ApiClientUse
{
    public Guid ApiClientId { get; init; }

    /// <summary>Of the secret; 0 for uses with a key.</summary>
    public int SecretGeneration { get; init; }

    /// <summary>Person (UUID) or system name.</summary>
    public required string AgentId { get; init; }

    public DateTimeOffset LastUsedAt { get; set; }

    internal sealed class Table : IEntityTypeConfiguration<ApiClientUse>
    {
        public void Configure(EntityTypeBuilder<ApiClientUse> entity)
        {
            entity.HasKey(use => new { use.ApiClientId, use.SecretGeneration, use.AgentId });
            entity.HasOne<ApiClient>().WithMany().HasForeignKey(use => use.ApiClientId);
            entity.Property(use => use.AgentId).HasMaxLength(36);
        }
    }
}
