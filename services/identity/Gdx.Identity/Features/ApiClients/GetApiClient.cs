using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

public sealed partial class ApiClientService
{
    /// <summary>gRPC gdx.identity.v1.ApiClients/Get: one client with its keys and who used which secret last, for its agency and for operators.</summary>
    [Authorize(Roles = Keepers)]
    public override async Task<ApiClient> Get(GetApiClientRequest request, ServerCallContext context)
    {
        var (id, caller, ct) = (Fields.Id("api_client_id", request.ApiClientId), Caller.Of(context), context.CancellationToken);
        var agency = caller.Is(Roles.Operator) ? (Guid?)null : caller.RequireAgency();
        var client = await db.ApiClients.AsNoTracking().SingleOrDefaultAsync(one => one.Id == id && (agency == null || one.AgencyId == agency), ct) ?? throw Unknown();
        var answer = await AnswerAsync(client, ct);
        answer.Uses.Add(await UsesAsync(id, null, ct));
        return answer;
    }
}
