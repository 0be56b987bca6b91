using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdx.Identity.Data;

/// <summary>An office of an agency, from the agency's list.</summary>
public sealed class Branch
{
    public Guid Id { get; init; }

    public Guid AgencyId { get; init; }

    public required string Code { get; init; }

    public required string NameTh { get; set; }

    public string? NameEn { get; set; }

    public required string Province { get; set; }

    public string? Address { get; set; }

    internal sealed class Table : IEntityTypeConfiguration<Branch>
    {
        public void Configure(EntityTypeBuilder<Branch> entity)
        {
            entity.ToTable("branches");
            entity.Property(branch => branch.Code).HasMaxLength(20).UseCollation("C");
            entity.Property(branch => branch.NameTh).HasMaxLength(200);
            entity.Property(branch => branch.NameEn).HasMaxLength(200);
            entity.Property(branch => branch.Province).HasMaxLength(100);
            entity.Property(branch => branch.Address).HasMaxLength(500);
            entity.HasOne<Agency>().WithMany().HasForeignKey(branch => branch.AgencyId);
            entity.HasIndex(branch => new { branch.AgencyId, branch.Code }).IsUnique();
        }
    }
}
