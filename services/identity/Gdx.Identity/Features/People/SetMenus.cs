using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Identity.Features;

public sealed partial class MembershipService
{
    /// <summary>gRPC gdx.identity.v1.Memberships/SetMenus: opens exactly these menus; what is taken away ends the sessions that still carry it.</summary>
    [Authorize(Roles = Roles.OrganizationAdmin)]
    public override Task<Membership> SetMenus(SetMenusRequest request, ServerCallContext context)
    {
        var menus = ReadMenus(request.Menus);
        return DecideAsync(request.MembershipId, context, MembershipAct.MenusSet, null, async (member, act) =>
        {
            Require(member, MembershipState.Active, MembershipState.Suspended);
            await EndSessionsThatLoseAsync(member, member.Menus.Except(menus), act);
            member.Menus = menus;
        });
    }

    /// <summary>Tokens carry roles and menus for minutes; where one is taken away they end now, and the person signs in again with what is left.</summary>
    private async Task EndSessionsThatLoseAsync(Data.Membership member, IEnumerable<string> taken, Act act)
    {
        if (taken.Any())
        {
            await db.EndSessionsAsync(member.Id, "rights-changed", act.Now, act.Cancellation);
        }
    }
}
