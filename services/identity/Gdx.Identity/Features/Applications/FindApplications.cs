using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

public sealed partial class ApplicationService
{
    /// <summary>gRPC gdx.identity.v1.Applications/Find: applications in one state or all, newest first, for operators.</summary>
    [Authorize(Roles = Roles.Operator)]
    public override async Task<FindApplicationsReply> Find(FindApplicationsRequest request, ServerCallContext context)
    {
        if (!Enum.IsDefined(request.State))
        {
            throw Problems.Invalid("state", "must be a state of an application, or unspecified for all");
        }

        // Ids are UUIDv7: their order is the order of creation, so the last one of a page is where the next begins.
        var (size, before) = (Fields.PageSize(request.PageSize), Fields.PageToken(request.PageToken));
        var page = await db.Applications.AsNoTracking()
            .Where(application => request.State == ApplicationState.Unspecified || application.State == request.State)
            .Where(application => before == null || application.Id < before)
            .OrderByDescending(application => application.Id)
            .Take(size + 1)
            .ToListAsync(context.CancellationToken);
        var clients = page.Select(application => application.ApiClientId).OfType<Guid>().ToList();
        var keys = await db.ApiClients.Where(client => clients.Contains(client.Id)).ToDictionaryAsync(client => client.Id, client => client.ConsumerKey, context.CancellationToken);
        return new FindApplicationsReply
        {
            Applications = { page.Take(size).Select(application => Answer(application, application.ApiClientId is { } id ? keys[id] : null)) },
            NextPageToken = page.Count > size ? page[size - 1].Id.ToString("N") : "",
        };
    }
}
