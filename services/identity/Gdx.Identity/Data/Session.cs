using Gdx.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdx.Identity.Data;

/// <summary>One signed-in person at one browser. Its tokens carry its id; when it ends they end everywhere, told over the watch stream.</summary>
public sealed class Session
{
    public Guid Id { get; init; }

    public Guid PersonId { get; init; }

    /// <summary>What the person acts as; null while nothing is approved.</summary>
    public Guid? MembershipId { get; set; }

    /// <summary>Name of the provider through which the person signed in.</summary>
    public required string Provider { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset LastSeenAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Such as signed-out, suspended, transferred, expired.</summary>
    public string? EndedBecause { get; set; }

    /// <summary>Until when a checked PIN opens linked personal data.</summary>
    public DateTimeOffset? StepUpUntil { get; set; }

    /// <summary>
    /// Number of the newest ticket (first the code, then each refresh token) that was given out for this session; 0 before the first.
    /// A ticket works once, because using it counts this up; an older one that shows up again was copied, and ends the session.
    /// </summary>
    public int Ticket { get; set; }

    /// <summary>The provider's ID token, encrypted by Data Protection, where signing out there needs it; forgotten when the session ends.</summary>
    public byte[]? ProviderToken { get; set; }

    /// <summary>The session's place in the watch stream; the database numbers it.</summary>
    public long Revision { get; init; }

    public uint Version { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<Session>
    {
        public void Configure(EntityTypeBuilder<Session> entity)
        {
            entity.Property(session => session.Provider).HasMaxLength(64);
            entity.Property(session => session.EndedBecause).HasMaxLength(64);
            entity.Property(session => session.Version).IsRowVersion();
            entity.HasOne<Person>().WithMany().HasForeignKey(session => session.PersonId);
            entity.HasOne<Membership>().WithMany().HasForeignKey(session => session.MembershipId);
            entity.HasIndex(session => session.PersonId).HasFilter("ended_at IS NULL").HasDatabaseName("ix_sessions_alive");
            entity.HasIndex(session => session.MembershipId);
            entity.HasIndex(session => session.EndedAt).HasFilter("ended_at IS NOT NULL");
            entity.HasRevision(session => session.Revision);
            entity.Notifies(DatabaseSignals.Watch);
        }
    }
}
