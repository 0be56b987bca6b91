using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Identity.Features;

public sealed partial class MembershipService
{
    /// <summary>gRPC gdx.identity.v1.Memberships/NameAdmin: an active member becomes a further OrganizationAdmin.</summary>
    [Authorize(Roles = Roles.OrganizationAdmin)]
    public override Task<Membership> NameAdmin(NameAdminRequest request, ServerCallContext context) =>
        DecideAsync(request.MembershipId, context, MembershipAct.AdminNamed, null, async (member, act) =>
        {
            Require(member, MembershipState.Active);
            await RequireVerifiedAsync(member, act.Cancellation);
            member.Roles = [.. member.Roles.Union([Roles.OrganizationAdmin])];
        });
}
