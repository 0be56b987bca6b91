using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdx.Identity.Data;

/// <summary>A human, once in the whole exchange, whichever agencies name them. Evidence, logs and traces hold the id, never the number.</summary>
public sealed class Person
{
    public Guid Id { get; init; }

    /// <summary>HMAC-SHA-256 of the citizen number's 13 digits under the subject key; null until ThaID, DGA Digital ID or a registrar has verified it.</summary>
    public byte[]? CitizenIdHash { get; set; }

    /// <summary>When the person proved to be the one with this number. Named by others (as the agent behind an API client) is not proven.</summary>
    public DateTimeOffset? CitizenVerifiedAt { get; set; }

    /// <summary>The provider's name, or the registrar's person id.</summary>
    public string? CitizenVerifiedBy { get; set; }

    public string? NameTh { get; set; }

    public string? NameEn { get; set; }

    /// <summary>When a registrar saw this very name on the card; null again once the person shows another.</summary>
    public DateTimeOffset? NameVerifiedAt { get; set; }

    public string? Email { get; set; }

    /// <summary>Buddhist era, where a provider told it: a PIN must not be it.</summary>
    public int? BirthYear { get; set; }

    /// <summary>Whose number this turned out to be: everything has moved there, and nobody signs in as this one any more.</summary>
    public Guid? MergedIntoId { get; set; }

    public DateTimeOffset CreatedAt { get; init; }

    public uint Version { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<Person>
    {
        public void Configure(EntityTypeBuilder<Person> entity)
        {
            entity.Property(person => person.CitizenVerifiedBy).HasMaxLength(64);
            entity.Property(person => person.NameTh).HasMaxLength(200);
            entity.Property(person => person.NameEn).HasMaxLength(200);
            entity.Property(person => person.Email).HasMaxLength(254);
            entity.Property(person => person.Version).IsRowVersion();
            entity.HasIndex(person => person.CitizenIdHash).IsUnique();
            entity.HasOne<Person>().WithMany().HasForeignKey(person => person.MergedIntoId);
        }
    }
}
