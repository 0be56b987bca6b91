using Gdx.Entitlement.Contracts.V1;
using Gdx.Entitlement.Features;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdx.Entitlement.Data;

/// <summary>An agency's request for a right to a dataset, from draft to decision. What may follow on what is in <see cref="RequestRules"/>.</summary>
public sealed class AccessRequest
{
    public required Guid Id { get; init; }

    /// <summary>Counts the changes of this request, from 1.</summary>
    public int Version { get; private set; } = 1;

    /// <summary>The right that it is about: the same through all renewals. Nobody is maker and checker of one right.</summary>
    public required Guid LineageId { get; init; }

    /// <summary>The caller's own id of the first Save: a repeated one finds the first.</summary>
    public required Guid Key { get; init; }

    public required Guid AgencyId { get; init; }

    /// <summary>Of a regional agency: the one it asks.</summary>
    public Guid? CentralAgencyId { get; init; }

    /// <summary>Whose data it is, as the catalog said when it was handed in; null where the owner is not on the exchange.</summary>
    public Guid? OwnerAgencyId { get; set; }

    public required string DatasetId { get; init; }

    public required string DatasetVersion { get; init; }

    public required string ProcedureId { get; init; }

    public Guid? RenewsGrantId { get; init; }

    public required Scope Asked { get; set; }

    public required string Mission { get; set; }

    public RequestState State { get; set; } = RequestState.Draft;

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? SubmittedAt { get; set; }

    public DateTimeOffset? DecidedAt { get; set; }

    /// <summary>Why it was returned or rejected.</summary>
    public string? Reason { get; set; }

    /// <summary>The grant that the central agency picked for it to hang on.</summary>
    public Guid? ParentGrantId { get; set; }

    public Guid? GrantId { get; set; }

    /// <summary>As the procedure said when it was handed in.</summary>
    public bool OfficersManaged { get; set; }

    /// <inheritdoc cref="OfficersManaged"/>
    public int RecertifyMonths { get; set; }

    public List<RequestStep> Steps { get; init; } = [];

    public void Changed() => Version++;
}

/// <summary>A step of a request, as its procedure had it when the request was handed in.</summary>
public sealed class RequestStep
{
    public required Guid Id { get; init; }

    public required Guid RequestId { get; init; }

    /// <summary>The id in the procedure.</summary>
    public required string StepId { get; init; }

    public int Position { get; set; }

    public StepKind Kind { get; set; }

    public StepActor Actor { get; set; }

    /// <summary>Whose people must act; null: an operator.</summary>
    public Guid? ActorAgencyId { get; set; }

    public List<string> Needs { get; set; } = [];

    /// <summary>Kinds of letters that must be there.</summary>
    public List<string> Letters { get; set; } = [];

    /// <summary>Of credentials: the source.</summary>
    public string? Source { get; set; }

    public StepState State { get; set; }

    public DateTimeOffset? OpenedAt { get; set; }

    public DateTimeOffset? DoneAt { get; set; }

    public Guid? DoneBy { get; set; }

    public string? Note { get; set; }

    public StepDecision? Decision { get; set; }

    /// <summary>The owner or the Bureau answers on paper: an operator records what the letter says.</summary>
    public bool OnPaper => ActorAgencyId is null && Actor is StepActor.Owner or StepActor.Bureau;
}

/// <summary>One thing that happened to a request.</summary>
public sealed class RequestHappening
{
    /// <summary>Given by the database, in the order in which things happened: several do in one millisecond.</summary>
    public long Id { get; init; }

    public required Guid RequestId { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Null where it followed by itself.</summary>
    public Guid? By { get; init; }

    public required string What { get; init; }

    public string? StepId { get; init; }

    public string? Note { get; init; }
}

internal sealed class AccessRequestTable : IEntityTypeConfiguration<AccessRequest>, IEntityTypeConfiguration<RequestStep>, IEntityTypeConfiguration<RequestHappening>
{
    public void Configure(EntityTypeBuilder<AccessRequest> entity)
    {
        entity.ToTable("access_requests");
        entity.Property(request => request.DatasetId).HasMaxLength(64);
        entity.Property(request => request.DatasetVersion).HasMaxLength(16);
        entity.Property(request => request.ProcedureId).HasMaxLength(64);
        entity.Property(request => request.Mission).HasMaxLength(2000);
        entity.Property(request => request.Reason).HasMaxLength(1000);
        entity.Property(request => request.State).HasConversion<string>().HasMaxLength(32);
        entity.Property(request => request.Asked).HasJson();
        entity.HasAlternateKey(request => new { request.Id, request.LineageId });
        entity.HasIndex(request => new { request.AgencyId, request.Key }).IsUnique();
        entity.HasIndex(request => request.OwnerAgencyId);
        entity.HasIndex(request => request.CentralAgencyId);
        entity.HasOne<Grant>().WithMany().HasForeignKey(request => request.RenewsGrantId).OnDelete(DeleteBehavior.Restrict);
        entity.HasMany(request => request.Steps).WithOne().HasForeignKey(step => step.RequestId);
        entity.Property<uint>("xmin").IsRowVersion();
    }

    public void Configure(EntityTypeBuilder<RequestStep> entity)
    {
        entity.ToTable("request_steps");
        entity.Property(step => step.Id).ValueGeneratedNever();
        entity.Property(step => step.StepId).HasMaxLength(64);
        entity.Property(step => step.Source).HasMaxLength(64);
        entity.Property(step => step.Note).HasMaxLength(1000);
        entity.Property(step => step.Kind).HasConversion<string>().HasMaxLength(32);
        entity.Property(step => step.Actor).HasConversion<string>().HasMaxLength(32);
        entity.Property(step => step.State).HasConversion<string>().HasMaxLength(32);
        entity.Property(step => step.Decision).HasJson();
        entity.Ignore(step => step.OnPaper);
        entity.HasIndex(step => new { step.RequestId, step.StepId }).IsUnique();
        entity.HasIndex(step => new { step.ActorAgencyId, step.State });
        entity.HasIndex(step => new { step.State, step.OpenedAt });
    }

    public void Configure(EntityTypeBuilder<RequestHappening> entity)
    {
        entity.ToTable("request_history");
        entity.Property(happening => happening.What).HasMaxLength(32);
        entity.Property(happening => happening.StepId).HasMaxLength(64);
        entity.Property(happening => happening.Note).HasMaxLength(1000);
        entity.HasIndex(happening => new { happening.RequestId, happening.Id });
        entity.HasOne<AccessRequest>().WithMany().HasForeignKey(happening => happening.RequestId);
    }
}
