using System.ComponentModel.DataAnnotations;
using Gdx.Entitlement.Decisions;
using Gdx.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdx.Entitlement.Data;

/// <summary>
/// A right: agency × dataset version × fields × purposes × channels × period × budget. What it opens is fixed when it begins; later it can only
/// be suspended, recertified or revoked. A revoked one stays, so that every watcher learns of it.
/// </summary>
public sealed class Grant
{
    private DateTimeOffset validUntil;
    private DateTimeOffset? recertifyBy;

    public required Guid Id { get; init; }

    /// <summary>Given by the database with every change, in the order in which changes become visible.</summary>
    public long Revision { get; private set; }

    /// <summary>Counts the changes of this grant, from 1.</summary>
    public int Version { get; private set; } = 1;

    /// <summary>The letter on paper that two operators recorded; null where it came from an access request.</summary>
    public Guid? PermissionId { get; init; }

    /// <summary>The access request that was decided; null where it came from a letter on paper.</summary>
    public Guid? AccessRequestId { get; init; }

    /// <summary>Of a delegated grant: the central agency's. Fixed when the grant begins, and the parent is there already: no cycle can come to be.</summary>
    public Guid? ParentGrantId { get; init; }

    /// <summary>The grant that this one renews.</summary>
    public Guid? RenewsGrantId { get; init; }

    public required Guid AgencyId { get; init; }

    /// <summary>Whose data it is; null where the owner is not on the exchange.</summary>
    public Guid? OwnerAgencyId { get; init; }

    public required string DatasetId { get; init; }

    public required string DatasetVersion { get; init; }

    public required List<string> Fields { get; init; }

    public required List<string> Purposes { get; init; }

    /// <summary>One for each purpose, in the same order; empty in grants of before, whose purposes hold as long as the grant.</summary>
    public List<PurposeTerms> PurposeTerms { get; init; } = [];

    public required List<Channel> Channels { get; init; }

    public required DateTimeOffset ValidFrom { get; init; }

    /// <summary>Exclusive.</summary>
    public required DateTimeOffset ValidUntil { get => validUntil; init => validUntil = value; }

    /// <summary>How much may be asked; null in grants of before: the default.</summary>
    public GrantBudget? Budget { get; init; }

    /// <summary>Only officers whom the agency's SuperUser registered may use it.</summary>
    public bool OfficersManaged { get; init; }

    public Guid? LetterId { get; init; }

    /// <summary>SHA-256 of the letter.</summary>
    [MaxLength(32)]
    public byte[]? LetterSha256 { get; init; }

    /// <summary>From then on it opens nothing until somebody has looked at it again; null: never.</summary>
    public DateTimeOffset? RecertifyBy { get => recertifyBy; init => recertifyBy = value; }

    public DateTimeOffset? SuspendedAt { get; private set; }

    public Guid? SuspendedBy { get; private set; }

    public string? SuspensionReason { get; private set; }

    public DateTimeOffset? RevokedAt { get; private set; }

    public Guid? RevokedBy { get; private set; }

    public string? RevocationReason { get; private set; }

    /// <summary>Ends the right for good.</summary>
    public void Revoke(Guid person, DateTimeOffset at, string reason)
    {
        (RevokedBy, RevokedAt, RevocationReason) = (person, at, reason);
        Version++;
    }

    /// <summary>Ends it where the one that renews it begins, to the second and on every replica; never later than it would have.</summary>
    public void GiveWay(DateTimeOffset to)
    {
        if (to < validUntil)
        {
            validUntil = to;
            Version++;
        }
    }

    /// <summary>Closes the right for the time being.</summary>
    public void Suspend(Guid person, DateTimeOffset at, string reason)
    {
        (SuspendedBy, SuspendedAt, SuspensionReason) = (person, at, reason);
        Version++;
    }

