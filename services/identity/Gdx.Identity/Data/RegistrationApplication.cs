using Gdx.Identity.Contracts.V1;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdx.Identity.Data;

/// <summary>A request of a government body to use the web, the API or both (form FM-C17-016), from draft to decision.</summary>
public sealed class RegistrationApplication
{
    public Guid Id { get; init; }

    /// <summary>Chosen by the caller; a repeated hand-in finds the first.</summary>
    public Guid RequestId { get; init; }

    public ApplicationState State { get; set; }

    /// <summary>The person who wrote the draft; null where an operator handed in a form that came on paper.</summary>
    public Guid? ApplicantId { get; init; }

    /// <summary>Null in a draft that does not say yet, and in applications older than the question, which are for the API.</summary>
    public ApplicationUse? Use { get; set; }

    public AgencyKind AgencyKind { get; set; }

    public string AgencyNameTh { get; set; } = "";

    public string AgencyNameEn { get; set; } = "";

    /// <summary>Null in a draft that does not say yet.</summary>
    public string? JuristicId { get; set; }

    public string? OfficialCode { get; set; }

    /// <summary>Of a regional agency: the one that arranges its data linkage.</summary>
    public Guid? CentralAgencyId { get; set; }

    public string? Address { get; set; }

    public string? Phone { get; set; }

    public string Mission { get; set; } = "";

    public string? Service { get; set; }

    public List<string> Datasets { get; set; } = [];

    /// <summary>Where the consumer key is mailed to.</summary>
    public string ContactEmail { get; set; } = "";

    /// <summary>HMAC-SHA-256 of the citizen number under the subject key.</summary>
    public byte[]? PrimaryAdminHash { get; set; }

    public string? PrimaryAdminName { get; set; }

    public string? PrimaryAdminEmail { get; set; }

    public string? TechnicalName { get; set; }

    public string? TechnicalEmail { get; set; }

    public string? TechnicalPhone { get; set; }

    public List<string> CallerAddresses { get; set; } = [];

    public List<ApplicationAgent> Agents { get; set; } = [];

    /// <summary>Why the operator should look twice: what the policy said at the last hand-in.</summary>
    public List<string> Doubts { get; set; } = [];

    /// <summary>Of the last hand-in.</summary>
    public DateTimeOffset? SubmittedAt { get; set; }

    public Guid? SubmittedBy { get; set; }

    public DateTimeOffset? EndorsedAt { get; set; }

    public Guid? EndorsedBy { get; set; }

    public DateTimeOffset? VerifiedAt { get; set; }

    public Guid? VerifiedBy { get; set; }

    public DateTimeOffset? DecidedAt { get; set; }

    public Guid? DecidedBy { get; set; }

    /// <summary>Why it was refused or returned.</summary>
    public string? Reason { get; set; }

    public Guid? AgencyId { get; set; }

    public Guid? ApiClientId { get; set; }

    public uint Version { get; init; }

    public bool WantsApi => Use is null or ApplicationUse.Api or ApplicationUse.WebAndApi;

    public bool AwaitsEndorsement => State == ApplicationState.Submitted && CentralAgencyId is not null && EndorsedAt is null;

    /// <summary>Since when the operator has it to verify.</summary>
    public DateTimeOffset? WaitsSince => State is ApplicationState.Draft || (CentralAgencyId is not null && EndorsedAt is null) ? null : EndorsedAt ?? SubmittedAt;

    public const string OneRequest = "ux_applications_request_id";
    public const string OneOpenPerAgency = "ux_applications_open_juristic_id";

    internal sealed class Table : IEntityTypeConfiguration<RegistrationApplication>
    {
        public void Configure(EntityTypeBuilder<RegistrationApplication> entity)
        {
            entity.ToTable("applications");
            entity.Property(application => application.State).HasConversion<string>().HasMaxLength(32);
            entity.Property(application => application.Use).HasConversion<string>().HasMaxLength(32);
            entity.Property(application => application.AgencyKind).HasConversion<string>().HasMaxLength(32);
            entity.Property(application => application.AgencyNameTh).HasMaxLength(200);
            entity.Property(application => application.AgencyNameEn).HasMaxLength(200);
            entity.Property(application => application.JuristicId).HasMaxLength(13).IsFixedLength();
            entity.Property(application => application.OfficialCode).HasMaxLength(5);
            entity.Property(application => application.Address).HasMaxLength(500);
            entity.Property(application => application.Phone).HasMaxLength(50);
            entity.Property(application => application.Mission).HasMaxLength(1000);
            entity.Property(application => application.Service).HasMaxLength(1000);
            entity.Property(application => application.ContactEmail).HasMaxLength(254);
            entity.Property(application => application.PrimaryAdminName).HasMaxLength(200);
            entity.Property(application => application.PrimaryAdminEmail).HasMaxLength(254);
            entity.Property(application => application.TechnicalName).HasMaxLength(200);
            entity.Property(application => application.TechnicalEmail).HasMaxLength(254);
            entity.Property(application => application.TechnicalPhone).HasMaxLength(50);
            entity.Property(application => application.Reason).HasMaxLength(1000);
            entity.Property(application => application.Version).IsRowVersion();
            entity.Property(application => application.Datasets).HasDefaultValueSql("'{}'");
            entity.Property(application => application.CallerAddresses).HasDefaultValueSql("'{}'");
            entity.Property(application => application.Doubts).HasDefaultValueSql("'{}'");
            entity.HasOne<Agency>().WithMany().HasForeignKey(application => application.CentralAgencyId);
            entity.HasOne<Agency>().WithMany().HasForeignKey(application => application.AgencyId);
            entity.OwnsMany(application => application.Agents, agents => agents.ToJson());
            entity.HasIndex(application => application.RequestId).IsUnique().HasDatabaseName(OneRequest);
            // While one is open, a second for the same body is a mistake; after the decision it is another system's.
            entity.HasIndex(application => application.JuristicId).IsUnique().HasDatabaseName(OneOpenPerAgency)
                .HasFilter($"state IN ('{nameof(ApplicationState.Submitted)}', '{nameof(ApplicationState.Verified)}', '{nameof(ApplicationState.Returned)}')");
            entity.HasIndex(application => new { application.State, application.Id });
            entity.HasIndex(application => new { application.ApplicantId, application.Id });
        }
    }
}

/// <summary>An officer (by the keyed hash of the citizen number, which itself is kept nowhere) or a system that will stand behind the calls.</summary>
public sealed class ApplicationAgent
{
    /// <summary>Random; by it a corrected form names an officer whose number is not typed again.</summary>
    public string? Key { get; init; }

    /// <summary>HMAC-SHA-256 of the 13 digits under the subject key, base64.</summary>
    public string? CitizenIdHash { get; init; }

    public string? SystemName { get; init; }

    public required string DisplayName { get; init; }
}
