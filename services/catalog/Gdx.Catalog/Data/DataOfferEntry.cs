using System.ComponentModel.DataAnnotations;
using Gdx.Catalog.Contracts.V1;
using Gdx.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdx.Catalog.Data;

/// <summary>What has still to be done on the open catalogue.</summary>
public enum Push
{
    Nothing,
    Put,
    Retract,
}

/// <summary>
/// What an agency offers. An open offer's row is also what waits to reach the open catalogue: it names what the catalogue should hold, so that
/// however often it is sent, the last wish wins and a crash loses nothing.
/// </summary>
public sealed class DataOfferEntry : IEntityTypeConfiguration<DataOfferEntry>
{
    /// <summary>Made up by the caller: the same again is the same offer.</summary>
    public Guid Id { get; init; }

    [MaxLength(32)]
    public required DataOfferKind Kind { get; init; }

    /// <summary>Its name on the open catalogue, for good; empty for government-only data.</summary>
    [MaxLength(100)]
    public required string Slug { get; init; }

    public required OfferText Content { get; set; }

    /// <summary>Counts the revisions of the content, from 1.</summary>
    public int Revision { get; set; } = 1;

    /// <summary>Whoever wrote the content as it is now, if it was revised.</summary>
    public Guid? RevisedBy { get; set; }

    public required Guid AgencyId { get; init; }

    public required Guid OfferedBy { get; init; }

    public required DateTimeOffset OfferedAt { get; init; }

    public long Order { get; init; }

    [MaxLength(32)]
    public DataOfferState State { get; set; } = DataOfferState.Offered;

    [MaxLength(1000)]
    public string DeclinedBecause { get; set; } = "";

    /// <summary>The operator who accepted or declined.</summary>
    public Guid? DecidedBy { get; set; }

    public DateTimeOffset? DecidedAt { get; set; }

    public Guid? RetractedBy { get; set; }

    [MaxLength(1000)]
    public string RetractedBecause { get; set; } = "";

    [MaxLength(16)]
    public Push Push { get; set; }

    /// <summary>The open catalogue may hold it, in this or an earlier revision: it was sent there, and no retraction has been answered since.</summary>
    public bool OnCatalog { get; set; }

    public int PushAttempts { get; set; }

    public DateTimeOffset? NextPushAt { get; set; }

    /// <summary>Until then one replica is at it; afterwards it is taken to have died.</summary>
    public DateTimeOffset? LeasedUntil { get; set; }

    public Guid? Lease { get; set; }

    [MaxLength(500)]
    public string PushError { get; set; } = "";

    /// <summary>Given up until an operator sends it again.</summary>
    public bool PushFailed { get; set; }

    public List<DateTimeOffset> ProposedTimes { get; set; } = [];

    public bool ProposedByOperator { get; set; }

    public DateTimeOffset? AgreedTime { get; set; }

    [MaxLength(4000)]
    public string Notes { get; set; } = "";

    [MaxLength(64)]
    public string DatasetSlug { get; set; } = "";

    [MaxLength(8)]
    public string DatasetVersion { get; set; } = "";

    /// <summary>The open catalogue should hold this from now on, or no longer.</summary>
    public void Wants(Push push, DateTimeOffset now) =>
        (Push, NextPushAt, PushAttempts, PushError, PushFailed) = (push, now, 0, "", false);

    public void Configure(EntityTypeBuilder<DataOfferEntry> builder)
    {
        builder.ToTable("data_offer", table => table.HasCheckConstraint("ck_data_offer_four_eyes", "decided_by IS NULL OR (decided_by <> offered_by AND decided_by IS DISTINCT FROM revised_by)"));
        builder.Property<uint>("xmin").IsRowVersion();
        builder.Property(offer => offer.Kind).HasConversion<string>();
        builder.Property(offer => offer.State).HasConversion<string>().HasSentinel(DataOfferState.Unspecified);
        builder.Property(offer => offer.Push).HasConversion<string>();
        builder.Property(offer => offer.Content).AsJson();
        builder.Property(offer => offer.Order).UseIdentityAlwaysColumn();
        builder.HasIndex(offer => offer.Order).IsUnique();
        builder.HasIndex(offer => new { offer.AgencyId, offer.Order });
        builder.HasIndex(offer => offer.Slug).IsUnique().HasFilter("slug <> ''");
        builder.HasIndex(offer => offer.NextPushAt).HasFilter("push <> 'Nothing' AND NOT push_failed").HasDatabaseName("ix_data_offer_waiting");
        builder.Notifies(DatabaseSignals.Work);
    }
}

/// <summary>What an offer says of the data.</summary>
public sealed record OfferText
{
    public string TitleTh { get; init; } = "";
    public string TitleEn { get; init; } = "";
    public string Notes { get; init; } = "";
    public string OwnerOrg { get; init; } = "";
    public string Maintainer { get; init; } = "";
    public string MaintainerMail { get; init; } = "";
    public string DataSource { get; init; } = "";
    public CatalogMetadata Metadata { get; init; } = new();
    public IReadOnlyList<OfferLink> Resources { get; init; } = [];
}

/// <summary>Where the data itself is.</summary>
public sealed record OfferLink(string Name, string Url, string Format);
