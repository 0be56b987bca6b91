using Gdx.Catalog.Contracts.V1;
using Gdx.Identity.Contracts;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Catalog.Features;

/// <summary>gRPC gdx.catalog.v1.DataRequests/Get: one request; another agency's is unknown.</summary>
public sealed partial class DataRequestService
{
    [Authorize(Roles = $"{Roles.Person},{Roles.Operator}")]
    public override async Task<DataRequest> Get(GetDataRequestRequest request, ServerCallContext context)
    {
        var caller = Caller.Of(context);
        var only = OnlyOf(caller);
        var id = Fields.Id("request_id", request.RequestId);
        var found = await db.Requests.AsNoTracking().SingleOrDefaultAsync(one => one.Id == id && (only == null || one.AgencyId == only), context.CancellationToken) ?? throw Unknown();
        return await AnswerAsync(found, caller.IsOperator, context.CancellationToken);
    }
}
