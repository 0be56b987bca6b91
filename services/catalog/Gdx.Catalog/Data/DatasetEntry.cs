using System.ComponentModel.DataAnnotations;
using Gdx.Catalog.Contracts.V1;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdx.Catalog.Data;

/// <summary>One version of what can be linked.</summary>
public sealed class DatasetEntry : IEntityTypeConfiguration<DatasetEntry>
{
    public Guid Id { get; init; }

    /// <summary>Such as <c>dopa.person</c>.</summary>
    [MaxLength(64)]
    public required string Slug { get; init; }

    [MaxLength(8)]
    public required string Version { get; init; }

    [MaxLength(200)]
    public required string NameTh { get; set; }

    [MaxLength(200)]
    public required string NameEn { get; set; }

    [MaxLength(200)]
    public required string OwnerTh { get; set; }

    [MaxLength(200)]
    public required string OwnerEn { get; set; }

    [MaxLength(1000)]
    public required string LegalBasisTh { get; set; }

    [MaxLength(1000)]
    public required string LegalBasisEn { get; set; }

    /// <summary>The procedure in Entitlement that leads to a right; empty where none does.</summary>
    [MaxLength(64)]
    public string ProcedureId { get; set; } = "";

    public DateTimeOffset PublishedAt { get; init; }

    public List<FieldEntry> Fields { get; init; } = [];

    public void Configure(EntityTypeBuilder<DatasetEntry> builder)
    {
        builder.ToTable("dataset");
        builder.Property<uint>("xmin").IsRowVersion();
        builder.HasIndex(dataset => new { dataset.Slug, dataset.Version }).IsUnique();
        builder.HasMany(dataset => dataset.Fields).WithOne().HasForeignKey(field => field.DatasetId);
    }
}

/// <summary>One key of a dataset's answer. Fields are added, never renamed or removed: grants name them.</summary>
public sealed class FieldEntry : IEntityTypeConfiguration<FieldEntry>
{
    public Guid DatasetId { get; init; }

    [MaxLength(64)]
    public required string Name { get; init; }

    /// <summary>Order in the dictionary, from 0.</summary>
    public int Position { get; set; }

    [MaxLength(200)]
    public required string LabelTh { get; set; }

    [MaxLength(200)]
    public required string LabelEn { get; set; }

    [MaxLength(32)]
    public required FieldType Type { get; set; }

    [MaxLength(32)]
    public required Sensitivity Sensitivity { get; set; }

    [MaxLength(200)]
    public required string Example { get; set; }

    public void Configure(EntityTypeBuilder<FieldEntry> builder)
    {
        builder.ToTable("field");
        builder.HasKey(field => new { field.DatasetId, field.Name });
        builder.Property(field => field.Type).HasConversion<string>();
        builder.Property(field => field.Sensitivity).HasConversion<string>();
    }
}
