using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Identity.Features;

public sealed partial class MembershipService
{
    /// <summary>gRPC gdx.identity.v1.Memberships/Find: the own ones, an OrganizationAdmin's agency's, or for operators all; who asked first comes first.</summary>
    [Authorize(Roles = $"{Roles.Person},{Roles.Operator}")]
    public override async Task<FindMembershipsReply> Find(FindMembershipsRequest request, ServerCallContext context)
    {
        var (caller, ct) = (Caller.Of(context), context.CancellationToken);
        Guid? agency = request.AgencyId.Length == 0 ? null : Fields.Id("agency_id", request.AgencyId);
        Guid? person = request.PersonId.Length == 0 ? null : Fields.Id("person_id", request.PersonId);
        var (size, after) = (Fields.PageSize(request.PageSize), Fields.PageToken(request.PageToken));
        if (!Enum.IsDefined(request.State))
        {
            throw Problems.Invalid("state", "must be a state of a membership, or unspecified for all");
        }

        if (!caller.Is(Roles.Operator))
        {
            if (person is not null)
            {
                throw Problems.Rpc(StatusCode.PermissionDenied, "caller.forbidden", "Only operators look for what one person does for all agencies.");
            }

            if (agency is null)
            {
                person = caller.Person;
            }
            else if (agency == caller.Agency)
            {
                await db.RequireRoleAsync(caller, Roles.OrganizationAdmin, ct);
            }
            else
            {
                throw Problems.Rpc(StatusCode.PermissionDenied, "caller.forbidden", "Only the agency's OrganizationAdmins see who works for it.");
            }
        }

        // Ids are UUIDv7: their order is the order of asking.
        var found = await db.ReadAsync(
            db.Memberships
                .Where(member => agency == null || member.AgencyId == agency)
                .Where(member => person == null || member.PersonId == person)
                .Where(member => request.State == MembershipState.Unspecified || member.State == request.State)
                .Where(member => after == null || member.Id > after),
            size + 1,
            ct);
        return new FindMembershipsReply
        {
            Memberships = { found.Take(size) },
            NextPageToken = found.Count > size ? Guid.Parse(found[size - 1].Id).ToString("N") : "",
        };
    }
}
