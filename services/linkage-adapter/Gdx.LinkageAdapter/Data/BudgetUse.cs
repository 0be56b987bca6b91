using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdx.LinkageAdapter.Data;

/// <summary>How much of one budget is used up on one Thai day. Changed only inside the commit of the evidence that it counts.</summary>
public sealed class BudgetUse
{
    /// <summary>The grant, or an officer of an agency (<see cref="Budgets.BudgetLine.OfOfficer"/>).</summary>
    public required Guid Scope { get; init; }

    public required DateOnly Day { get; init; }

    public required long Calls { get; init; }

    /// <summary>Distinct subjects: the rows of <see cref="BudgetSubject"/>.</summary>
    public required long Subjects { get; init; }

    internal static void Configure(EntityTypeBuilder<BudgetUse> entity)
    {
        entity.ToTable("budget_use");
        entity.HasKey(use => new { use.Scope, use.Day });
    }
}

/// <summary>A person (or juristic person) who was looked up under a budget on one Thai day, as the keyed hash that evidence has.</summary>
public sealed class BudgetSubject
{
    public required Guid Scope { get; init; }

    public required DateOnly Day { get; init; }

    [MaxLength(32)]
    public required byte[] SubjectHash { get; init; }

    internal static void Configure(EntityTypeBuilder<BudgetSubject> entity)
    {
        entity.ToTable("budget_subject");
        entity.HasKey(subject => new { subject.Scope, subject.Day, subject.SubjectHash });
    }
}
