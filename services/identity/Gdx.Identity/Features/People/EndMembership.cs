using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Identity.Features;

public sealed partial class MembershipService
{
    /// <summary>gRPC gdx.identity.v1.Memberships/End: somebody no longer works for the agency; the sessions end at once.</summary>
    [Authorize(Roles = Roles.OrganizationAdmin)]
    public override Task<Membership> End(EndMembershipRequest request, ServerCallContext context)
    {
        var reason = Fields.Text("reason", request.Reason, 1000, lines: true);
        return DecideAsync(request.MembershipId, context, MembershipAct.Ended, reason, async (member, act) =>
        {
            Require(member, MembershipState.Active, MembershipState.Suspended);
            await RequireDispensableAsync(member, act.Cancellation);
            await EndAsync(member, act, reason, "ended");
        });
    }
}
