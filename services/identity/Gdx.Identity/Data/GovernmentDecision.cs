using Gdx.Identity.Contracts.V1;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdx.Identity.Data;

/// <summary>What was decided when somebody asked to be let in, whatever became of it. Only ever added.</summary>
public sealed class GovernmentDecision
{
    public Guid Id { get; init; }

    public DateTimeOffset At { get; init; }

    public Guid By { get; init; }

    /// <summary>Null where a form from paper was refused.</summary>
    public Guid? ApplicationId { get; init; }

    /// <summary>Null where it was a citizen's number.</summary>
    public string? JuristicId { get; init; }

    public GovernmentOutcome Outcome { get; init; }

    public List<string> Reasons { get; init; } = [];

    internal sealed class Table : IEntityTypeConfiguration<GovernmentDecision>
    {
        public void Configure(EntityTypeBuilder<GovernmentDecision> entity)
        {
            entity.ToTable("government_decisions");
            entity.Property(decision => decision.JuristicId).HasMaxLength(13).IsFixedLength();
            entity.Property(decision => decision.Outcome).HasConversion<string>().HasMaxLength(32);
            entity.HasOne<RegistrationApplication>().WithMany().HasForeignKey(decision => decision.ApplicationId);
            entity.HasIndex(decision => new { decision.Outcome, decision.Id });
        }
    }
}
