using Gdx.Entitlement.Contracts.V1;
using Gdx.Entitlement.Data;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Group = Gdx.Entitlement.Data.OfficerGroup;

namespace Gdx.Entitlement.Features;

public sealed partial class OfficerGroupService
{
    private const int MostGroups = 500; // Of one agency: departments with a hundred offices make a few for each.
    private const int MostRights = 50; // The Linkage Center ties at most 10 services to a process; a counter has a few processes.
    private const int LongestYears = 5; // As letters: officers are looked through at least as often as rights.

    /// <summary>What the caller wants a group to be.</summary>
    private sealed record Wish(string Name, List<OfficerGroupRight> Rights, HashSet<Guid> Officers, DateTimeOffset From, DateTimeOffset Until, int Limit, string Reason);

    /// <summary>gRPC gdx.entitlement.v1.OfficerGroups/Save: makes a group or replaces it, for the agency's SuperUser.</summary>
    [Authorize(Roles = Keepers)]
    public override async Task<Contracts.V1.OfficerGroup> Save(SaveOfficerGroupRequest request, ServerCallContext context)
    {
        var (caller, ct, wish) = (GrantCaller.Of(context), context.CancellationToken, Read(request));
        Guid? id = request.GroupId.Length == 0 ? null : Id("group_id", request.GroupId);
        var requestId = id is null ? Id("request_id", request.RequestId) : Guid.Empty;
        var agency = caller.RequireAgency();
        if (wish.Officers.Contains(caller.Person))
        {
            throw Self(); // Also where they are in it already: they would change their own right.
        }

        var known = await db.OfficerGroups.AsNoTracking().Include(group => group.Officers)
            .SingleOrDefaultAsync(group => id == null ? group.RequestId == requestId : group.Id == id, ct);
        if ((id is not null && known is null) || (known is not null && known.AgencyId != agency))
        {
            throw Unknown();
        }

        var checkedAt = Now();
        await RequireMembersAsync(agency, [.. wish.Officers.Except(known?.Officers.Select(officer => officer.PersonId) ?? [])], ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.LockOfficersAsync(agency, ct);
        try
        {
            var group = await db.OfficerGroups.Include(group => group.Officers)
                .SingleOrDefaultAsync(group => group.AgencyId == agency && (id == null ? group.RequestId == requestId : group.Id == id), ct);
            wish = wish with { Rights = await ReadRightsAsync(agency, wish.Rights, group?.Rights ?? [], ct) };
            await RequireSuperUserAsync(caller, [.. wish.Rights, .. group?.Rights ?? []], ct);
            if (group is null)
            {
                group = await CreateAsync(requestId, agency, wish, caller, checkedAt, ct);
            }
            else if (id is null || Same(group, wish))
            {
                return Answer(group);
            }
            else
            {
                await ReplaceAsync(group, request.ExpectedRevision, wish, caller, checkedAt, ct);
            }

            await db.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
            return Answer(group);
        }
        catch (DbUpdateException race) when (race.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: OfficerGroupTable.NameIndex })
        {
            throw Problems.Rpc(StatusCode.AlreadyExists, "entitlement.group.name_taken", "Your agency has a group of this name. Choose another one, or change that group.");
        }
    }

    private async Task<Group> CreateAsync(Guid requestId, Guid agency, Wish wish, GrantCaller caller, DateTimeOffset now, CancellationToken ct)
    {
        if (await db.OfficerGroups.CountAsync(group => group.AgencyId == agency && group.DissolvedAt == null, ct) >= MostGroups)
        {
            throw Problems.Rpc(StatusCode.FailedPrecondition, "entitlement.group.too_many", $"A group has at most {Group.MostOfficers} officers, an agency {MostGroups} groups: dissolve or divide.");
        }

        var limit = wish.Limit == 0 ? Group.DefaultLimit : wish.Limit;
        RequireLimit(limit, Group.HighestBySuperUser);
        var group = new Group
        {
            Id = Guid.CreateVersion7(now),
            RequestId = requestId,
            AgencyId = agency,
            Name = wish.Name,
            Rights = wish.Rights,
            ValidFrom = wish.From,
            ValidUntil = wish.Until,
            CallsPerOfficerAndDay = limit,
        };
        await AddAsync(group, wish.Officers, caller, now, ct);
        db.OfficerGroups.Add(group);
        db.Record(group, OfficerGroupAct.Created, caller.Person, now, wish.Reason, wish.Officers, [], isNew: true);
        return group;
    }

