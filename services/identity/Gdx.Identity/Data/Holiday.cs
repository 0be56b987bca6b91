using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdx.Identity.Data;

/// <summary>A day on which government offices are closed.</summary>
public sealed class Holiday
{
    public DateOnly Date { get; init; }

    public required string NameTh { get; set; }

    public required string NameEn { get; set; }

    /// <summary>The row stays, so that the next start does not bring a day back that the operator took out.</summary>
    public DateTimeOffset? RemovedAt { get; set; }

    /// <summary>Null where it came with the program.</summary>
    public Guid? ChangedBy { get; set; }

    internal sealed class Table : IEntityTypeConfiguration<Holiday>
    {
        public void Configure(EntityTypeBuilder<Holiday> entity)
        {
            entity.ToTable("holidays");
            entity.HasKey(holiday => holiday.Date);
            entity.Property(holiday => holiday.NameTh).HasMaxLength(200);
            entity.Property(holiday => holiday.NameEn).HasMaxLength(200);
        }
    }
}
