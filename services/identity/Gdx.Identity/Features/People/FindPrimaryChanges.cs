using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

public sealed partial class MembershipService
{
    /// <summary>gRPC gdx.identity.v1.Memberships/FindPrimaryChanges: for operators all, for an OrganizationAdmin those of the own agency; oldest first.</summary>
    [Authorize(Roles = $"{Roles.OrganizationAdmin},{Roles.Operator}")]
    public override async Task<FindPrimaryChangesReply> FindPrimaryChanges(FindPrimaryChangesRequest request, ServerCallContext context)
    {
        var (caller, ct) = (Caller.Of(context), context.CancellationToken);
        Guid? agency = request.AgencyId.Length == 0 ? null : Fields.Id("agency_id", request.AgencyId);
        var (size, after) = (Fields.PageSize(request.PageSize), Fields.PageToken(request.PageToken));
        if (!Enum.IsDefined(request.State))
        {
            throw Problems.Invalid("state", "must be a state of a decision, or unspecified for all");
        }

        if (!caller.Is(Roles.Operator))
        {
            agency ??= caller.RequireAgency();
            if (agency != caller.Agency)
            {
                throw Problems.Rpc(StatusCode.PermissionDenied, "caller.forbidden", "Only the agency's OrganizationAdmins see this.");
            }

            await db.RequireRoleAsync(caller, Roles.OrganizationAdmin, ct);
        }

        var found = await db.PrimaryAdminChanges.AsNoTracking()
            .Where(change => agency == null || change.AgencyId == agency)
            .Where(change => request.State == DecisionState.Unspecified || change.State == request.State)
            .Where(change => after == null || change.Id > after)
            .OrderBy(change => change.Id)
            .Take(size + 1)
            .ToListAsync(ct);
        return new FindPrimaryChangesReply
        {
            Changes = { found.Take(size).Select(Answer) },
            NextPageToken = found.Count > size ? found[size - 1].Id.ToString("N") : "",
        };
    }
}
