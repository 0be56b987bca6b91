using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdx.Identity.Data;

/// <summary>A one-time way to become an operator, made at the console. Only the hash of the code is kept.</summary>
public sealed class OperatorLink
{
    public Guid Id { get; init; }

    /// <summary>For whom it was made, as the console was told.</summary>
    public required string Name { get; init; }

    public required byte[] CodeHash { get; init; }

    /// <summary>The operator's agency.</summary>
    public Guid AgencyId { get; init; }

    public DateTimeOffset IssuedAt { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? UsedAt { get; set; }

    public Guid? UsedBy { get; set; }

    internal sealed class Table : IEntityTypeConfiguration<OperatorLink>
    {
        public void Configure(EntityTypeBuilder<OperatorLink> entity)
        {
            entity.Property(link => link.Name).HasMaxLength(200);
            entity.HasOne<Agency>().WithMany().HasForeignKey(link => link.AgencyId);
            entity.HasOne<Person>().WithMany().HasForeignKey(link => link.UsedBy);
            entity.HasIndex(link => link.CodeHash).IsUnique();
        }
    }
}
