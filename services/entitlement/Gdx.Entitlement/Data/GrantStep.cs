using System.ComponentModel.DataAnnotations;
using Gdx.Entitlement.Contracts.V1;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdx.Entitlement.Data;

/// <summary>What somebody did with a grant since it began. Only ever added.</summary>
public sealed class GrantStep
{
    public required Guid Id { get; init; }

    public required Guid GrantId { get; init; }

    public required GrantAct Act { get; init; }

    public required DateTimeOffset At { get; init; }

    public required Guid By { get; init; }

    /// <summary>As what they did it: a central agency resumes only what it suspended itself.</summary>
    public required GrantStanding Standing { get; init; }

    [MaxLength(1000)]
    public required string Reason { get; init; }
}

/// <summary>A warning that has been told. The key makes it one, whichever replica comes first; a new deadline begins anew.</summary>
public sealed class GrantWarning
{
    public required Guid GrantId { get; init; }

    public required GrantWarningKind Kind { get; init; }

    /// <summary>The deadline it warns of.</summary>
    public required DateTimeOffset EndsAt { get; init; }

    /// <summary>Before the deadline; 0: it has passed.</summary>
    public required int DaysLeft { get; init; }

    public required DateTimeOffset ToldAt { get; init; }
}

public enum GrantWarningKind
{
    Unspecified = 0,
    Expiry = 1,
    Recertification = 2,

    /// <summary>The end of the dataset's version was announced; of these two the instant alone counts, and days_left is 0.</summary>
    DatasetEnding = 3,
    DatasetEnded = 4,
}

internal sealed class GrantStepTable : IEntityTypeConfiguration<GrantStep>
{
    public void Configure(EntityTypeBuilder<GrantStep> entity)
    {
        entity.ToTable("grant_steps");
        entity.HasIndex(step => new { step.GrantId, step.Id });
        entity.Property(step => step.Act).HasConversion<string>().HasMaxLength(32);
        entity.Property(step => step.Standing).HasConversion<string>().HasMaxLength(32);
        entity.HasOne<Grant>().WithMany().HasForeignKey(step => step.GrantId).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class GrantWarningTable : IEntityTypeConfiguration<GrantWarning>
{
    public void Configure(EntityTypeBuilder<GrantWarning> entity)
    {
        entity.ToTable("grant_warnings");
        entity.HasKey(warning => new { warning.GrantId, warning.Kind, warning.EndsAt, warning.DaysLeft });
        entity.HasOne<Grant>().WithMany().HasForeignKey(warning => warning.GrantId).OnDelete(DeleteBehavior.Restrict);
    }
}