    /// <summary>Opens a suspended right again.</summary>
    public void Resume()
    {
        (SuspendedBy, SuspendedAt, SuspensionReason) = (null, null, null);
        Version++;
    }

    /// <summary>Somebody has looked at it again: it is good until then.</summary>
    public void Recertify(DateTimeOffset until)
    {
        recertifyBy = until;
        Version++;
    }
}

/// <summary>What one purpose of a grant allows.</summary>
public sealed record PurposeTerms
{
    public required string Code { get; init; }

    public required string NameTh { get; init; }

    public required string NameEn { get; init; }

    /// <summary>Null: as the grant.</summary>
    public DateTimeOffset? ValidFrom { get; init; }

    /// <summary>Exclusive. Null: as the grant.</summary>
    public DateTimeOffset? ValidUntil { get; init; }

    /// <summary>A call must name the agency's own case number.</summary>
    public bool CaseRequired { get; init; }
}

/// <summary>How much of a grant may be used; all at least 1, days are Thai days.</summary>
public sealed record GrantBudget
{
    /// <summary>What holds where nobody said otherwise: the same that decisions take for a grant without a budget.</summary>
    public static GrantBudget Default { get; } = new()
    {
        CallsPerSecond = Decisions.Budget.Default.CallsPerSecond,
        CallsPerDay = Decisions.Budget.Default.CallsPerDay,
        PersonsPerDay = Decisions.Budget.Default.PersonsPerDay,
        CallsPerOfficerAndDay = Decisions.Budget.Default.CallsPerOfficerAndDay,
        PersonsPerOfficerAndDay = Decisions.Budget.Default.PersonsPerOfficerAndDay,
    };

    public required int CallsPerSecond { get; init; }

    public required int CallsPerDay { get; init; }

    public required int PersonsPerDay { get; init; }

    public required int CallsPerOfficerAndDay { get; init; }

    public required int PersonsPerOfficerAndDay { get; init; }
}

internal sealed class GrantTable : IEntityTypeConfiguration<Grant>
{
    public void Configure(EntityTypeBuilder<Grant> entity)
    {
        entity.ToTable("grants", table =>
        {
            table.HasCheckConstraint("ck_grants_basis", "(permission_id IS NULL) <> (access_request_id IS NULL)");
            table.HasCheckConstraint("ck_grants_parent", "parent_grant_id <> id");
        });
        entity.Property(grant => grant.DatasetId).HasMaxLength(64);
        entity.Property(grant => grant.DatasetVersion).HasMaxLength(16);
        entity.Property(grant => grant.RevocationReason).HasMaxLength(1000);
        entity.Property(grant => grant.SuspensionReason).HasMaxLength(1000);
        entity.OwnsMany(grant => grant.PurposeTerms, terms => terms.ToJson());
        entity.OwnsOne(grant => grant.Budget);
        entity.HasIndex(grant => grant.PermissionId).IsUnique();
        entity.HasIndex(grant => grant.AccessRequestId).IsUnique();
        entity.HasIndex(grant => grant.AgencyId);
        entity.HasIndex(grant => grant.OwnerAgencyId);
        entity.HasIndex(grant => grant.ValidUntil);
        entity.HasIndex(grant => grant.RecertifyBy).HasFilter("recertify_by IS NOT NULL");
        entity.HasOne<Permission>().WithOne().HasForeignKey<Grant>(grant => grant.PermissionId).OnDelete(DeleteBehavior.Restrict);
        entity.HasOne<Grant>().WithMany().HasForeignKey(grant => grant.ParentGrantId).OnDelete(DeleteBehavior.Restrict);
        entity.HasOne<Grant>().WithMany().HasForeignKey(grant => grant.RenewsGrantId).OnDelete(DeleteBehavior.Restrict);
        entity.Property<uint>("xmin").IsRowVersion();
        entity.HasRevision(grant => grant.Revision);
        entity.Notifies(DatabaseSignals.Watch);
    }
}
