using Gdx.Identity.Contracts.V1;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdx.Identity.Data;

/// <summary>A government body that has been let in.</summary>
public sealed class Agency
{
    public Guid Id { get; init; }

    public AgencyKind Kind { get; init; }

    public required string NameTh { get; init; }

    public required string NameEn { get; init; }

    public required string JuristicId { get; init; }

    public DateTimeOffset ApprovedAt { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<Agency>
    {
        public void Configure(EntityTypeBuilder<Agency> entity)
        {
            entity.Property(agency => agency.Kind).HasConversion<string>().HasMaxLength(32);
            entity.Property(agency => agency.NameTh).HasMaxLength(200);
            entity.Property(agency => agency.NameEn).HasMaxLength(200);
            entity.Property(agency => agency.JuristicId).HasMaxLength(13).IsFixedLength();
            entity.HasIndex(agency => agency.JuristicId).IsUnique();
        }
    }
}
