using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

public sealed partial class ApiClientService
{
    /// <summary>gRPC gdx.identity.v1.ApiClients/Find: clients of one agency or of all, newest first, for operators.</summary>
    [Authorize(Roles = Roles.Operator)]
    public override async Task<FindApiClientsReply> Find(FindApiClientsRequest request, ServerCallContext context)
    {
        Guid? agency = request.AgencyId.Length == 0 ? null : Fields.Id("agency_id", request.AgencyId);
        var (size, before) = (Fields.PageSize(request.PageSize), Fields.PageToken(request.PageToken));
        var page = await db.ApiClients.AsNoTracking()
            .Where(client => agency == null || client.AgencyId == agency)
            .Where(client => before == null || client.Id < before)
            .OrderByDescending(client => client.Id)
            .Take(size + 1)
            .ToListAsync(context.CancellationToken);
        return new FindApiClientsReply
        {
            Clients = { page.Take(size).Select(Answer) },
            NextPageToken = page.Count > size ? page[size - 1].Id.ToString("N") : "",
        };
    }
}
