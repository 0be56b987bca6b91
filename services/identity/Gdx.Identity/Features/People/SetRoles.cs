using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Identity.Features;

public sealed partial class MembershipService
{
    /// <summary>gRPC gdx.identity.v1.Memberships/SetRoles: gives exactly these roles of the agency, and leaves those alone that others give.</summary>
    [Authorize(Roles = Roles.OrganizationAdmin)]
    public override Task<Membership> SetRoles(SetRolesRequest request, ServerCallContext context)
    {
        var roles = ReadRoles(request.Roles);
        return DecideAsync(request.MembershipId, context, MembershipAct.RolesSet, null, async (member, act) =>
        {
            Require(member, MembershipState.Active, MembershipState.Suspended);
            List<string> all = [.. member.Roles.Except(GivenRoles), .. roles];
            await EndSessionsThatLoseAsync(member, member.Roles.Except(all), act);
            member.Roles = all;
        });
    }
}
