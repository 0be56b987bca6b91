using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Gdx.Catalog.Contracts.V1;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
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

    /// <summary>The version as a number: 10 comes after 9.</summary>
    public int Number { get; set; } = 1;

    [MaxLength(200)]
    public required string NameTh { get; set; }

    [MaxLength(200)]
    public required string NameEn { get; set; }

    [MaxLength(200)]
    public required string OwnerTh { get; set; }

    [MaxLength(200)]
    public required string OwnerEn { get; set; }

    /// <summary>The same on all versions of a dataset.</summary>
    public Guid? OwnerAgencyId { get; set; }

    [MaxLength(1000)]
    public required string LegalBasisTh { get; set; }

    [MaxLength(1000)]
    public required string LegalBasisEn { get; set; }

    [MaxLength(2000)]
    public string DescriptionTh { get; set; } = "";

    [MaxLength(2000)]
    public string DescriptionEn { get; set; } = "";

    [MaxLength(200)]
    public string ContactName { get; set; } = "";

    [MaxLength(200)]
    public string ContactMail { get; set; } = "";

    [MaxLength(50)]
    public string ContactPhone { get; set; } = "";

    [MaxLength(500)]
    public string SourceTh { get; set; } = "";

    [MaxLength(500)]
    public string SourceEn { get; set; } = "";

    [MaxLength(500)]
    public string FreshnessTh { get; set; } = "";

    [MaxLength(500)]
    public string FreshnessEn { get; set; } = "";

    /// <summary>The procedure in Entitlement that leads to a right; empty where none does.</summary>
    [MaxLength(64)]
    public string ProcedureId { get; set; } = "";

    [MaxLength(32)]
    public Classification Classification { get; set; } = Classification.Secret;

    public CatalogMetadata Metadata { get; set; } = new();

    /// <summary>As it was last written; a deprecated version whose end has come is retired (<see cref="StateAt"/>).</summary>
    [MaxLength(32)]
    public VersionState State { get; set; } = VersionState.Published;

    public DateTimeOffset? ProposedAt { get; set; }

    /// <summary>Everyone who has had a hand in the draft. None of them publishes it.</summary>
    public List<Guid> Editors { get; set; } = [];

    public DateTimeOffset? PublishedAt { get; set; }

    public Guid? PublishedBy { get; set; }

    /// <summary>From this instant on the version answers nobody.</summary>
    public DateTimeOffset? EndsAt { get; set; }

    [MaxLength(8)]
    public string SuccessorVersion { get; set; } = "";

    /// <summary>What the successor breaks, as it was announced.</summary>
    public List<string> AnnouncedBreaks { get; set; } = [];

    /// <summary>Counts what was announced of this version.</summary>
    public long Revision { get; set; }

    /// <summary>Changes with every change; what a publisher has looked at.</summary>
    public Guid Etag { get; set; }

    /// <summary>Names of texts that people have changed: a newer seed leaves them alone.</summary>
    public List<string> ChangedByPeople { get; set; } = [];

    public string SearchText { get; set; } = "";

    public List<FieldEntry> Fields { get; init; } = [];

    public List<ServiceEntry> Services { get; init; } = [];

    /// <summary>The state in which readers see it.</summary>
    public VersionState StateAt(DateTimeOffset now) => State == VersionState.Deprecated && EndsAt <= now ? VersionState.Retired : State;

    public void Configure(EntityTypeBuilder<DatasetEntry> builder)
    {
        builder.ToTable("dataset", table =>
        {
            table.HasCheckConstraint("ck_dataset_four_eyes", "published_by IS NULL OR NOT (published_by = ANY (editors))");
            table.HasCheckConstraint("ck_dataset_end", "state NOT IN ('Deprecated', 'Retired') OR ends_at IS NOT NULL");
        });
        builder.Property<uint>("xmin").IsRowVersion();
        builder.Property(dataset => dataset.Number).HasDefaultValue(1);
        builder.Property(dataset => dataset.State).HasConversion<string>().HasDefaultValue(VersionState.Published).HasSentinel(VersionState.Unspecified);
        builder.Property(dataset => dataset.Classification).HasConversion<string>().HasDefaultValue(Classification.Secret).HasSentinel(Classification.Unspecified);
        builder.Property(dataset => dataset.Editors).HasDefaultValueSql("'{}'");
        builder.Property(dataset => dataset.AnnouncedBreaks).HasDefaultValueSql("'{}'");
        builder.Property(dataset => dataset.ChangedByPeople).HasDefaultValueSql("'{}'");
        builder.Property(dataset => dataset.Metadata).AsJson();
        builder.HasIndex(dataset => new { dataset.Slug, dataset.Version }).IsUnique();
        builder.HasIndex(dataset => dataset.Slug).IsUnique().HasFilter("state = 'Draft'").HasDatabaseName("ix_dataset_one_draft");
        builder.HasIndex(dataset => dataset.EndsAt).HasFilter("state = 'Deprecated'").HasDatabaseName("ix_dataset_ending");
        // The dictionary is read far more often than written: no list of pending entries to walk at every search.
        builder.HasIndex(dataset => dataset.SearchText).HasMethod("gin").HasOperators("gin_trgm_ops").HasStorageParameter("fastupdate", false);
        builder.HasMany(dataset => dataset.Fields).WithOne().HasForeignKey(field => field.DatasetId);
        builder.HasMany(dataset => dataset.Services).WithOne().HasForeignKey(service => service.DatasetId);
    }
}

