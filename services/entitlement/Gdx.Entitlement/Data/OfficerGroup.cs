using System.ComponentModel.DataAnnotations;
using Gdx.Entitlement.Contracts.V1;
using Gdx.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdx.Entitlement.Data;

/// <summary>Officers of an agency who may use some of its grants, as its SuperUser arranged it. A dissolved one stays, so that every watcher learns of it.</summary>
public sealed class OfficerGroup
{
    public const int MostOfficers = 1000; // Of a department at one counter system; a larger one makes a second group.
    public const int DefaultLimit = 150; // The Linkage Center's.
    public const int HighestBySuperUser = 1000; // The Linkage Center's; more only by the operator.

    public required Guid Id { get; init; }

    /// <summary>Given by the database with every change, in the order in which changes become visible.</summary>
    public long Revision { get; private set; }

    /// <summary>Counts the changes of this group, from 1.</summary>
    public int Version { get; private set; } = 1;

    /// <summary>The caller's own id of the first saving: a repeated call finds it.</summary>
    public required Guid RequestId { get; init; }

    public required Guid AgencyId { get; init; }

    [MaxLength(200)]
    public required string Name { get; set; }

    public required List<OfficerGroupRight> Rights { get; set; }

    public List<GroupOfficer> Officers { get; init; } = [];

    public required DateTimeOffset ValidFrom { get; set; }

    /// <summary>Exclusive.</summary>
    public required DateTimeOffset ValidUntil { get; set; }

    public required int CallsPerOfficerAndDay { get; set; }

    public DateTimeOffset? DissolvedAt { get; set; }

    /// <summary>Call it once for each change, before the facts are told. Officers are rows of their own: without it the group's would not change with them.</summary>
    public void Change() => Version++;
}

/// <summary>What a group may do with one grant: names that the grant has, which never change.</summary>
public sealed record OfficerGroupRight
{
    public required Guid GrantId { get; init; }

    public required List<string> Fields { get; init; }

    public required List<string> Purposes { get; init; }

    public bool Same(OfficerGroupRight other) => GrantId == other.GrantId && Fields.SequenceEqual(other.Fields) && Purposes.SequenceEqual(other.Purposes);
}

/// <summary>An officer in a group.</summary>
public sealed class GroupOfficer
{
    public required Guid GroupId { get; init; }

    public required Guid PersonId { get; init; }

    /// <summary>When Identity was asked whether they work for the agency, not when the row was written: what ended later ends this, too.</summary>
    public required DateTimeOffset CheckedAt { get; init; }

    public required Guid RegisteredBy { get; init; }
}

/// <summary>That somebody left an agency or was suspended there: known before the registration that was under way meanwhile.</summary>
public sealed class OfficerDeparture
{
    /// <summary>Stands for all officers of an agency that was closed.</summary>
    public static readonly Guid Everybody = Guid.Empty;

    public required Guid AgencyId { get; init; }

    public required Guid PersonId { get; init; }

    /// <summary>The last time.</summary>
    public required DateTimeOffset At { get; set; }
}

/// <summary>What was done with a group. Only ever added.</summary>
public sealed class OfficerGroupStep
{
    public required Guid Id { get; init; }

    public required Guid GroupId { get; init; }

    public required OfficerGroupAct Act { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Null where a fact from Identity did it.</summary>
    public Guid? By { get; init; }

    [MaxLength(1000)]
    public required string Reason { get; init; }

    public required List<Guid> Added { get; init; }

    public required List<Guid> Removed { get; init; }
}

internal sealed class OfficerGroupTable : IEntityTypeConfiguration<OfficerGroup>
{
    public const string NameIndex = "ux_officer_groups_name";

    public void Configure(EntityTypeBuilder<OfficerGroup> entity)
    {
        entity.ToTable("officer_groups");
        entity.OwnsMany(group => group.Rights, rights => rights.ToJson());
        entity.HasMany(group => group.Officers).WithOne().HasForeignKey(officer => officer.GroupId).OnDelete(DeleteBehavior.Cascade);
        entity.HasIndex(group => group.RequestId).IsUnique();
        entity.HasIndex(group => group.AgencyId);
        entity.HasIndex(group => new { group.AgencyId, group.Name }).IsUnique().HasFilter("dissolved_at IS NULL").HasDatabaseName(NameIndex);
        entity.Property<uint>("xmin").IsRowVersion();
        entity.HasRevision(group => group.Revision);
        entity.Notifies(DatabaseSignals.Watch);
    }
}

internal sealed class GroupOfficerTable : IEntityTypeConfiguration<GroupOfficer>
{
    public void Configure(EntityTypeBuilder<GroupOfficer> entity)
    {
        entity.ToTable("group_officers");
        entity.HasKey(officer => new { officer.GroupId, officer.PersonId });
        entity.HasIndex(officer => officer.PersonId);
    }
}

internal sealed class OfficerDepartureTable : IEntityTypeConfiguration<OfficerDeparture>
{
    public void Configure(EntityTypeBuilder<OfficerDeparture> entity)
    {
        entity.ToTable("officer_departures");
        entity.HasKey(departure => new { departure.AgencyId, departure.PersonId });
    }
}

internal sealed class OfficerGroupStepTable : IEntityTypeConfiguration<OfficerGroupStep>
{
    public void Configure(EntityTypeBuilder<OfficerGroupStep> entity)
    {
        entity.ToTable("officer_group_steps");
        entity.HasIndex(step => new { step.GroupId, step.Id });
        entity.Property(step => step.Act).HasConversion<string>().HasMaxLength(32);
        entity.HasOne<OfficerGroup>().WithMany().HasForeignKey(step => step.GroupId).OnDelete(DeleteBehavior.Restrict);
    }
}
