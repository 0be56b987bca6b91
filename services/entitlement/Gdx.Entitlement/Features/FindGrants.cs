using Gdx.Entitlement.Contracts.V1;
using Gdx.Identity.Contracts;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Entitlement.Features;

public sealed partial class GrantService
{
    /// <summary>gRPC gdx.entitlement.v1.Grants/Find: grants of one agency or of all, newest first, for operators.</summary>
    [Authorize(Roles = Roles.Operator)]
    public override async Task<FindGrantsReply> Find(FindGrantsRequest request, ServerCallContext context)
    {
        var size = request.PageSize switch
        {
            0 => 50,
            >= 1 and <= 100 => request.PageSize,
            _ => throw Problems.Invalid("page_size", "must be 1-100, or 0 for 50"),
        };
        var query = db.Grants.AsNoTracking();
        if (request.AgencyId.Length > 0)
        {
            var agency = Id("agency_id", request.AgencyId);
            query = query.Where(grant => grant.AgencyId == agency);
        }

        if (request.PageToken.Length > 0)
        {
            // Ids are UUIDv7: their order is the order of creation, so the last one of a page is where the next begins.
            var before = Id("page_token", request.PageToken);
            query = query.Where(grant => grant.Id < before);
        }

        var page = await query.OrderByDescending(grant => grant.Id).Take(size + 1).ToListAsync(context.CancellationToken);
        return new FindGrantsReply
        {
            Grants = { page.Take(size).Select(Answer) },
            NextPageToken = page.Count > size ? page[size - 1].Id.ToString() : "",
        };
    }
}
