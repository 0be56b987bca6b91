using Gdx.Identity.Contracts.V1;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdx.Identity.Data;

/// <summary>One change of an agency's state: who, when, from what to what, why. Only ever added.</summary>
public sealed class AgencyStep
{
    public Guid Id { get; init; }

    public Guid AgencyId { get; init; }

    public DateTimeOffset At { get; init; }

    public Guid By { get; init; }

    public AgencyState From { get; init; }

    public AgencyState To { get; init; }

    public string? Reason { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<AgencyStep>
    {
        public void Configure(EntityTypeBuilder<AgencyStep> entity)
        {
            entity.ToTable("agency_steps");
            entity.Property(step => step.From).HasConversion<string>().HasMaxLength(32);
            entity.Property(step => step.To).HasConversion<string>().HasMaxLength(32);
            entity.Property(step => step.Reason).HasMaxLength(1000);
            entity.HasOne<Agency>().WithMany().HasForeignKey(step => step.AgencyId);
            entity.HasIndex(step => new { step.AgencyId, step.Id });
        }
    }
}
