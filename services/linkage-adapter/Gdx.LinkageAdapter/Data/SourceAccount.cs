using System.ComponentModel.DataAnnotations;
using Gdx.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdx.LinkageAdapter.Data;

/// <summary>How the exchange signs in at a source on an agency's behalf.</summary>
public sealed class SourceAccount
{
    public const string LinkageCenter2 = "linkage-center-2";

    public required Guid Id { get; init; }

    public required Guid AgencyId { get; init; }

    [MaxLength(32)]
    public required string Source { get; init; }

    /// <summary>The agency's own Linkage Proxy.</summary>
    [MaxLength(512)]
    public required string ProxyAddress { get; set; }

    /// <summary>Citizen number of the agency's system user, encrypted with Data Protection.</summary>
    public required byte[] ProtectedSystemUser { get; set; }

    /// <summary>Five digits.</summary>
    [MaxLength(5)]
    public required string OfficeId { get; set; }

    /// <summary>One process at the Linkage Center per purpose.</summary>
    public IList<SourceJob> Jobs { get; set; } = [];

    /// <summary>Changes with every change of the row.</summary>
    public uint Version { get; init; }

    internal static void Configure(EntityTypeBuilder<SourceAccount> entity)
    {
        entity.HasIndex(account => new { account.AgencyId, account.Source }).IsUnique();
        entity.OwnsMany(account => account.Jobs).ToJson();
        entity.Property(account => account.Version).IsRowVersion();
        entity.Notifies("gdx_watch"); // Every replica keeps the accounts in memory.
    }
}

/// <summary>A process (jobID) at the Linkage Center and the purpose that it serves.</summary>
public sealed class SourceJob
{
    public required string Purpose { get; init; }

    public required Guid JobId { get; init; }
}
