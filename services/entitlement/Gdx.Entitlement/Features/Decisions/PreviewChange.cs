using Gdx.Entitlement.Contracts.V1;
using Gdx.Entitlement.Decisions;
using Gdx.Identity.Contracts;
using Gdx.LinkageAdapter.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Entitlement.Features;

public sealed partial class DecisionService
{
    private const int UsualReplay = 1000;
    private const int MostReplay = 10_000; // As many as the adapter gives.
    private const int MostAgencies = 1000; // As many as the adapter takes; of more, the newest decisions of all agencies are looked at.
    private const int MostShown = 100;
    private static readonly TimeSpan EvidencePatience = TimeSpan.FromSeconds(10); // Ten thousand entries take less than a second; an operator waits no longer than this.
    private static readonly TimeSpan ThaiTime = TimeSpan.FromHours(7);

    /// <summary>gRPC gdx.entitlement.v1.Decisions/Preview: decides the newest real calls again, under the rights as they are and as they would be. Writes nothing.</summary>
    [Authorize(Roles = Roles.Operator)]
    public override async Task<PreviewReply> Preview(PreviewRequest request, ServerCallContext context)
    {
        var ct = context.CancellationToken;
        var most = request.Most switch
        {
            0 => UsualReplay,
            >= 1 and <= MostReplay => request.Most,
            _ => throw Problems.Invalid("most", $"must be 1-{MostReplay}, or 0 for {UsualReplay}"),
        };
        var change = await ReadAsync(request, ct);
        var recent = await RecentAsync(change, most, ct);
        var now = await LoadAsync(change.Agencies ?? recent.Select(call => Guid.Parse(call.AgencyId)).Distinct().ToList(), change.Dataset, change.Version, groups => groups.Include(group => group.Officers), ct);
        return Compare(recent, now, change.Apply(now, recent), request.ChangeBudget is not null);
    }

    /// <summary>A change: whose calls of what it can touch (agencies null: everybody's), and what it makes of a snapshot.</summary>
    private sealed record Proposal(IReadOnlyCollection<Guid>? Agencies, string? Dataset, string? Version, Func<Snapshot, IReadOnlyList<RecentDecision>, Snapshot> Apply);

    private async Task<Proposal> ReadAsync(PreviewRequest request, CancellationToken ct)
    {
        switch (request.ChangeCase)
        {
            case PreviewRequest.ChangeOneofCase.RevokeGrantId:
                return await OfGrantAsync(Id("revoke_grant_id", request.RevokeGrantId), grant => grant with { State = Decisions.GrantState.Revoked }, ct);
            case PreviewRequest.ChangeOneofCase.SuspendGrantId:
                // What is revoked stays so.
                return await OfGrantAsync(Id("suspend_grant_id", request.SuspendGrantId), grant => grant.State == Decisions.GrantState.Active ? grant with { State = Decisions.GrantState.Suspended } : grant, ct);
            case PreviewRequest.ChangeOneofCase.NarrowGrant:
                return await OfGrantAsync(Id("narrow_grant.grant_id", request.NarrowGrant.GrantId), grant => Narrow(grant, request.NarrowGrant), ct);
            case PreviewRequest.ChangeOneofCase.ChangeBudget:
                var budget = request.ChangeBudget.Budget is { CallsPerSecond: > 0, CallsPerDay: > 0, PersonsPerDay: > 0, CallsPerOfficerAndDay: > 0, PersonsPerOfficerAndDay: > 0 } wanted
                    ? new Decisions.Budget(wanted.CallsPerSecond, wanted.CallsPerDay, wanted.PersonsPerDay, wanted.CallsPerOfficerAndDay, wanted.PersonsPerOfficerAndDay)
                    : throw Problems.Invalid("change_budget.budget", "must have five numbers of at least 1");
                return await OfGrantAsync(Id("change_budget.grant_id", request.ChangeBudget.GrantId), grant => grant with { Budget = budget }, ct);
            case PreviewRequest.ChangeOneofCase.DissolveOfficerGroupId:
                return await OfGroupAsync(Id("dissolve_officer_group_id", request.DissolveOfficerGroupId), ct);
            case PreviewRequest.ChangeOneofCase.RetireDataset:
                var (dataset, version) = Dataset(request.RetireDataset.DatasetId, request.RetireDataset.DatasetVersion);
                return new(null, dataset, version, (now, recent) => Retire(now, recent, dataset, version));
            default:
                throw Problems.Invalid("change", "must say what would change");
        }
    }

