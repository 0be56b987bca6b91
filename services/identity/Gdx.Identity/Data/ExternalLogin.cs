using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdx.Identity.Data;

/// <summary>An account at an outside provider and the person whose it is.</summary>
public sealed class ExternalLogin
{
    public Guid Id { get; init; }

    /// <summary>Name of the provider in the settings.</summary>
    public required string Provider { get; init; }

    /// <summary>HMAC-SHA-256 of provider and subject under the subject key: some providers' subjects are citizen numbers.</summary>
    public required byte[] SubjectHash { get; init; }

    public Guid PersonId { get; set; }

    public DateTimeOffset FirstUsedAt { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<ExternalLogin>
    {
        public void Configure(EntityTypeBuilder<ExternalLogin> entity)
        {
            entity.Property(login => login.Provider).HasMaxLength(64);
            entity.HasOne<Person>().WithMany().HasForeignKey(login => login.PersonId);
            entity.HasIndex(login => new { login.Provider, login.SubjectHash }).IsUnique();
        }
    }
}
