using Gdx.Catalog.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Catalog.Features;

/// <summary>gRPC gdx.catalog.v1.DataOffers/AgreeTime: one of the times that the other side proposed.</summary>
public sealed partial class DataOfferService
{
    [Authorize(Roles = Sides)]
    public override async Task<DataOffer> AgreeTime(AgreeTimeRequest request, ServerCallContext context)
    {
        var (caller, ct, now) = (Caller.Of(context), context.CancellationToken, clock.Now());
        OnlyOf(caller); // Whoever has no say in offers hears that first.
        var time = Fields.Time("time", request.Time);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var offer = await ToChangeAsync(caller, request.OfferId, ct);
        if (offer.State != DataOfferState.AppointmentProposed || offer.ProposedByOperator == caller.IsOperator)
        {
            throw WrongState("There are no times that the other side has proposed.");
        }

        if (!offer.ProposedTimes.Contains(time) || time <= now)
        {
            throw Problems.Rpc(StatusCode.FailedPrecondition, "catalog.offer.time", "It is none of the proposed times, or it has passed. Read the offer again, or propose others.");
        }

        (offer.State, offer.AgreedTime) = (DataOfferState.AppointmentAgreed, time);
        db.Publish(offer.Id, new DataOfferAppointmentAgreed { OfferId = offer.Id, AgencyId = offer.AgencyId, OfferedBy = offer.OfferedBy, AgreedTime = time, At = now });
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return Answer(offer, caller.IsOperator);
    }
}