    /// <summary>It touches the calls of the agency that holds the grant, and of those to whom it was handed on.</summary>
    private async Task<Proposal> OfGrantAsync(Guid id, Func<Decisions.Grant, Decisions.Grant> change, CancellationToken ct)
    {
        var line = await db.Grants.FromSql($"""
            SELECT *, xmin FROM grants WHERE id IN (
              WITH RECURSIVE line (id) AS (SELECT {id} UNION SELECT below.id FROM grants AS below JOIN line ON below.parent_grant_id = line.id) SELECT id FROM line)
            """).AsNoTracking().ToListAsync(ct);
        var grant = line.Find(grant => grant.Id == id) ?? throw Problems.Rpc(StatusCode.NotFound, "entitlement.grant.unknown", "There is no grant with this id.");
        var changed = change(Read(grant)) with { Revision = long.MaxValue };
        return new(line.Select(grant => grant.AgencyId).Distinct().ToList(), grant.DatasetId, grant.DatasetVersion, (now, _) => now.With(changed));
    }

    private async Task<Proposal> OfGroupAsync(Guid id, CancellationToken ct)
    {
        var group = await db.OfficerGroups.AsNoTracking().Include(group => group.Officers).SingleOrDefaultAsync(group => group.Id == id, ct)
            ?? throw Problems.Rpc(StatusCode.NotFound, "entitlement.group.unknown", "There is no officer group with this id.");
        return new([group.AgencyId], null, null, (now, _) => now.With(Read(group) with { Active = false, Revision = long.MaxValue }));
    }

    private static Decisions.Grant Narrow(Decisions.Grant grant, NarrowGrant narrow)
    {
        DateTimeOffset? from = narrow.ValidFrom is { } first ? Instant("narrow_grant.valid_from", first) : null;
        DateTimeOffset? until = narrow.ValidUntil is { } last ? Instant("narrow_grant.valid_until", last) : null;
        if (narrow.Fields.Except(grant.Fields).Any())
        {
            throw Problems.Invalid("narrow_grant.fields", "must be fields of the grant");
        }

        if (narrow.Purposes.Except(grant.Purposes.Select(terms => terms.Code)).Any())
        {
            throw Problems.Invalid("narrow_grant.purposes", "must be purposes of the grant");
        }

        return from < grant.ValidFrom || until > grant.ValidUntil
            ? throw Problems.Invalid("narrow_grant.valid_from", "must be within the grant's period, and valid_until, too")
            : grant with
            {
                Fields = narrow.Fields.Count == 0 ? grant.Fields : [.. grant.Fields.Where(narrow.Fields.Contains)],
                Purposes = narrow.Purposes.Count == 0 ? grant.Purposes : [.. grant.Purposes.Where(terms => narrow.Purposes.Contains(terms.Code))],
                ValidFrom = from ?? grant.ValidFrom,
                ValidUntil = until ?? grant.ValidUntil,
            };
    }

    private static Snapshot Retire(Snapshot now, IReadOnlyList<RecentDecision> recent, string dataset, string version)
    {
        var builder = now.Edit();
        foreach (var agency in recent.Select(call => Guid.Parse(call.AgencyId)).Distinct())
        {
            foreach (var grant in now.For(agency, dataset, version))
            {
                builder.Add(grant with { State = Decisions.GrantState.Revoked, Revision = long.MaxValue });
            }
        }

        return builder.Build();
    }

