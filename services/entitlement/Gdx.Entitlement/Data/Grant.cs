using Gdx.Entitlement.Decisions;
using Gdx.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdx.Entitlement.Data;

/// <summary>A right: agency × dataset version × fields × purposes × channels × period. A revoked one stays, so that every watcher learns of it.</summary>
public sealed class Grant
{
    public required Guid Id { get; init; }

    /// <summary>Given by the database with every change, in the order in which changes become visible.</summary>
    public long Revision { get; private set; }

    /// <summary>Counts the changes of this grant, from 1.</summary>
    public int Version { get; private set; } = 1;

    public required Guid PermissionId { get; init; }

    public required Guid AgencyId { get; init; }

    public required string DatasetId { get; init; }

    public required string DatasetVersion { get; init; }

    public required List<string> Fields { get; init; }

    public required List<string> Purposes { get; init; }

    public required List<Channel> Channels { get; init; }

    public required DateTimeOffset ValidFrom { get; init; }

    /// <summary>Exclusive.</summary>
    public required DateTimeOffset ValidUntil { get; init; }

    public DateTimeOffset? RevokedAt { get; private set; }

    public Guid? RevokedBy { get; private set; }

    public string? RevocationReason { get; private set; }

    /// <summary>Ends the right for good.</summary>
    public void Revoke(Guid person, DateTimeOffset at, string reason)
    {
        (RevokedBy, RevokedAt, RevocationReason) = (person, at, reason);
        Version++;
    }
}

internal sealed class GrantTable : IEntityTypeConfiguration<Grant>
{
    public void Configure(EntityTypeBuilder<Grant> entity)
    {
        entity.ToTable("grants");
        entity.Property(grant => grant.DatasetId).HasMaxLength(64);
        entity.Property(grant => grant.DatasetVersion).HasMaxLength(16);
        entity.Property(grant => grant.RevocationReason).HasMaxLength(1000);
        entity.HasIndex(grant => grant.PermissionId).IsUnique();
        entity.HasIndex(grant => grant.AgencyId);
        entity.HasOne<Permission>().WithOne().HasForeignKey<Grant>(grant => grant.PermissionId).OnDelete(DeleteBehavior.Restrict);
        entity.Property<uint>("xmin").IsRowVersion();
        entity.HasRevision(grant => grant.Revision);
        entity.Notifies(DatabaseSignals.Watch);
    }
}
