using Gdx.Catalog.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Catalog.Features;

/// <summary>gRPC gdx.catalog.v1.DataOffers/ProposeTimes: times for the appointment about data for government only, from either side.</summary>
public sealed partial class DataOfferService
{
    private const int MostTimes = 10;

    [Authorize(Roles = Sides)]
    public override async Task<DataOffer> ProposeTimes(ProposeTimesRequest request, ServerCallContext context)
    {
        var (caller, ct, now) = (Caller.Of(context), context.CancellationToken, clock.Now());
        OnlyOf(caller); // Whoever has no say in offers hears that first.
        List<DateTimeOffset> times = [.. request.Times.Select((time, n) => Fields.Time($"times[{n}]", time)).Distinct().Order()];
        if (times.Count is 0 or > MostTimes || times[0] <= now || times[^1] > now.AddYears(1))
        {
            throw Problems.Invalid("times", $"must be 1 to {MostTimes} times from now to a year ahead.");
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var offer = await ToChangeAsync(caller, request.OfferId, ct);
        if (offer.Kind != DataOfferKind.GovernmentOnly || offer.State is not (DataOfferState.Offered or DataOfferState.AppointmentProposed or DataOfferState.AppointmentAgreed))
        {
            throw WrongState("Appointments are about offers for government only that are not decided.");
        }

        (offer.State, offer.ProposedTimes, offer.ProposedByOperator, offer.AgreedTime) = (DataOfferState.AppointmentProposed, times, caller.IsOperator, null);
        db.Publish(offer.Id, new DataOfferAppointmentProposed { OfferId = offer.Id, AgencyId = offer.AgencyId, OfferedBy = offer.OfferedBy, ByOperator = caller.IsOperator, At = now });
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return Answer(offer, caller.IsOperator);
    }
}
