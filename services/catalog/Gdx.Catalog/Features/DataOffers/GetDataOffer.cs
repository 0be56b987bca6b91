using Gdx.Catalog.Contracts.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Catalog.Features;

/// <summary>gRPC gdx.catalog.v1.DataOffers/Get: one offer; another agency's is unknown.</summary>
public sealed partial class DataOfferService
{
    [Authorize(Roles = Sides)]
    public override async Task<DataOffer> Get(GetDataOfferRequest request, ServerCallContext context)
    {
        var caller = Caller.Of(context);
        var only = OnlyOf(caller);
        var id = Fields.Id("offer_id", request.OfferId);
        var found = await db.Offers.AsNoTracking().SingleOrDefaultAsync(one => one.Id == id && (only == null || one.AgencyId == only), context.CancellationToken) ?? throw Unknown();
        return Answer(found, caller.IsOperator);
    }
}
