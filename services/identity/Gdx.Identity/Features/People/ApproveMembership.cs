using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Google.Protobuf.Collections;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;
using Member = Gdx.Identity.Data.Membership;

namespace Gdx.Identity.Features;

public sealed partial class MembershipService
{
    // What an OrganizationAdmin gives by hand; further admins are named by NameAdmin.
    private static readonly string[] GivenRoles = [.. Roles.OfAgency.Where(role => role != Roles.OrganizationAdmin)];

    /// <summary>gRPC gdx.identity.v1.Memberships/Approve: an OrganizationAdmin lets in somebody who waits, with roles and menus.</summary>
    [Authorize(Roles = Roles.OrganizationAdmin)]
    public override Task<Membership> Approve(ApproveMembershipRequest request, ServerCallContext context)
    {
        var (roles, menus) = (ReadRoles(request.Roles), ReadMenus(request.Menus));
        return DecideAsync(request.MembershipId, context, MembershipAct.Approved, null, async (member, act) =>
        {
            Require(member, MembershipState.Waiting);
            await RequireActiveAsync(member.AgencyId, act.Cancellation);
            await RequireVerifiedAsync(member, act.Cancellation);
            (member.State, member.Roles, member.Menus) = (MembershipState.Active, roles, menus);
            (member.DecidedAt, member.DecidedBy) = (act.Now, act.Caller.Person);
            db.Publish(member.Id, new MembershipApproved { MembershipId = member.Id, AgencyId = member.AgencyId, PersonId = member.PersonId, At = act.Now });
        });
    }

    /// <summary>Whoever may look at citizens' data is known by the citizen number.</summary>
    private async Task RequireVerifiedAsync(Member member, CancellationToken ct)
    {
        if (!await db.People.AnyAsync(person => person.Id == member.PersonId && person.CitizenVerifiedAt != null, ct))
        {
            throw Problems.Rpc(StatusCode.FailedPrecondition, "identity.person.unverified", "The person's citizen number is not verified yet: by signing in with ThaID or DGA Digital ID, or by a registrar.");
        }
    }

    private static List<string> ReadRoles(RepeatedField<string> roles) => roles.Count == 0
        ? throw Problems.Invalid("roles", "must name at least one role")
        : ReadNames("roles", roles, GivenRoles);

    private static List<string> ReadMenus(RepeatedField<string> menus) => ReadNames("menus", menus, [.. Menus.All.Keys]);

    private static List<string> ReadNames(string field, RepeatedField<string> names, string[] known) =>
        names.Any(name => !known.Contains(name)) ? throw Problems.Invalid(field, $"must be of {string.Join(", ", known)}")
        : names.Distinct().Count() < names.Count ? throw Problems.Invalid(field, "must name each once")
        : [.. names];
}
