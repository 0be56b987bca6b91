using Gdx.Entitlement.Contracts.V1;
using Gdx.Identity.Contracts;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Entitlement.Features;

public sealed partial class RequestService
{
    /// <summary>gRPC gdx.entitlement.v1.Requests/Get: one request with its steps, letters and history, for whoever may see it.</summary>
    [Authorize(Roles = $"{Roles.OrganizationAdmin},{Roles.Officer},{Roles.SuperUser},{Roles.DataOwner},{Roles.Operator},{Roles.Auditor}")]
    public override async Task<Contracts.V1.AccessRequest> Get(GetRequestRequest request, ServerCallContext context)
    {
        var (ct, id) = (context.CancellationToken, RequestFields.Id("request_id", request.RequestId));
        return await SeenBy(RequestCaller.Of(context)).AnyAsync(one => one.Id == id, ct) ? await AnswerAsync(id, ct) : throw Unknown();
    }
}
