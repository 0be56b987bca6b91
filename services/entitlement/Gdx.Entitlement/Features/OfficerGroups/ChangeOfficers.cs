using Gdx.Entitlement.Contracts.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Entitlement.Features;

public sealed partial class OfficerGroupService
{
    /// <summary>gRPC gdx.entitlement.v1.OfficerGroups/AddOfficers: registers officers in a group, for the agency's SuperUser.</summary>
    [Authorize(Roles = Keepers)]
    public override async Task<Contracts.V1.OfficerGroup> AddOfficers(ChangeOfficersRequest request, ServerCallContext context)
    {
        var (caller, ct, id, people, reason) = Read(request, context);
        var agency = caller.RequireAgency();
        if (!await db.OfficerGroups.AnyAsync(group => group.Id == id && group.AgencyId == agency, ct))
        {
            throw Unknown();
        }

        var checkedAt = Now();
        if (people.Contains(caller.Person))
        {
            throw Self();
        }

        var known = await db.Set<Data.GroupOfficer>().Where(officer => officer.GroupId == id && people.Contains(officer.PersonId)).Select(officer => officer.PersonId).ToListAsync(ct);
        await RequireMembersAsync(agency, [.. people.Except(known)], ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var group = await LockAsync(id, agency, ct);
        RequireAlive(group);
        await RequireSuperUserAsync(caller, group.Rights, ct);
        var added = people.Except(group.Officers.Select(officer => officer.PersonId)).ToList();
        if (added.Count > 0)
        {
            await AddAsync(group, added, caller, checkedAt, ct);
            db.Record(group, OfficerGroupAct.OfficersAdded, caller.Person, Now(), reason, added, []);
            await db.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
        }

        return Answer(group);
    }

    /// <summary>gRPC gdx.entitlement.v1.OfficerGroups/RemoveOfficers: takes officers out of a group at once, for the agency's SuperUser or OrganizationAdmin.</summary>
    [Authorize(Roles = Keepers)]
    public override async Task<Contracts.V1.OfficerGroup> RemoveOfficers(ChangeOfficersRequest request, ServerCallContext context)
    {
        var (caller, ct, id, people, reason) = Read(request, context);
        var agency = caller.RequireAgency();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var group = await LockAsync(id, agency, ct);
        RequireAlive(group);
        var removed = group.Officers.Where(officer => people.Contains(officer.PersonId)).ToList();
        if (removed.Count > 0)
        {
            removed.ForEach(officer => group.Officers.Remove(officer));
            db.Record(group, OfficerGroupAct.OfficersRemoved, caller.Person, Now(), reason, [], [.. removed.Select(officer => officer.PersonId)]);
            await db.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
        }

        return Answer(group);
    }

    private static (GrantCaller Caller, CancellationToken Cancellation, Guid Id, HashSet<Guid> People, string Reason) Read(ChangeOfficersRequest request, ServerCallContext context) => (
        GrantCaller.Of(context),
        context.CancellationToken,
        Id("group_id", request.GroupId),
        Persons("officer_ids", request.OfficerIds, 1),
        Text("reason", request.Reason, 0, 1000, lines: true));
}
