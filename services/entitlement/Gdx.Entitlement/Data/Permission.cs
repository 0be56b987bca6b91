using Gdx.Entitlement.Decisions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdx.Entitlement.Data;

/// <summary>What a data owner's letter allows, as one operator recorded it; a right only once another has confirmed it.</summary>
public sealed class Permission
{
    public required Guid Id { get; init; }

    /// <summary>The caller's own id of the recording: a repeated call finds the first.</summary>
    public required Guid RequestId { get; init; }

    public required Guid AgencyId { get; init; }

    public required string DatasetId { get; init; }

    public required string DatasetVersion { get; init; }

    public required List<string> Fields { get; init; }

    public required List<string> Purposes { get; init; }

    public required List<Channel> Channels { get; init; }

    public required DateTimeOffset ValidFrom { get; init; }

    /// <summary>Exclusive.</summary>
    public required DateTimeOffset ValidUntil { get; init; }

    /// <summary>One for each purpose, in the same order; empty where the letter says nothing about them.</summary>
    public List<PurposeTerms> PurposeTerms { get; init; } = [];

    /// <summary>Null in permissions of before: the default.</summary>
    public GrantBudget? Budget { get; init; }

    public bool OfficersManaged { get; init; }

    /// <summary>Whose data it is, as Catalog had it; null where the owner is not on the exchange.</summary>
    public Guid? OwnerAgencyId { get; set; }

    public required string LetterReference { get; init; }

    public required Guid RecordedBy { get; init; }

    public required DateTimeOffset RecordedAt { get; init; }

    public Guid? ConfirmedBy { get; private set; }

    public DateTimeOffset? ConfirmedAt { get; private set; }

    public Guid? GrantId { get; private set; }

    /// <summary>The grant begins. The caller has made sure that it is another person.</summary>
    public Grant Confirm(Guid person, DateTimeOffset at)
    {
        var grant = new Grant
        {
            Id = Guid.CreateVersion7(),
            PermissionId = Id,
            AgencyId = AgencyId,
            DatasetId = DatasetId,
            DatasetVersion = DatasetVersion,
            Fields = Fields,
            Purposes = Purposes,
            Channels = Channels,
            ValidFrom = ValidFrom,
            ValidUntil = ValidUntil,
            OwnerAgencyId = OwnerAgencyId,
            OfficersManaged = OfficersManaged,
            // Copies: an owned object belongs to one row.
            PurposeTerms = [.. PurposeTerms.Select(terms => terms with { })],
            Budget = Budget is null ? null : Budget with { },
        };
        (ConfirmedBy, ConfirmedAt, GrantId) = (person, at, grant.Id);
        return grant;
    }
}

internal sealed class PermissionTable : IEntityTypeConfiguration<Permission>
{
    public void Configure(EntityTypeBuilder<Permission> entity)
    {
        entity.ToTable("permissions", table => table.HasCheckConstraint("ck_permissions_four_eyes", "confirmed_by <> recorded_by"));
        entity.Property(permission => permission.DatasetId).HasMaxLength(64);
        entity.Property(permission => permission.DatasetVersion).HasMaxLength(16);
        entity.Property(permission => permission.LetterReference).HasMaxLength(200);
        entity.OwnsMany(permission => permission.PurposeTerms, terms => terms.ToJson());
        entity.OwnsOne(permission => permission.Budget);
        entity.HasIndex(permission => permission.RequestId).IsUnique();
        entity.HasIndex(permission => permission.AgencyId);
        entity.Property<uint>("xmin").IsRowVersion();
    }
}
