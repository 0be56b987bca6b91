using System.Globalization;
using Gdx.Catalog.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Catalog.Features;

/// <summary>gRPC gdx.catalog.v1.DataOffers/Find: what the caller's agency offered, newest first; operators see all, also only what failed to reach the open catalogue.</summary>
public sealed partial class DataOfferService
{
    [Authorize(Roles = Sides)]
    public override async Task<FindDataOffersReply> Find(FindDataOffersRequest request, ServerCallContext context)
    {
        var (caller, ct) = (Caller.Of(context), context.CancellationToken);
        var only = OnlyOf(caller) ?? Fields.OptionalId("agency_id", request.AgencyId);
        if (!caller.IsOperator && request.AgencyId.Length > 0 && request.AgencyId != only.ToString())
        {
            throw Problems.Invalid("agency_id", "is for operators.");
        }

        var (size, before) = (Fields.PageSize(request.PageSize), Fields.PageToken(request.PageToken));
        List<DataOfferState> states = [.. request.States.Select(state => Fields.Known("states", state))];
        var page = await db.Offers.AsNoTracking()
            .Where(one => one.Order < before && (only == null || one.AgencyId == only) && (states.Count == 0 || states.Contains(one.State)) && (!request.FailedOnly || one.PushFailed))
            .OrderByDescending(one => one.Order).Take(size + 1).ToListAsync(ct);
        return new()
        {
            Offers = { page.Take(size).Select(one => Answer(one, caller.IsOperator)) },
            NextPageToken = page.Count > size ? page[size - 1].Order.ToString(CultureInfo.InvariantCulture) : "",
        };
    }
}
