using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Identity.Features;

public sealed partial class MembershipService
{
    /// <summary>gRPC gdx.identity.v1.Memberships/Resume: somebody who was suspended may work again.</summary>
    [Authorize(Roles = Roles.OrganizationAdmin)]
    public override Task<Membership> Resume(ResumeMembershipRequest request, ServerCallContext context) =>
        DecideAsync(request.MembershipId, context, MembershipAct.Resumed, null, (member, act) =>
        {
            Require(member, MembershipState.Suspended);
            (member.State, member.Reason, member.DecidedAt, member.DecidedBy) = (MembershipState.Active, null, act.Now, act.Caller.Person);
            db.Publish(member.Id, new MembershipResumed { MembershipId = member.Id, AgencyId = member.AgencyId, PersonId = member.PersonId, At = act.Now });
            return Task.CompletedTask;
        });
}
