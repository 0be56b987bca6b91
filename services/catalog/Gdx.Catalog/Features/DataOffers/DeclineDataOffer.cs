using Gdx.Catalog.Contracts.V1;
using Gdx.Identity.Contracts;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Catalog.Features;

/// <summary>gRPC gdx.catalog.v1.DataOffers/Decline: an operator refuses an offer, and says why. A revision that is declined leaves on the open catalogue what was there, and may be revised again.</summary>
public sealed partial class DataOfferService
{
    [Authorize(Roles = Roles.Operator)]
    public override async Task<DataOffer> Decline(DeclineDataOfferRequest request, ServerCallContext context)
    {
        var (caller, ct, now) = (Caller.Of(context), context.CancellationToken, clock.Now());
        var person = caller.RequirePerson();
        var reason = Fields.Text("reason", request.Reason, 1000, lines: true);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var offer = await ToChangeAsync(caller, request.OfferId, ct);
        if (offer.State is not (DataOfferState.Offered or DataOfferState.AppointmentProposed or DataOfferState.AppointmentAgreed))
        {
            throw WrongState("The offer is decided already.");
        }

        RequireAnother(offer, person);
        (offer.State, offer.DeclinedBecause, offer.DecidedBy, offer.DecidedAt) = (DataOfferState.Declined, reason, person, now);
        db.Publish(offer.Id, new DataOfferDeclined { OfferId = offer.Id, AgencyId = offer.AgencyId, OfferedBy = offer.OfferedBy, At = now });
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return Answer(offer, true);
    }
}
