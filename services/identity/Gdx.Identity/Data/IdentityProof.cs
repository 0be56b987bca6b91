using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdx.Identity.Data;

/// <summary>
/// Somebody who is signed in proves the citizen number through another provider. Three steps, each once: begun by the session, answered by the
/// provider to whichever browser it was, finished by the session. Only hashes of the codes are kept.
/// </summary>
public sealed class IdentityProof
{
    public Guid Id { get; init; }

    /// <summary>Whoever finishes must be this session: nobody can have somebody else's number proven into the own account, nor the other way round.</summary>
    public Guid SessionId { get; init; }

    public Guid PersonId { get; init; }

    /// <summary>Name of the provider in the settings.</summary>
    public required string Provider { get; init; }

    /// <summary>Of the code that leads a browser to the provider.</summary>
    public required byte[] CodeHash { get; init; }

    /// <summary>Where the browser goes afterwards: an address of the portal.</summary>
    public required string ReturnUrl { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? AnsweredAt { get; set; }

    /// <summary>Of the code that the session finishes with.</summary>
    public byte[]? FinishHash { get; set; }

    /// <summary>HMAC of the number that the provider vouched for (<see cref="Person.CitizenIdHash"/>).</summary>
    public byte[]? CitizenIdHash { get; set; }

    /// <summary>HMAC of provider and account there (<see cref="ExternalLogin.SubjectHash"/>).</summary>
    public byte[]? SubjectHash { get; set; }

    /// <summary>Buddhist era, where the provider told it.</summary>
    public int? BirthYear { get; set; }

    public DateTimeOffset? FinishedAt { get; set; }

    internal sealed class Table : IEntityTypeConfiguration<IdentityProof>
    {
        public void Configure(EntityTypeBuilder<IdentityProof> entity)
        {
            entity.ToTable("identity_proofs");
            entity.Property(proof => proof.Provider).HasMaxLength(64);
            entity.Property(proof => proof.ReturnUrl).HasMaxLength(500);
            entity.HasOne<Session>().WithMany().HasForeignKey(proof => proof.SessionId);
            entity.HasOne<Person>().WithMany().HasForeignKey(proof => proof.PersonId);
            entity.HasIndex(proof => proof.CodeHash).IsUnique();
            entity.HasIndex(proof => proof.FinishHash).IsUnique();
            // One of a session at a time: there is no more of them than of sessions.
            entity.HasIndex(proof => proof.SessionId).IsUnique();
        }
    }
}
