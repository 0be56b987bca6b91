using Gdx.Identity.Contracts.V1;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdx.Identity.Data;

/// <summary>A person's place in an agency: asked for at the first sign-in, approved by an OrganizationAdmin.</summary>
public sealed class Membership
{
    public Guid Id { get; init; }

    public Guid PersonId { get; init; }

    public Guid AgencyId { get; init; }

    public Guid? BranchId { get; set; }

    public MembershipState State { get; set; }

    /// <summary>Values of <see cref="Contracts.Roles"/>.</summary>
    public List<string> Roles { get; set; } = [];

    /// <summary>Values of <see cref="Contracts.Menus"/>.</summary>
    public List<string> Menus { get; set; } = [];

    /// <summary>The one OrganizationAdmin of the agency whom the operator approved.</summary>
    public bool IsPrimaryAdmin { get; set; }

    public DateTimeOffset RequestedAt { get; init; }

    public DateTimeOffset? DecidedAt { get; set; }

    public Guid? DecidedBy { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    public Guid? EndedBy { get; set; }

    /// <summary>Why it was refused, suspended or ended.</summary>
    public string? Reason { get; set; }

    public uint Version { get; init; }

    public const string OneOpen = "ux_memberships_open";
    public const string OnePrimaryAdmin = "ux_memberships_primary_admin";

    internal sealed class Table : IEntityTypeConfiguration<Membership>
    {
        public void Configure(EntityTypeBuilder<Membership> entity)
        {
            entity.Property(membership => membership.State).HasConversion<string>().HasMaxLength(32);
            entity.Property(membership => membership.Reason).HasMaxLength(1000);
            entity.Property(membership => membership.Version).IsRowVersion();
            entity.HasOne<Person>().WithMany().HasForeignKey(membership => membership.PersonId);
            entity.HasOne<Agency>().WithMany().HasForeignKey(membership => membership.AgencyId);
            // Both columns, so that nobody sits in another agency's branch.
            entity.HasOne<Branch>().WithMany().HasForeignKey(membership => new { membership.BranchId, membership.AgencyId }).HasPrincipalKey(branch => new { branch.Id, branch.AgencyId });
            entity.HasIndex(membership => new { membership.AgencyId, membership.State, membership.Id });
            entity.HasIndex(membership => new { membership.PersonId, membership.Id });
            entity.HasIndex(membership => new { membership.PersonId, membership.AgencyId }).IsUnique().HasDatabaseName(OneOpen)
                .HasFilter($"state IN ('{nameof(MembershipState.Waiting)}', '{nameof(MembershipState.Active)}', '{nameof(MembershipState.Suspended)}')");
            entity.HasIndex(membership => membership.AgencyId).IsUnique().HasDatabaseName(OnePrimaryAdmin).HasFilter("is_primary_admin");
        }
    }
}
