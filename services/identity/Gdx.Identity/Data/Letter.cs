using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdx.Identity.Data;

/// <summary>A letter in PDF that was attached to an application.</summary>
public sealed class Letter
{
    public Guid Id { get; init; }

    public Guid ApplicationId { get; init; }

    public required string Name { get; init; }

    public int Size { get; init; }

    public required byte[] Sha256 { get; init; }

    public required byte[] Content { get; init; }

    public DateTimeOffset AttachedAt { get; init; }

    public Guid AttachedBy { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<Letter>
    {
        public void Configure(EntityTypeBuilder<Letter> entity)
        {
            entity.ToTable("letters");
            entity.Property(letter => letter.Name).HasMaxLength(200);
            entity.HasOne<RegistrationApplication>().WithMany().HasForeignKey(letter => letter.ApplicationId);
            entity.HasIndex(letter => new { letter.ApplicationId, letter.Sha256 }).IsUnique();
        }
    }
}
