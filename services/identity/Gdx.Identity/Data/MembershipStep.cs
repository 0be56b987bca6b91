using Gdx.Identity.Contracts.V1;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdx.Identity.Data;

/// <summary>What was done with a membership, by whom and why, and what it was after it. Never changed.</summary>
public sealed class MembershipStep
{
    public Guid Id { get; init; }

    public Guid MembershipId { get; init; }

    public MembershipAct Act { get; init; }

    public DateTimeOffset At { get; init; }

    public Guid By { get; init; }

    public string? Reason { get; init; }

    public MembershipState State { get; init; }

    public List<string> Roles { get; init; } = [];

    public List<string> Menus { get; init; } = [];

    internal sealed class Table : IEntityTypeConfiguration<MembershipStep>
    {
        public void Configure(EntityTypeBuilder<MembershipStep> entity)
        {
            entity.Property(step => step.Act).HasConversion<string>().HasMaxLength(32);
            entity.Property(step => step.State).HasConversion<string>().HasMaxLength(32);
            entity.Property(step => step.Reason).HasMaxLength(1000);
            entity.HasOne<Membership>().WithMany().HasForeignKey(step => step.MembershipId);
            entity.HasIndex(step => new { step.MembershipId, step.Id });
        }
    }
}
