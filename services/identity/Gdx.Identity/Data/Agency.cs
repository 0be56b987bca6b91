using Gdx.Identity.Contracts.V1;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdx.Identity.Data;

/// <summary>A government body: from its first application on, let in or not (<see cref="State"/>).</summary>
public sealed class Agency
{
    public Guid Id { get; init; }

    public AgencyState State { get; set; }

    public AgencyKind Kind { get; set; }

    /// <summary>The official five-digit office code, such as 00023; null where the body has none.</summary>
    public string? OfficialCode { get; set; }

    public required string NameTh { get; set; }

    public required string NameEn { get; set; }

    public required string JuristicId { get; init; }

    /// <summary>Of a regional agency: the one that arranges its data linkage.</summary>
    public Guid? CentralAgencyId { get; set; }

    public string? Address { get; set; }

    public string? Phone { get; set; }

    public string? Email { get; set; }

    public DateTimeOffset? ApprovedAt { get; set; }

    public uint Version { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<Agency>
    {
        public void Configure(EntityTypeBuilder<Agency> entity)
        {
            entity.Property(agency => agency.State).HasConversion<string>().HasMaxLength(32);
            entity.Property(agency => agency.OfficialCode).HasMaxLength(5);
            entity.Property(agency => agency.Address).HasMaxLength(500);
            entity.Property(agency => agency.Phone).HasMaxLength(50);
            entity.Property(agency => agency.Email).HasMaxLength(254);
            entity.Property(agency => agency.Version).IsRowVersion();
            entity.HasOne<Agency>().WithMany().HasForeignKey(agency => agency.CentralAgencyId);
            entity.Property(agency => agency.Kind).HasConversion<string>().HasMaxLength(32);
            entity.Property(agency => agency.NameTh).HasMaxLength(200);
            entity.Property(agency => agency.NameEn).HasMaxLength(200);
            entity.Property(agency => agency.JuristicId).HasMaxLength(13).IsFixedLength();
            entity.HasIndex(agency => agency.JuristicId).IsUnique();
        }
    }
}
