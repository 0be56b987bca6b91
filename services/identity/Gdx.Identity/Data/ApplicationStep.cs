using Gdx.Identity.Contracts.V1;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdx.Identity.Data;

/// <summary>One thing that somebody did to an application: who, when, from what to what, why. Only ever added.</summary>
public sealed class ApplicationStep
{
    public Guid Id { get; init; }

    public Guid ApplicationId { get; init; }

    public DateTimeOffset At { get; init; }

    public Guid By { get; init; }

    public ApplicationState From { get; init; }

    public ApplicationState To { get; init; }

    public string? Reason { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<ApplicationStep>
    {
        public void Configure(EntityTypeBuilder<ApplicationStep> entity)
        {
            entity.ToTable("application_steps");
            entity.Property(step => step.From).HasConversion<string>().HasMaxLength(32);
            entity.Property(step => step.To).HasConversion<string>().HasMaxLength(32);
            entity.Property(step => step.Reason).HasMaxLength(1000);
            entity.HasOne<RegistrationApplication>().WithMany().HasForeignKey(step => step.ApplicationId);
            entity.HasIndex(step => new { step.ApplicationId, step.Id });
        }
    }
}
