using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

public sealed partial class GovernmentBodyService
{
    /// <summary>gRPC gdx.identity.v1.GovernmentBodies/Remove: takes a body out of the register; what was decided with it stays decided.</summary>
    [Authorize(Roles = Roles.Operator)]
    public override async Task<RemoveGovernmentBodyReply> Remove(RemoveGovernmentBodyRequest request, ServerCallContext context)
    {
        var number = IsNumber(request.JuristicId) ? request.JuristicId : throw Problems.Invalid("juristic_id", "must be the 13-digit number of a government body");
        return await db.GovernmentBodies.Where(body => body.JuristicId == number).ExecuteDeleteAsync(context.CancellationToken) == 1
            ? new()
            : throw Problems.Rpc(StatusCode.NotFound, "identity.government_body.unknown", "There is no body with this number in the register.");
    }
}
