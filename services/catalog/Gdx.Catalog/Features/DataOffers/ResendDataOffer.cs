using Gdx.Catalog.Contracts.V1;
using Gdx.Identity.Contracts;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Catalog.Features;

/// <summary>gRPC gdx.catalog.v1.DataOffers/Resend: an operator sends again what the open catalogue refused, or could not be reached for.</summary>
public sealed partial class DataOfferService
{
    [Authorize(Roles = Roles.Operator)]
    public override async Task<DataOffer> Resend(ResendDataOfferRequest request, ServerCallContext context)
    {
        var (caller, ct) = (Caller.Of(context), context.CancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var offer = await ToChangeAsync(caller, request.OfferId, ct);
        if (!offer.PushFailed)
        {
            throw WrongState("Nothing of this offer has been given up.");
        }

        offer.Wants(offer.Push, clock.Now());
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return Answer(offer, true);
    }
}
