using Gdx.Identity.Contracts.V1;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdx.Identity.Data;

/// <summary>An agency asks for another primary OrganizationAdmin; the operator decides.</summary>
public sealed class PrimaryAdminChange
{
    public Guid Id { get; init; }

    public Guid AgencyId { get; init; }

    /// <summary>Of who is primary when it is asked for; null where nobody is.</summary>
    public Guid? OldMembershipId { get; init; }

    public Guid NewMembershipId { get; init; }

    public DecisionState State { get; set; }

    public Guid AskedBy { get; init; }

    public DateTimeOffset AskedAt { get; init; }

    public Guid? DecidedBy { get; set; }

    public DateTimeOffset? DecidedAt { get; set; }

    public string? Reason { get; set; }

    public uint Version { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<PrimaryAdminChange>
    {
        public void Configure(EntityTypeBuilder<PrimaryAdminChange> entity)
        {
            entity.Property(change => change.State).HasConversion<string>().HasMaxLength(32);
            entity.Property(change => change.Reason).HasMaxLength(1000);
            entity.Property(change => change.Version).IsRowVersion();
            entity.HasOne<Agency>().WithMany().HasForeignKey(change => change.AgencyId);
            entity.HasOne<Membership>().WithMany().HasForeignKey(change => change.OldMembershipId);
            entity.HasOne<Membership>().WithMany().HasForeignKey(change => change.NewMembershipId);
            entity.HasIndex(change => change.AgencyId).IsUnique().HasDatabaseName("ux_primary_admin_changes_pending").HasFilter($"state = '{nameof(DecisionState.Pending)}'");
            entity.HasIndex(change => new { change.AgencyId, change.Id });
            entity.HasIndex(change => new { change.State, change.Id });
        }
    }
}
