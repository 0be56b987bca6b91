using System.ComponentModel.DataAnnotations;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdx.Entitlement.Data;

/// <summary>A letter in PDF that was attached to a request, and what it covers: what was asked for at that moment.</summary>
public sealed class RequestLetter
{
    public required Guid Id { get; init; }

    public required Guid RequestId { get; init; }

    [MaxLength(64)]
    public required string Kind { get; init; }

    [MaxLength(200)]
    public required string Name { get; init; }

    public required int Size { get; init; }

    [MaxLength(32)]
    public required byte[] Sha256 { get; init; }

    public required byte[] Content { get; init; }

    public required Scope Scope { get; init; }

    public required DateTimeOffset AttachedAt { get; init; }

    public required Guid AttachedBy { get; init; }

    /// <summary>On which side they acted: an answer on paper counts only from a checker.</summary>
    public required Side Side { get; init; }
}

/// <summary>Credentials of an agency at a source, known to be configured in LinkageAdapter. They themselves are there alone.</summary>
public sealed class ConfiguredSource
{
    public required Guid AgencyId { get; init; }

    [MaxLength(64)]
    public required string Source { get; init; }

    public required long Revision { get; set; }

    public required DateTimeOffset At { get; set; }

    public required Guid By { get; set; }
}

internal sealed class RequestLetterTable : IEntityTypeConfiguration<RequestLetter>, IEntityTypeConfiguration<ConfiguredSource>
{
    public void Configure(EntityTypeBuilder<RequestLetter> entity)
    {
        entity.ToTable("request_letters");
        entity.Property(letter => letter.Scope).HasJson();
        entity.Property(letter => letter.Side).HasConversion<string>().HasMaxLength(16);
        // Sent again by the same side it is the same letter: what it covers does not grow with what is asked for.
        entity.HasIndex(letter => new { letter.RequestId, letter.Sha256, letter.Kind, letter.Side }).IsUnique();
        entity.HasIndex(letter => new { letter.AttachedBy, letter.AttachedAt });
        entity.HasOne<AccessRequest>().WithMany().HasForeignKey(letter => letter.RequestId);
    }

    public void Configure(EntityTypeBuilder<ConfiguredSource> entity)
    {
        entity.ToTable("configured_sources");
        entity.HasKey(source => new { source.AgencyId, source.Source });
    }
}
