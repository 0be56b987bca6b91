using System.Text.RegularExpressions;
using Gdx.Entitlement.Data;
using Gdx.Entitlement.Decisions;
using Gdx.LinkageAdapter.Contracts.V1;
using Gdx.ServiceDefaults;
using Google.Protobuf.WellKnownTypes;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Entitlement.Features;

/// <summary>gRPC gdx.entitlement.v1.Decisions: the rule by which calls are decided, asked and tried without a call.</summary>
public sealed partial class DecisionService(EntitlementDb db, Evidence.EvidenceClient evidence, TimeProvider clock, ILogger<DecisionService> log) : Contracts.V1.Decisions.DecisionsBase
{
    /// <summary>
    /// All that decides about these agencies' calls of a dataset version (null: of every one): their grants, those that they hang on, and of the living
    /// groups those that <paramref name="officers"/> leaves.
    /// </summary>
    private async Task<Snapshot> LoadAsync(IReadOnlyCollection<Guid> agencies, string? dataset, string? version, Func<IQueryable<Data.OfficerGroup>, IQueryable<Data.OfficerGroup>> officers, CancellationToken ct)
    {
        var ids = agencies.ToArray();
        var grants = await db.Grants.FromSql($"""
            SELECT *, xmin FROM grants WHERE id IN (
              WITH RECURSIVE line (id, parent) AS (
                SELECT id, parent_grant_id FROM grants
                WHERE agency_id = ANY ({ids}) AND ({dataset}::text IS NULL OR dataset_id = {dataset}) AND ({version}::text IS NULL OR dataset_version = {version})
                UNION
                SELECT above.id, above.parent_grant_id FROM grants AS above JOIN line ON above.id = line.parent)
              SELECT id FROM line)
            """).AsNoTracking().ToListAsync(ct);
        // Split: joined, a group's name and rights would come once for each of up to a thousand officers.
        var groups = await officers(db.OfficerGroups.AsNoTracking().AsSplitQuery().Where(group => ids.Contains(group.AgencyId) && group.DissolvedAt == null)).ToListAsync(ct);
        var builder = Snapshot.Empty.Edit();
        grants.ForEach(grant => builder.Add(Read(grant)));
        groups.ForEach(group => builder.Add(Read(group)));
        return builder.Build();
    }

    private static Decisions.OfficerGroup Read(Data.OfficerGroup group) => new()
    {
        Id = group.Id,
        Revision = group.Revision,
        AgencyId = group.AgencyId,
        Active = group.DissolvedAt is null,
        Rights = [.. group.Rights.Select(right => new Decisions.GroupRight(right.GrantId, right.Fields, right.Purposes))],
        OfficerIds = [.. group.Officers.Select(officer => officer.PersonId)],
        ValidFrom = group.ValidFrom,
        ValidUntil = group.ValidUntil,
        CallsPerOfficerAndDay = group.CallsPerOfficerAndDay,
    };

    /// <summary>A grant as decisions see it: the same as the adapter reads from the watch stream.</summary>
    private static Decisions.Grant Read(Data.Grant grant) => new()
    {
        Id = grant.Id,
        Revision = grant.Revision,
        State = grant.RevokedAt is not null ? Decisions.GrantState.Revoked : grant.SuspendedAt is not null ? Decisions.GrantState.Suspended : Decisions.GrantState.Active,
        AgencyId = grant.AgencyId,
        DatasetId = grant.DatasetId,
        Version = grant.DatasetVersion,
        Fields = grant.Fields,
        Purposes = [.. grant.Purposes.Select(code => TermsOf(grant, code))],
        Channels = grant.Channels,
        ValidFrom = grant.ValidFrom,
        ValidUntil = grant.ValidUntil,
        Budget = grant.Budget is { } budget ? new(budget.CallsPerSecond, budget.CallsPerDay, budget.PersonsPerDay, budget.CallsPerOfficerAndDay, budget.PersonsPerOfficerAndDay) : null,
        ParentId = grant.ParentGrantId,
        OfficersManaged = grant.OfficersManaged,
        RecertifyBy = grant.RecertifyBy,
    };

    private static Decisions.PurposeTerms TermsOf(Data.Grant grant, string code)
    {
        var terms = grant.PurposeTerms.Find(terms => terms.Code == code);
        return new(code) { ValidFrom = terms?.ValidFrom, ValidUntil = terms?.ValidUntil, CaseRequired = terms?.CaseRequired ?? false };
    }

    private static Guid Id(string field, string text) => Guid.TryParse(text, out var id) ? id : throw Problems.Invalid(field, "must be a UUID");

    private static DateTimeOffset Instant(string field, Timestamp value)
    {
        // A Timestamp on the wire may hold any 64-bit number; years 2000-2200 are those in which a letter can begin or end.
        const long First = 946_684_800;
        const long Last = 7_258_118_400;
        return value is { Seconds: > First and < Last, Nanos: >= 0 and < 1_000_000_000 } ? value.ToDateTimeOffset() : throw Problems.Invalid(field, "must be an instant between the years 2000 and 2200");
    }

    private static (string Id, string Version) Dataset(string id, string version) => (
        Slug().IsMatch(id) ? id : throw Problems.Invalid("dataset_id", "must be a slug such as dopa.person"),
        Number().IsMatch(version) ? version : throw Problems.Invalid("dataset_version", "must be a number such as 1"));

    [LoggerMessage(Level = LogLevel.Warning, Message = "No recent decisions for a preview: the linkage-adapter said {Status}.")]
    private partial void NoEvidence(Grpc.Core.StatusCode status);

    [GeneratedRegex(@"^(?=.{3,64}\z)[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*){0,4}\z")]
    private static partial Regex Slug();

    [GeneratedRegex(@"^[1-9][0-9]{0,3}\z")]
    private static partial Regex Number();

    [GeneratedRegex(@"^[a-z][a-z0-9.-]{2,63}\z")]
    private static partial Regex PurposeCode();
}
