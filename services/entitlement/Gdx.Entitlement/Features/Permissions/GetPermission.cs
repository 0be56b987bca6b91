using Gdx.Entitlement.Contracts.V1;
using Gdx.Identity.Contracts;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Entitlement.Features;

public sealed partial class PermissionService
{
    /// <summary>gRPC gdx.entitlement.v1.Permissions/Get: one permission, for operators.</summary>
    [Authorize(Roles = Roles.Operator)]
    public override async Task<Contracts.V1.Permission> Get(GetPermissionRequest request, ServerCallContext context)
    {
        var id = Id("permission_id", request.PermissionId);
        return Answer(await db.Permissions.AsNoTracking().SingleOrDefaultAsync(permission => permission.Id == id, context.CancellationToken) ?? throw Unknown());
    }
}