    private async Task<IReadOnlyList<RecentDecision>> RecentAsync(Proposal change, int most, CancellationToken ct)
    {
        try
        {
            using var call = evidence.Recent(
                new RecentRequest { AgencyIds = { change.Agencies is { Count: <= MostAgencies } few ? few.Select(agency => agency.ToString()) : [] }, DatasetId = change.Dataset ?? "", DatasetVersion = change.Version ?? "", Most = most },
                deadline: clock.GetUtcNow().Add(EvidencePatience).UtcDateTime, cancellationToken: ct);
            return await call.ResponseStream.ReadAllAsync(ct).ToListAsync(ct);
        }
        catch (RpcException away) when (!ct.IsCancellationRequested)
        {
            NoEvidence(away.StatusCode);
            throw Problems.Rpc(StatusCode.Unavailable, "entitlement.preview.unavailable", "The recent decisions cannot be read now. Try again in a few seconds.");
        }
    }

    private static PreviewReply Compare(IReadOnlyList<RecentDecision> recent, Snapshot now, Snapshot changed, bool withBudget)
    {
        var reply = new PreviewReply { Replayed = recent.Count, OldestAt = recent is [.., var oldest] ? oldest.At : null, NewestAt = recent is [var newest, ..] ? newest.At : null, DecisionsVersion = Decide.Version };
        var flips = new Dictionary<(string, string), int>();
        var used = new Dictionary<(Guid, DateOnly), int>();
        var shown = new List<PreviewedDecision>();
        // In the order in which they were made: what is over budget is what came last on its day.
        foreach (var call in recent.Reverse())
        {
            var question = Ask(call);
            var (before, after) = (Decide.Evaluate(now, question), Decide.Evaluate(changed, question));
            var lost = after.IsAllowed ? before.Fields.Except(after.Fields).ToList() : [];
            var isOver = withBudget && after.IsAllowed && IsOver(after, question, used);
            var isTurned = before.IsAllowed != after.IsAllowed;
            if (!isTurned && lost.Count == 0 && !isOver)
            {
                continue;
            }

            if (isTurned)
            {
                flips[(before.Reason, after.Reason)] = flips.GetValueOrDefault((before.Reason, after.Reason)) + 1;
            }

            reply.Narrowed += lost.Count > 0 ? 1 : 0;
            reply.OverBudget += isOver ? 1 : 0;
            shown.Add(new()
            {
                EntryId = call.EntryId,
                At = call.At,
                AgencyId = call.AgencyId,
                DatasetId = call.DatasetId,
                GrantId = after.GrantId?.ToString() ?? "",
                CodeBefore = before.Reason,
                CodeAfter = after.Reason,
                LostFields = { lost },
                OverBudget = isOver,
            });
        }

        reply.Flips.Add(flips.OrderByDescending(flip => flip.Value).Select(flip => new DecisionFlip { CodeBefore = flip.Key.Item1, CodeAfter = flip.Key.Item2, Count = flip.Value }));
        reply.Decisions.Add(Enumerable.Reverse(shown).Take(MostShown));
        return reply;
    }

    private static bool IsOver(Decisions.Decision decision, in Question question, Dictionary<(Guid, DateOnly), int> used)
    {
        var day = DateOnly.FromDateTime(question.At.ToOffset(ThaiTime).DateTime);
        return Count(decision.GrantId!.Value) > decision.Budget!.CallsPerDay | (question.Officer is { } officer && Count(officer) > decision.Budget.CallsPerOfficerAndDay);

        int Count(Guid of) => used[(of, day)] = used.GetValueOrDefault((of, day)) + 1;
    }

    private static Question Ask(RecentDecision call) => new(
        Guid.Parse(call.AgencyId), call.DatasetId, call.DatasetVersion, call.Purpose.Length > 0 ? call.Purpose : null,
        call.Channel == "api" ? Decisions.Channel.Api : call.Channel == "web" ? Decisions.Channel.Web : Decisions.Channel.Unspecified, call.At.ToDateTimeOffset())
    {
        Officer = Guid.TryParse(call.AgentId, out var person) ? person : null,
        Case = call.HasCase ? "-" : null, // Which one it was stays with the evidence.
    };
}
