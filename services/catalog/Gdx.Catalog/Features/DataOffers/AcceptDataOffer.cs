using Gdx.Catalog.Contracts.V1;
using Gdx.Catalog.Data;
using Gdx.Identity.Contracts;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Catalog.Features;

/// <summary>gRPC gdx.catalog.v1.DataOffers/Accept: an operator who did not write it lets an open offer go to the open catalogue, in the revision that was looked at.</summary>
public sealed partial class DataOfferService
{
    [Authorize(Roles = Roles.Operator)]
    public override async Task<DataOffer> Accept(AcceptDataOfferRequest request, ServerCallContext context)
    {
        var (caller, ct, now) = (Caller.Of(context), context.CancellationToken, clock.Now());
        var person = caller.RequirePerson();
        var revision = request.Revision > 0 ? request.Revision : throw Problems.Invalid("revision", "must be the revision of the offer as you have checked it.");
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var offer = await ToChangeAsync(caller, request.OfferId, ct);
        if (offer is not { Kind: DataOfferKind.Open, State: DataOfferState.Offered })
        {
            throw WrongState("Only an open offer that waits for a decision is accepted; for government-only data propose times.");
        }

        if (offer.Revision != revision)
        {
            throw Problems.Rpc(StatusCode.Aborted, "request.conflict", "The offer has changed since you checked it. Read it again.");
        }

        RequireAnother(offer, person);
        (offer.State, offer.DecidedBy, offer.DecidedAt) = (DataOfferState.Accepted, person, now);
        offer.Wants(Push.Put, now);
        db.Publish(offer.Id, new DataOfferAccepted { OfferId = offer.Id, AgencyId = offer.AgencyId, OfferedBy = offer.OfferedBy, At = now });
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return Answer(offer, true);
    }

    private static void RequireAnother(DataOfferEntry offer, Guid person)
    {
        if (offer.OfferedBy == person || offer.RevisedBy == person)
        {
            throw Problems.Rpc(StatusCode.PermissionDenied, "catalog.offer.same_person", "You wrote this offer: another operator decides about it.");
        }
    }
}
