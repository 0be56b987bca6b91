using Gdx.Catalog.Contracts.V1;
using Gdx.Catalog.Data;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Catalog.Features;

/// <summary>gRPC gdx.catalog.v1.DataOffers/Retract: the offering agency or an operator takes an offer back, off the open catalogue too where it got there.</summary>
public sealed partial class DataOfferService
{
    [Authorize(Roles = Sides)]
    public override async Task<DataOffer> Retract(RetractDataOfferRequest request, ServerCallContext context)
    {
        var (caller, ct, now) = (Caller.Of(context), context.CancellationToken, clock.Now());
        OnlyOf(caller); // Whoever has no say in offers hears that first.
        var person = caller.RequirePerson();
        var reason = Fields.Text("reason", request.Reason, 1000, lines: true);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var offer = await ToChangeAsync(caller, request.OfferId, ct);
        if (offer.State is DataOfferState.Retracted or DataOfferState.DraftMade || (offer.State == DataOfferState.Declined && !offer.OnCatalog))
        {
            throw WrongState("There is nothing to take back.");
        }

        // Accepted: it may be on its way at this moment.
        var there = offer.OnCatalog || offer.State == DataOfferState.Accepted || offer.Lease is not null;
        (offer.State, offer.RetractedBy, offer.RetractedBecause) = (DataOfferState.Retracted, person, reason);
        offer.Wants(there ? Push.Retract : Push.Nothing, now);
        if (!there)
        {
            db.Publish(offer.Id, new DataOfferRetracted { OfferId = offer.Id, AgencyId = offer.AgencyId, OfferedBy = offer.OfferedBy, At = now });
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return Answer(offer, caller.IsOperator);
    }
}