/// <summary>One key of a dataset's answer. Fields are added, never renamed or removed: grants name them.</summary>
public sealed class FieldEntry : IEntityTypeConfiguration<FieldEntry>
{
    public Guid DatasetId { get; init; }

    /// <summary>The key; a key within an object as <c>address.houseNo</c>, within the objects of a list as <c>allName[].firstName</c>.</summary>
    [MaxLength(64)]
    public required string Name { get; init; }

    /// <summary>Order in the dictionary, from 0.</summary>
    public int Position { get; set; }

    [MaxLength(200)]
    public required string LabelTh { get; set; }

    [MaxLength(200)]
    public required string LabelEn { get; set; }

    [MaxLength(1000)]
    public string DescriptionTh { get; set; } = "";

    [MaxLength(1000)]
    public string DescriptionEn { get; set; } = "";

    [MaxLength(32)]
    public required FieldType Type { get; set; }

    [MaxLength(32)]
    public required Sensitivity Sensitivity { get; set; }

    [MaxLength(200)]
    public required string Example { get; set; }

    public List<CodeEntry> Codes { get; set; } = [];

    /// <summary>A newer seed leaves its texts alone.</summary>
    public bool ChangedByPeople { get; set; }

    public string SearchText { get; set; } = "";

    public void Configure(EntityTypeBuilder<FieldEntry> builder)
    {
        builder.ToTable("field");
        builder.HasKey(field => new { field.DatasetId, field.Name });
        builder.Property(field => field.Type).HasConversion<string>();
        builder.Property(field => field.Sensitivity).HasConversion<string>();
        builder.Property(field => field.Codes).AsJson();
        builder.HasIndex(field => field.SearchText).HasMethod("gin").HasOperators("gin_trgm_ops").HasStorageParameter("fastupdate", false);
    }
}

/// <summary>One value that a field can have.</summary>
public sealed record CodeEntry(string Value, string LabelTh, string LabelEn);

/// <summary>How the dataset is called, at its source or on the exchange.</summary>
public sealed class ServiceEntry : IEntityTypeConfiguration<ServiceEntry>
{
    public Guid DatasetId { get; init; }

    public int Position { get; set; }

    [MaxLength(32)]
    public required SourceServiceKind Kind { get; set; }

    [MaxLength(32)]
    public string Number { get; set; } = "";

    [MaxLength(8)]
    public string Method { get; set; } = "";

    [MaxLength(300)]
    public string Path { get; set; } = "";

    [MaxLength(500)]
    public string NoteTh { get; set; } = "";

    [MaxLength(500)]
    public string NoteEn { get; set; } = "";

    public void Configure(EntityTypeBuilder<ServiceEntry> builder)
    {
        builder.ToTable("dataset_service");
        builder.HasKey(service => new { service.DatasetId, service.Position });
        builder.Property(service => service.Kind).HasConversion<string>();
    }
}

/// <summary>What the Government Data Catalog wants to know beside names, owner, contact and source.</summary>
public sealed record CatalogMetadata
{
    public string DataType { get; init; } = "";
    public IReadOnlyList<string> Tags { get; init; } = [];
    public IReadOnlyList<string> Objectives { get; init; } = [];
    public string UpdateFrequencyUnit { get; init; } = "";
    public int UpdateFrequencyInterval { get; init; }
    public string GeoCoverage { get; init; } = "";
    public IReadOnlyList<string> DataFormats { get; init; } = [];
    public string DataCategory { get; init; } = "";
    public string LicenseId { get; init; } = "";

    /// <summary>What "อื่นๆ" means, by the name of the field.</summary>
    public IReadOnlyDictionary<string, string> Others { get; init; } = new Dictionary<string, string>();
}

/// <summary>Something that was done to a version of a dataset.</summary>
public sealed class DatasetHappening : IEntityTypeConfiguration<DatasetHappening>
{
    public long Id { get; init; }

    public Guid DatasetId { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Null where the exchange did it by itself.</summary>
    public Guid? By { get; init; }

    [MaxLength(32)]
    public required string What { get; init; }

    [MaxLength(500)]
    public string Note { get; init; } = "";

    public void Configure(EntityTypeBuilder<DatasetHappening> builder)
    {
        builder.ToTable("dataset_happening");
        builder.HasIndex(happening => new { happening.DatasetId, happening.Id });
        builder.HasOne<DatasetEntry>().WithMany().HasForeignKey(happening => happening.DatasetId).OnDelete(DeleteBehavior.Cascade);
    }
}

/// <summary>Values that are read and written whole.</summary>
internal static class JsonColumn
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void AsJson<T>(this PropertyBuilder<T> property)
        where T : new()
    {
        property.HasConversion(
            value => JsonSerializer.Serialize(value, Json),
            text => JsonSerializer.Deserialize<T>(text, Json) ?? new T(),
            new ValueComparer<T>(
                (one, other) => JsonSerializer.Serialize(one, Json) == JsonSerializer.Serialize(other, Json),
                value => JsonSerializer.Serialize(value, Json).GetHashCode(StringComparison.Ordinal),
                value => JsonSerializer.Deserialize<T>(JsonSerializer.Serialize(value, Json), Json)!));
        property.HasColumnType("jsonb").HasDefaultValueSql(typeof(T) == typeof(CatalogMetadata) ? "'{}'" : "'[]'");
    }
}
