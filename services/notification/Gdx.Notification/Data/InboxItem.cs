using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdx.Notification.Data;

/// <summary>A message to a person inside the product, in both languages as it was when the fact was told.</summary>
public sealed class InboxItem
{
    public required Guid Id { get; init; }

    public required Guid CausedBy { get; init; }

    public required Guid PersonId { get; init; }

    public required string Template { get; init; }

    public Guid? AboutId { get; init; }

    public required string TitleTh { get; init; }

    public required string TitleEn { get; init; }

    public required string TextTh { get; init; }

    public required string TextEn { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ReadAt { get; set; }

    internal sealed class Table : IEntityTypeConfiguration<InboxItem>
    {
        public void Configure(EntityTypeBuilder<InboxItem> entity)
        {
            entity.ToTable("inbox");
            entity.Property(item => item.Template).HasMaxLength(64);
            entity.Property(item => item.TitleTh).HasMaxLength(500);
            entity.Property(item => item.TitleEn).HasMaxLength(500);
            entity.Property(item => item.TextTh).HasMaxLength(8000);
            entity.Property(item => item.TextEn).HasMaxLength(8000);
            // No foreign key to the fact: a message stays a year, and what it came from is forgotten before (ForgetOld).
            entity.HasIndex(item => new { item.CausedBy, item.PersonId }).IsUnique();
            entity.HasIndex(item => new { item.PersonId, item.Id });
            entity.HasIndex(item => item.PersonId).HasFilter("read_at IS NULL").HasDatabaseName("ix_inbox_unread");
        }
    }
}
