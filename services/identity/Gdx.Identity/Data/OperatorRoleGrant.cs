using Gdx.Identity.Contracts.V1;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdx.Identity.Data;

/// <summary>A role that reaches beyond one agency: one operator asks for it, another decides. Kept, also when refused or taken away.</summary>
public sealed class OperatorRoleGrant
{
    public Guid Id { get; init; }

    public Guid MembershipId { get; init; }

    public Membership? Membership { get; init; }

    /// <summary>One of <see cref="Contracts.Roles.OfOperator"/>.</summary>
    public required string Role { get; init; }

    public DecisionState State { get; set; }

    public Guid AskedBy { get; init; }

    public DateTimeOffset AskedAt { get; init; }

    public Guid? DecidedBy { get; set; }

    public DateTimeOffset? DecidedAt { get; set; }

    public string? Reason { get; set; }

    public Guid? WithdrawnBy { get; set; }

    public DateTimeOffset? WithdrawnAt { get; set; }

    public string? WithdrawnBecause { get; set; }

    public uint Version { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<OperatorRoleGrant>
    {
        public void Configure(EntityTypeBuilder<OperatorRoleGrant> entity)
        {
            entity.Property(grant => grant.Role).HasMaxLength(32);
            entity.Property(grant => grant.State).HasConversion<string>().HasMaxLength(32);
            entity.Property(grant => grant.Reason).HasMaxLength(1000);
            entity.Property(grant => grant.WithdrawnBecause).HasMaxLength(1000);
            entity.Property(grant => grant.Version).IsRowVersion();
            entity.HasOne(grant => grant.Membership).WithMany().HasForeignKey(grant => grant.MembershipId);
            entity.HasIndex(grant => new { grant.MembershipId, grant.Role }).IsUnique().HasDatabaseName("ux_operator_role_grants_pending").HasFilter($"state = '{nameof(DecisionState.Pending)}'");
            entity.HasIndex(grant => new { grant.State, grant.Id });
        }
    }
}
