using System.Globalization;
using Gdx.Catalog.Contracts.V1;
using Gdx.Identity.Contracts;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Catalog.Features;

/// <summary>gRPC gdx.catalog.v1.DataRequests/Find: what the caller's agency asked for, newest first; operators see what all asked for.</summary>
public sealed partial class DataRequestService
{
    [Authorize(Roles = $"{Roles.Person},{Roles.Operator}")]
    public override async Task<FindDataRequestsReply> Find(FindDataRequestsRequest request, ServerCallContext context)
    {
        var (caller, ct) = (Caller.Of(context), context.CancellationToken);
        var only = OnlyOf(caller) ?? Fields.OptionalId("agency_id", request.AgencyId);
        if (!caller.IsOperator && ((request.AgencyId.Length > 0 && request.AgencyId != only.ToString()) || request.LeadingOnly))
        {
            throw Problems.Invalid(request.LeadingOnly ? "leading_only" : "agency_id", "is for operators.");
        }

        var (size, before) = (Fields.PageSize(request.PageSize), Fields.PageToken(request.PageToken));
        List<DataRequestState> states = [.. request.States.Select(state => Fields.Known("states", state))];
        var found = db.Requests.AsNoTracking().Where(one => one.Order < before && (only == null || one.AgencyId == only) && (!request.LeadingOnly || one.MergedInto == null));
        if (states.Count > 0)
        {
            found = found.Where(one => (one.MergedInto == null && states.Contains(one.State)) || db.Requests.Any(leader => leader.Id == one.MergedInto && states.Contains(leader.State)));
        }

        var page = await found.OrderByDescending(one => one.Order).Take(size + 1).ToListAsync(ct);
        return new()
        {
            Requests = { await AnswersAsync([.. page.Take(size)], caller.IsOperator, ct) },
            NextPageToken = page.Count > size ? page[size - 1].Order.ToString(CultureInfo.InvariantCulture) : "",
        };
    }
}
