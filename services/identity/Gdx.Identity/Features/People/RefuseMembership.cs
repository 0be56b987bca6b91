using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Identity.Features;

public sealed partial class MembershipService
{
    /// <summary>gRPC gdx.identity.v1.Memberships/Refuse: an OrganizationAdmin does not let in somebody who waits, and says why.</summary>
    [Authorize(Roles = Roles.OrganizationAdmin)]
    public override Task<Membership> Refuse(RefuseMembershipRequest request, ServerCallContext context)
    {
        var reason = Fields.Text("reason", request.Reason, 1000, lines: true);
        return DecideAsync(request.MembershipId, context, MembershipAct.Refused, reason, (member, act) =>
        {
            Require(member, MembershipState.Waiting);
            (member.State, member.Reason, member.DecidedAt, member.DecidedBy) = (MembershipState.Refused, reason, act.Now, act.Caller.Person);
            db.Publish(member.Id, new MembershipRefused { MembershipId = member.Id, AgencyId = member.AgencyId, PersonId = member.PersonId, At = act.Now });
            return Task.CompletedTask;
        });
    }
}
