using System.ComponentModel.DataAnnotations;
using Gdx.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdx.LinkageAdapter.Data;

/// <summary>The username and password that a source gave an agency, encrypted with Data Protection. The exchange signs in with them; nobody is shown them again.</summary>
public sealed class SourceLogin
{
    public const string Dbd = "dbd";

    /// <summary>Purposes of Data Protection under which the two are encrypted.</summary>
    public const string UsernamePurpose = "Gdx.LinkageAdapter.SourceLogin.Username", PasswordPurpose = "Gdx.LinkageAdapter.SourceLogin.Password";

    public required Guid AgencyId { get; init; }

    [MaxLength(32)]
    public required string Source { get; init; }

    public required byte[] ProtectedUsername { get; set; }

    public required byte[] ProtectedPassword { get; set; }

    public required DateTimeOffset ConfiguredAt { get; set; }

    /// <summary>Person (UUID).</summary>
    public required Guid ConfiguredBy { get; set; }

    internal static void Configure(EntityTypeBuilder<SourceLogin> entity)
    {
        entity.ToTable("source_logins");
        entity.HasKey(login => new { login.AgencyId, login.Source });
        entity.Property<uint>("xmin").IsRowVersion();
        entity.Notifies("gdx_watch");
    }
}

/// <summary>How often an agency's account at a source has been configured: the revision that is announced.</summary>
public sealed class SourceRevision
{
    public required Guid AgencyId { get; init; }

    [MaxLength(32)]
    public required string Source { get; init; }

    public required long Revision { get; set; }

    internal static void Configure(EntityTypeBuilder<SourceRevision> entity)
    {
        entity.ToTable("source_revisions");
        entity.HasKey(row => new { row.AgencyId, row.Source });
    }
}
