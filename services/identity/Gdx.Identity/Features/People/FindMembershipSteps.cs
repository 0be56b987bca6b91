using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

public sealed partial class MembershipService
{
    /// <summary>gRPC gdx.identity.v1.Memberships/FindSteps: what was done with a membership, for the person, the agency's OrganizationAdmins and operators; oldest first.</summary>
    [Authorize(Roles = $"{Roles.Person},{Roles.Operator}")]
    public override async Task<FindMembershipStepsReply> FindSteps(FindMembershipStepsRequest request, ServerCallContext context)
    {
        var (caller, ct, id) = (Caller.Of(context), context.CancellationToken, Fields.Id("membership_id", request.MembershipId));
        var (size, after) = (Fields.PageSize(request.PageSize), Fields.PageToken(request.PageToken));
        var member = await db.Memberships.AsNoTracking().SingleOrDefaultAsync(one => one.Id == id, ct);
        if (member is null || !(member.PersonId == caller.Person || caller.Is(Roles.Operator) || (member.AgencyId == caller.Agency && caller.Is(Roles.OrganizationAdmin))))
        {
            throw Unknown();
        }

        if (member.PersonId != caller.Person && !caller.Is(Roles.Operator))
        {
            await db.RequireRoleAsync(caller, Roles.OrganizationAdmin, ct);
        }

        var found = await db.MembershipSteps.AsNoTracking()
            .Where(step => step.MembershipId == id && (after == null || step.Id > after))
            .OrderBy(step => step.Id)
            .Take(size + 1)
            .ToListAsync(ct);
        return new FindMembershipStepsReply
        {
            Steps = { found.Take(size).Select(Answer) },
            NextPageToken = found.Count > size ? found[size - 1].Id.ToString("N") : "",
        };
    }

    private static MembershipStep Answer(Data.MembershipStep step) => new()
    {
        Act = step.Act,
        At = step.At.ToTimestamp(),
        By = step.By.ToString(),
        Reason = step.Reason ?? "",
        State = step.State,
        Roles = { step.Roles },
        Menus = { step.Menus },
    };
}
