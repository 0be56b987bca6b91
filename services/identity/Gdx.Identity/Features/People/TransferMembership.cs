using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Identity.Features;

public sealed partial class MembershipService
{
    /// <summary>gRPC gdx.identity.v1.Memberships/Transfer: ends here and asks there; the OrganizationAdmins of the other agency decide.</summary>
    [Authorize(Roles = Roles.OrganizationAdmin)]
    public override async Task<Membership> Transfer(TransferMembershipRequest request, ServerCallContext context)
    {
        var reason = Fields.Text("reason", request.Reason, 1000, lines: true);
        var (agency, branch) = await ReadPlaceAsync(request.AgencyId, request.BranchId, context.CancellationToken);
        var there = Guid.Empty;
        await DecideAsync(request.MembershipId, context, MembershipAct.Transferred, reason, async (member, act) =>
        {
            Require(member, MembershipState.Active);
            await RequireDispensableAsync(member, act.Cancellation);
            if ((member.AgencyId, member.BranchId) == (agency, branch))
            {
                throw Problems.Invalid("agency_id", "must be another agency, or the same one with another branch");
            }

            await LockPersonAsync(member.PersonId, act.Cancellation); // Before the sessions, in the order of every other feature.
            await EndAsync(member, act, reason, "transferred");
            await db.SaveChangesAsync(act.Cancellation); // First, since there is one open membership at an agency.
            await RequireRoomAsync(member.PersonId, agency, act.Now, act.Cancellation);
            there = Ask(member.PersonId, agency, branch, act.Caller.Person, act.Now).Id;
        });
        return await AnswerAsync(there, context.CancellationToken);
    }
}
