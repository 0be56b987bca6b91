using Gdx.Entitlement.Contracts.V1;
using Gdx.Identity.Contracts;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Entitlement.Features;

public sealed partial class GrantService
{
    /// <summary>gRPC gdx.entitlement.v1.Grants/Get: one grant, for operators.</summary>
    [Authorize(Roles = Roles.Operator)]
    public override async Task<Contracts.V1.Grant> Get(GetGrantRequest request, ServerCallContext context)
    {
        var id = Id("grant_id", request.GrantId);
        return Answer(await db.Grants.AsNoTracking().SingleOrDefaultAsync(grant => grant.Id == id, context.CancellationToken) ?? throw Unknown());
    }
}
