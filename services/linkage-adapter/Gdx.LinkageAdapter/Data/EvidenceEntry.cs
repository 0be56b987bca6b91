using System.ComponentModel.DataAnnotations;
using Gdx.LinkageAdapter.Budgets;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdx.LinkageAdapter.Data;

/// <summary>One call of a known client, allowed, denied or failed; written before its answer leaves and never changed.</summary>
public sealed class EvidenceEntry
{
    /// <summary>UUID v7: the order of entries, and the number in <c>Gdx-Receipt</c>.</summary>
    public required Guid EntryId { get; init; }

    public required DateTimeOffset At { get; init; }

    public required Guid AgencyId { get; init; }

    public required Guid ClientId { get; init; }

    /// <summary>Person (UUID) or system name; null where the call did not get that far.</summary>
    [MaxLength(64)]
    public string? AgentId { get; set; }

    /// <summary><c>api</c>.</summary>
    [MaxLength(8)]
    public required string Channel { get; init; }

    [MaxLength(64)]
    public string? DatasetId { get; set; }

    [MaxLength(16)]
    public string? DatasetVersion { get; set; }

    /// <summary>The granted fields; what may be in the answer, if there was one.</summary>
    public IReadOnlyList<string> Fields { get; set; } = [];

    [MaxLength(64)]
    public string? Purpose { get; set; }

    /// <summary>The caller's own file number (<c>Gdx-Case</c>).</summary>
    [MaxLength(64)]
    public string? Case { get; set; }

    /// <summary><c>allowed</c>, <c>denied</c> or <c>failed</c>.</summary>
    [MaxLength(8)]
    public required string Outcome { get; set; }

    /// <summary>Why, such as <c>token.refused</c>, <c>entitlement.grant.revoked</c>, <c>source.timeout</c>.</summary>
    [MaxLength(64)]
    public required string Decision { get; set; }

    [MaxLength(16)]
    public required string DecisionsVersion { get; init; }

    public Guid? GrantId { get; set; }

    /// <summary>The HTTP status that the caller was to get.</summary>
    public required short AnswerStatus { get; set; }

    /// <summary>The source's own status for this service; null where it was not asked or did not answer.</summary>
    public short? SourceStatus { get; set; }

    /// <summary>Milliseconds from the request to this entry.</summary>
    public required float TotalMs { get; set; }

    public float? SourceMs { get; set; }

    [MaxLength(32)]
    public required string TraceId { get; init; }

    /// <summary>HMAC-SHA-256 of the 13 digits under the subject key; null where the call had no valid number.</summary>
    public byte[]? SubjectHash { get; set; }

    /// <summary>What an allowed call is charged to, in the same commit; not kept here.</summary>
    public IReadOnlyList<BudgetLine> Charges { get; set; } = [];

    internal static void Configure(EntityTypeBuilder<EvidenceEntry> entity)
    {
        entity.ToTable("evidence");
        entity.HasKey(entry => entry.EntryId);
        entity.Ignore(entry => entry.Charges);
        entity.Property(entry => entry.Fields).HasColumnType("text[]");
        entity.HasIndex(entry => new { entry.AgencyId, entry.EntryId });
        entity.HasIndex(entry => entry.TraceId);
    }
}
