using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

public sealed partial class ApiClientService
{
    /// <summary>gRPC gdx.identity.v1.ApiClients/Find: the clients of the caller's agency, newest first; for operators those of one agency or of all.</summary>
    [Authorize(Roles = Keepers)]
    public override async Task<FindApiClientsReply> Find(FindApiClientsRequest request, ServerCallContext context)
    {
        Guid? agency = request.AgencyId.Length == 0 ? null : Fields.Id("agency_id", request.AgencyId);
        var caller = Caller.Of(context);
        if (!caller.Is(Roles.Operator))
        {
            var own = caller.RequireAgency();
            agency = agency is null || agency == own ? own : throw Problems.Rpc(StatusCode.NotFound, "identity.agency.unknown", "There is no agency with this id.");
        }

        var (size, before) = (Fields.PageSize(request.PageSize), Fields.PageToken(request.PageToken));
        var page = await db.ApiClients.AsNoTracking()
            .Where(client => agency == null || client.AgencyId == agency)
            .Where(client => before == null || client.Id < before)
            .OrderByDescending(client => client.Id)
            .Take(size + 1)
            .ToListAsync(context.CancellationToken);
        return new FindApiClientsReply
        {
            Clients = { await AnswerAsync([.. page.Take(size)], context.CancellationToken) },
            NextPageToken = page.Count > size ? page[size - 1].Id.ToString("N") : "",
        };
    }
}
