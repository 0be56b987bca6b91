using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdx.Identity.Data;

/// <summary>A one-time way to a client's secret. Only the hash of the code is kept; the code itself is in the mail and nowhere else.</summary>
public sealed class ClaimLink
{
    public Guid Id { get; init; }

    public Guid ApiClientId { get; init; }

    public required byte[] CodeHash { get; init; }

    public DateTimeOffset IssuedAt { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When this link, or another of the same client, was used.</summary>
    public DateTimeOffset? ClosedAt { get; set; }

    internal sealed class Table : IEntityTypeConfiguration<ClaimLink>
    {
        public void Configure(EntityTypeBuilder<ClaimLink> entity)
        {
            entity.HasOne<ApiClient>().WithMany().HasForeignKey(link => link.ApiClientId);
            entity.HasIndex(link => link.CodeHash).IsUnique();
        }
    }
}
