using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdx.Identity.Data;

/// <summary>A person's PIN, as a slow hash that is worth nothing without the pepper.</summary>
public sealed class Pin
{
    public Guid PersonId { get; init; }

    /// <summary>Differs for each PIN that is set.</summary>
    public Guid PinId { get; set; }

    public required byte[] Salt { get; set; }

    public required byte[] Hash { get; set; }

    /// <summary>Which pepper the hash was made with.</summary>
    public required string PepperId { get; set; }

    public DateTimeOffset SetAt { get; set; }

    /// <summary>Wrong ones in a row.</summary>
    public int WrongTries { get; set; }

    public DateTimeOffset? LockedAt { get; set; }

    public uint Version { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<Pin>
    {
        public void Configure(EntityTypeBuilder<Pin> entity)
        {
            entity.HasKey(pin => pin.PersonId);
            entity.Property(pin => pin.PepperId).HasMaxLength(32);
            entity.Property(pin => pin.Version).IsRowVersion();
            entity.HasOne<Person>().WithMany().HasForeignKey(pin => pin.PersonId);
        }
    }
}

/// <summary>A registrar has had the person at the desk and handed out a one-time code. Kept as the record of it.</summary>
public sealed class PinSetup
{
    public Guid Id { get; init; }

    public Guid PersonId { get; init; }

    /// <summary>Keyed hash of the code under the pepper.</summary>
    public required byte[] CodeHash { get; init; }

    public required string PepperId { get; init; }

    public DateTimeOffset IssuedAt { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Person id of the registrar.</summary>
    public Guid IssuedBy { get; init; }

    /// <summary>The registrar's agency and office.</summary>
    public Guid IssuedAtAgency { get; init; }

    public Guid? IssuedAtBranch { get; init; }

    public int WrongTries { get; set; }

    public DateTimeOffset? UsedAt { get; set; }

    /// <summary>When it was used, guessed at too often, or another took its place.</summary>
    public DateTimeOffset? ClosedAt { get; set; }

    public uint Version { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<PinSetup>
    {
        public void Configure(EntityTypeBuilder<PinSetup> entity)
        {
            entity.Property(setup => setup.PepperId).HasMaxLength(32);
            entity.Property(setup => setup.Version).IsRowVersion();
            entity.HasOne<Person>().WithMany().HasForeignKey(setup => setup.PersonId);
            entity.HasIndex(setup => setup.PersonId).IsUnique().HasDatabaseName("ux_pin_setups_open").HasFilter("closed_at IS NULL");
        }
    }
}

/// <summary>A registrar has had the person at the desk and opened the locked PIN again.</summary>
public sealed class PinUnlock
{
    public Guid Id { get; init; }

    public Guid PersonId { get; init; }

    public DateTimeOffset LockedAt { get; init; }

    public DateTimeOffset UnlockedAt { get; init; }

    /// <summary>Person id of the registrar.</summary>
    public Guid UnlockedBy { get; init; }

    public Guid UnlockedAtAgency { get; init; }

    public Guid? UnlockedAtBranch { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<PinUnlock>
    {
        public void Configure(EntityTypeBuilder<PinUnlock> entity) => entity.HasOne<Person>().WithMany().HasForeignKey(unlock => unlock.PersonId);
    }
}