    private async Task ReplaceAsync(Group group, long expected, Wish wish, GrantCaller caller, DateTimeOffset checkedAt, CancellationToken ct)
    {
        RequireAlive(group);
        if (group.Revision != expected)
        {
            throw Problems.Rpc(StatusCode.Aborted, "entitlement.group.changed", "Somebody changed the group meanwhile. Read it again and decide anew.");
        }

        RequireLimit(wish.Limit, Math.Max(Group.HighestBySuperUser, group.CallsPerOfficerAndDay));
        var removed = group.Officers.Where(officer => !wish.Officers.Contains(officer.PersonId)).ToList();
        var added = wish.Officers.Except(group.Officers.Select(officer => officer.PersonId)).ToList();
        removed.ForEach(officer => group.Officers.Remove(officer));
        await AddAsync(group, added, caller, checkedAt, ct);
        (group.Name, group.ValidFrom, group.ValidUntil) = (wish.Name, wish.From, wish.Until);
        group.CallsPerOfficerAndDay = wish.Limit == 0 ? group.CallsPerOfficerAndDay : wish.Limit;
        if (!SameRights(group.Rights, wish.Rights))
        {
            group.Rights = wish.Rights;
        }

        db.Record(group, OfficerGroupAct.Replaced, caller.Person, Now(), wish.Reason, added, [.. removed.Select(officer => officer.PersonId)]);
    }

    private static void RequireLimit(int limit, int highest)
    {
        if (limit > highest)
        {
            throw Problems.Rpc(StatusCode.PermissionDenied, "entitlement.group.limit",
                $"A SuperUser gives at most {Group.HighestBySuperUser} calls an officer and day, or what an operator has given the group: ask the operator for more.");
        }
    }

    private Wish Read(SaveOfficerGroupRequest request)
    {
        var (from, until) = (PermissionService.Instant("valid_from", request.ValidFrom), PermissionService.Instant("valid_until", request.ValidUntil));
        if (until <= from || until > GrantRules.YearsFrom(from, LongestYears) || until <= clock.GetUtcNow())
        {
            throw Problems.Invalid("valid_until", $"must be after valid_from and now, and at most {LongestYears} years after valid_from");
        }

        if (request.Rights.Count is < 1 or > MostRights || request.Rights.DistinctBy(right => right.GrantId.ToUpperInvariant()).Count() != request.Rights.Count)
        {
            throw Problems.Invalid("rights", $"must have 1-{MostRights} entries, each grant once");
        }

        return new(
            Text("name", request.Name, 1, 200, lines: false),
            [.. request.Rights.Select(right => new OfficerGroupRight { GrantId = Id("rights.grant_id", right.GrantId), Fields = [.. right.Fields.Distinct()], Purposes = [.. right.Purposes.Distinct()] })],
            Persons("officer_ids", request.OfficerIds, 0),
            from,
            until,
            request.CallsPerOfficerAndDay >= 0 ? request.CallsPerOfficerAndDay : throw Problems.Invalid("calls_per_officer_and_day", "must be at least 1, or 0 for what it is"),
            Text("reason", request.Reason, 0, 1000, lines: true));
    }

    /// <summary>Only grants of the agency, and of each no more than it has. What came into the group in time may stay when its grant is over.</summary>
    private async Task<List<OfficerGroupRight>> ReadRightsAsync(Guid agency, List<OfficerGroupRight> wished, List<OfficerGroupRight> before, CancellationToken ct)
    {
        var (ids, now) = (wished.Select(right => right.GrantId).ToList(), clock.GetUtcNow());
        var grants = await db.Grants.AsNoTracking().Where(grant => ids.Contains(grant.Id) && grant.AgencyId == agency).ToDictionaryAsync(grant => grant.Id, ct);
        return [.. wished.Select(right =>
        {
            var grant = grants.GetValueOrDefault(right.GrantId) ?? throw GrantService.Unknown();
            GrantRules.Require((grant.RevokedAt is not null || grant.ValidUntil <= now) && !before.Exists(one => one.GrantId == grant.Id) ? GrantRules.Refusal.State : GrantRules.Refusal.None);
            return right.Fields.Except(grant.Fields).Any() || right.Purposes.Except(grant.Purposes).Any()
                ? throw Problems.Rpc(StatusCode.FailedPrecondition, "entitlement.group.wider", "A group opens no fields or purposes that its grant does not have.")
                // In the grant's order, so that the same is written the same.
                : new OfficerGroupRight
                {
                    GrantId = grant.Id,
                    Fields = [.. grant.Fields.Where(field => right.Fields.Count == 0 || right.Fields.Contains(field))],
                    Purposes = [.. grant.Purposes.Where(purpose => right.Purposes.Count == 0 || right.Purposes.Contains(purpose))],
                };
        })];
    }

    private static bool Same(Group group, Wish wish) =>
        group.DissolvedAt is null && group.Name == wish.Name && (group.ValidFrom, group.ValidUntil) == (wish.From, wish.Until) && SameRights(group.Rights, wish.Rights)
        && wish.Officers.SetEquals(group.Officers.Select(officer => officer.PersonId)) && (wish.Limit == 0 || wish.Limit == group.CallsPerOfficerAndDay);

    private static bool SameRights(List<OfficerGroupRight> some, List<OfficerGroupRight> others) => some.Count == others.Count && some.Zip(others).All(pair => pair.First.Same(pair.Second));
}
