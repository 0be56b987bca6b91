using Gdx.Entitlement.Contracts.V1;
using Gdx.Identity.Contracts;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;
using Group = Gdx.Entitlement.Data.OfficerGroup;

namespace Gdx.Entitlement.Features;

public sealed partial class OfficerGroupService
{
    private const string GroupReaders = $"{Keepers},{Roles.Operator},{Roles.Auditor}";
    private const int MostSteps = 200; // What a person reads of a history at once.

    /// <summary>gRPC gdx.entitlement.v1.OfficerGroups/Get: one group of the own agency, for operators and auditors of any, and on request what was done with it.</summary>
    [Authorize(Roles = GroupReaders)]
    public override async Task<GetOfficerGroupReply> Get(GetOfficerGroupRequest request, ServerCallContext context)
    {
        var (id, ct) = (Id("group_id", request.GroupId), context.CancellationToken);
        var reply = new GetOfficerGroupReply { Group = Answer(await Visible(GrantCaller.Of(context)).SingleOrDefaultAsync(group => group.Id == id, ct) ?? throw Unknown()) };
        if (request.WithSteps)
        {
            var steps = await db.OfficerGroupSteps.AsNoTracking().Where(step => step.GroupId == id).OrderByDescending(step => step.Id).Take(MostSteps).ToListAsync(ct);
            reply.Steps.AddRange(steps.AsEnumerable().Reverse().Select(step => new OfficerGroupStep
            {
                Act = step.Act,
                At = step.At.ToTimestamp(),
                By = step.By?.ToString() ?? "",
                Reason = step.Reason,
                AddedIds = { step.Added.Select(person => person.ToString()) },
                RemovedIds = { step.Removed.Select(person => person.ToString()) },
            }));
        }

        return reply;
    }

    /// <summary>gRPC gdx.entitlement.v1.OfficerGroups/Find: groups of the own agency, for operators and auditors of all, newest first.</summary>
    [Authorize(Roles = GroupReaders)]
    public override async Task<FindOfficerGroupsReply> Find(FindOfficerGroupsRequest request, ServerCallContext context)
    {
        var size = GrantService.PageSize(request.PageSize);
        var query = Visible(GrantCaller.Of(context)).Where(group => request.WithDissolved || group.DissolvedAt == null);
        if (request.AgencyId.Length > 0)
        {
            var agency = Id("agency_id", request.AgencyId);
            query = query.Where(group => group.AgencyId == agency);
        }

        if (request.OfficerId.Length > 0)
        {
            var officer = Id("officer_id", request.OfficerId);
            query = query.Where(group => group.Officers.Any(one => one.PersonId == officer));
        }

        if (request.GrantId.Length > 0)
        {
            var grant = Id("grant_id", request.GrantId);
            query = query.Where(group => group.Rights.Any(right => right.GrantId == grant));
        }

        if (request.PageToken.Length > 0)
        {
            var before = Id("page_token", request.PageToken);
            query = query.Where(group => group.Id < before);
        }

        var page = await query.OrderByDescending(group => group.Id).Take(size + 1).ToListAsync(context.CancellationToken);
        return new FindOfficerGroupsReply { Groups = { page.Take(size).Select(Answer) }, NextPageToken = page.Count > size ? page[size - 1].Id.ToString() : "" };
    }

    private IQueryable<Group> Visible(GrantCaller caller) =>
        db.OfficerGroups.AsNoTracking().Include(group => group.Officers).AsSplitQuery().Where(group => caller.SeesAll || (caller.Agency != null && group.AgencyId == caller.Agency));
}
