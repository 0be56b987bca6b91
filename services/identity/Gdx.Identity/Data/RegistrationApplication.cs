using Gdx.Identity.Contracts.V1;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdx.Identity.Data;

/// <summary>A request of a government body to use the API (form FM-C17-016), from hand-in to decision.</summary>
public sealed class RegistrationApplication
{
    public Guid Id { get; init; }

    /// <summary>Chosen by the caller; a repeated hand-in finds the first.</summary>
    public Guid RequestId { get; init; }

    public ApplicationState State { get; set; }

    public AgencyKind AgencyKind { get; init; }

    public required string AgencyNameTh { get; init; }

    public required string AgencyNameEn { get; init; }

    public required string JuristicId { get; init; }

    public required string Mission { get; init; }

    public required string ContactEmail { get; init; }

    public List<ApplicationAgent> Agents { get; init; } = [];

    public DateTimeOffset SubmittedAt { get; init; }

    public Guid SubmittedBy { get; init; }

    public DateTimeOffset? VerifiedAt { get; set; }

    public Guid? VerifiedBy { get; set; }

    public DateTimeOffset? DecidedAt { get; set; }

    public Guid? DecidedBy { get; set; }

    /// <summary>Why it was refused.</summary>
    public string? Reason { get; set; }

    public Guid? AgencyId { get; set; }

    public Guid? ApiClientId { get; set; }

    public uint Version { get; init; }

    public const string OneRequest = "ux_applications_request_id";
    public const string OneOpenPerAgency = "ux_applications_open_juristic_id";

    internal sealed class Table : IEntityTypeConfiguration<RegistrationApplication>
    {
        public void Configure(EntityTypeBuilder<RegistrationApplication> entity)
        {
            entity.ToTable("applications");
            entity.Property(application => application.State).HasConversion<string>().HasMaxLength(32);
            entity.Property(application => application.AgencyKind).HasConversion<string>().HasMaxLength(32);
            entity.Property(application => application.AgencyNameTh).HasMaxLength(200);
            entity.Property(application => application.AgencyNameEn).HasMaxLength(200);
            entity.Property(application => application.JuristicId).HasMaxLength(13).IsFixedLength();
            entity.Property(application => application.Mission).HasMaxLength(1000);
            entity.Property(application => application.ContactEmail).HasMaxLength(254);
            entity.Property(application => application.Reason).HasMaxLength(1000);
            entity.Property(application => application.Version).IsRowVersion();
            entity.OwnsMany(application => application.Agents, agents => agents.ToJson());
            entity.HasIndex(application => application.RequestId).IsUnique().HasDatabaseName(OneRequest);
            // While one is open, a second for the same body is a mistake of the desk; after the decision it is another system's.
            entity.HasIndex(application => application.JuristicId).IsUnique().HasDatabaseName(OneOpenPerAgency)
                .HasFilter($"state IN ('{nameof(ApplicationState.Submitted)}', '{nameof(ApplicationState.Verified)}')");
            entity.HasIndex(application => new { application.State, application.Id });
        }
    }
}

/// <summary>An officer (by the keyed hash of the citizen number, which itself is kept nowhere) or a system that will stand behind the calls.</summary>
public sealed class ApplicationAgent
{
    /// <summary>HMAC-SHA-256 of the 13 digits under the subject key, base64.</summary>
    public string? CitizenIdHash { get; init; }

    public string? SystemName { get; init; }

    public required string DisplayName { get; init; }
}
