using System.ComponentModel.DataAnnotations;
using Gdx.Catalog.Contracts.V1;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdx.Catalog.Data;

/// <summary>What one agency asked for. A request that was merged onto another keeps its own words and shares the other's fate.</summary>
public sealed class DataRequestEntry : IEntityTypeConfiguration<DataRequestEntry>
{
    /// <summary>Made up by the caller: the same again is the same request.</summary>
    public Guid Id { get; init; }

    [MaxLength(2000)]
    public required string What { get; init; }

    [MaxLength(300)]
    public required string ResponsibleAgency { get; init; }

    public Guid? ResponsibleAgencyId { get; init; }

    [MaxLength(1000)]
    public required string NeededFor { get; init; }

    public required Guid AgencyId { get; init; }

    public required Guid AskedBy { get; init; }

    public required DateTimeOffset AskedAt { get; init; }

    /// <summary>Order of asking, newest first in lists.</summary>
    public long Order { get; init; }

    [MaxLength(32)]
    public DataRequestState State { get; set; } = DataRequestState.Asked;

    [MaxLength(64)]
    public string AnsweredSlug { get; set; } = "";

    [MaxLength(8)]
    public string AnsweredVersion { get; set; } = "";

    [MaxLength(1000)]
    public string DeclinedBecause { get; set; } = "";

    public Guid? HandledBy { get; set; }

    public DateTimeOffset? HandledAt { get; set; }

    /// <summary>The request that leads; never one that was merged itself.</summary>
    public Guid? MergedInto { get; set; }

    public void Configure(EntityTypeBuilder<DataRequestEntry> builder)
    {
        builder.ToTable("data_request", table => table.HasCheckConstraint("ck_data_request_merged", "merged_into <> id"));
        builder.Property<uint>("xmin").IsRowVersion();
        builder.Property(request => request.State).HasConversion<string>().HasSentinel(DataRequestState.Unspecified);
        builder.Property(request => request.Order).UseIdentityAlwaysColumn();
        builder.HasIndex(request => request.Order).IsUnique();
        builder.HasIndex(request => new { request.AgencyId, request.Order });
        builder.HasIndex(request => request.MergedInto);
        builder.HasOne<DataRequestEntry>().WithMany().HasForeignKey(request => request.MergedInto);
    }
}
