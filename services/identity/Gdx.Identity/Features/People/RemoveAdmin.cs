using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Identity.Features;

public sealed partial class MembershipService
{
    /// <summary>gRPC gdx.identity.v1.Memberships/RemoveAdmin: a further OrganizationAdmin is none any more, and stays a member; the sessions end at once.</summary>
    [Authorize(Roles = Roles.OrganizationAdmin)]
    public override Task<Membership> RemoveAdmin(RemoveAdminRequest request, ServerCallContext context)
    {
        var reason = Fields.Text("reason", request.Reason, 1000, lines: true);
        return DecideAsync(request.MembershipId, context, MembershipAct.AdminRemoved, reason, async (member, act) =>
        {
            Require(member, MembershipState.Active, MembershipState.Suspended);
            if (!member.Roles.Contains(Roles.OrganizationAdmin))
            {
                throw Problems.Rpc(StatusCode.FailedPrecondition, "identity.membership.not_admin", "This member is no OrganizationAdmin.");
            }

            await RequireDispensableAsync(member, act.Cancellation);
            (member.Roles, member.Reason) = ([.. member.Roles.Where(role => role != Roles.OrganizationAdmin)], reason);
            await db.EndSessionsAsync(member.Id, "rights-changed", act.Now, act.Cancellation);
        });
    }
}
