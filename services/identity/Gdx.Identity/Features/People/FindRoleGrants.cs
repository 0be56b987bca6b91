using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

public sealed partial class OperatorRoleService
{
    /// <summary>gRPC gdx.identity.v1.OperatorRoles/Find: what was asked for, given, refused and taken away; oldest first.</summary>
    [Authorize(Roles = Roles.Operator)]
    public override async Task<FindRoleGrantsReply> Find(FindRoleGrantsRequest request, ServerCallContext context)
    {
        var (size, after) = (Fields.PageSize(request.PageSize), Fields.PageToken(request.PageToken));
        if (!Enum.IsDefined(request.State))
        {
            throw Problems.Invalid("state", "must be a state of a decision, or unspecified for all");
        }

        var found = await db.OperatorRoleGrants.AsNoTracking().Include(grant => grant.Membership)
            .Where(grant => request.State == DecisionState.Unspecified || grant.State == request.State)
            .Where(grant => after == null || grant.Id > after)
            .OrderBy(grant => grant.Id)
            .Take(size + 1)
            .ToListAsync(context.CancellationToken);
        return new FindRoleGrantsReply
        {
            Grants = { found.Take(size).Select(Answer) },
            NextPageToken = found.Count > size ? found[size - 1].Id.ToString("N") : "",
        };
    }
}
