using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Identity.Features;

public sealed partial class MembershipService
{
    /// <summary>gRPC gdx.identity.v1.Memberships/Suspend: somebody may not work for the agency for the time being; the sessions end at once.</summary>
    [Authorize(Roles = Roles.OrganizationAdmin)]
    public override Task<Membership> Suspend(SuspendMembershipRequest request, ServerCallContext context)
    {
        var reason = Fields.Text("reason", request.Reason, 1000, lines: true);
        return DecideAsync(request.MembershipId, context, MembershipAct.Suspended, reason, async (member, act) =>
        {
            Require(member, MembershipState.Active);
            await RequireDispensableAsync(member, act.Cancellation);
            (member.State, member.Reason, member.DecidedAt, member.DecidedBy) = (MembershipState.Suspended, reason, act.Now, act.Caller.Person);
            await db.EndSessionsAsync(member.Id, "suspended", act.Now, act.Cancellation);
            db.Publish(member.Id, new MembershipSuspended { MembershipId = member.Id, AgencyId = member.AgencyId, PersonId = member.PersonId, At = act.Now });
        });
    }
}
