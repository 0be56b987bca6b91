using Gdx.Catalog.Contracts.V1;
using Gdx.Catalog.Data;
using Gdx.Identity.Contracts;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Catalog.Features;

/// <summary>
/// gRPC gdx.catalog.v1.DataOffers/Revise: new content. An open offer that was accepted waits for an operator again before the open catalogue
/// is updated, since nobody has looked at the new words; what stands there stays meanwhile.
/// </summary>
public sealed partial class DataOfferService
{
    [Authorize(Roles = Roles.Person)]
    public override async Task<DataOffer> Revise(ReviseDataOfferRequest request, ServerCallContext context)
    {
        var (caller, ct) = (Caller.Of(context), context.CancellationToken);
        var agency = caller.RequireMenu(Menus.OfferData);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var offer = await ToChangeAsync(caller, request.OfferId, ct);
        if (offer.AgencyId != agency)
        {
            throw Unknown(); // An operator is no member of the offering agency.
        }

        // Declined while an earlier revision is on the open catalogue: mended, not the end.
        var mended = offer is { State: DataOfferState.Declined, OnCatalog: true };
        if (!mended && offer.State is not (DataOfferState.Offered or DataOfferState.Accepted or DataOfferState.Published or DataOfferState.AppointmentProposed or DataOfferState.AppointmentAgreed))
        {
            throw WrongState("The offer has ended.");
        }

        offer.Content = OfferContents.Read(request.Content, offer.Kind);
        (offer.Revision, offer.RevisedBy) = (offer.Revision + 1, caller.RequirePerson());
        if (offer.Kind == DataOfferKind.Open)
        {
            (offer.State, offer.Push, offer.PushFailed, offer.DecidedBy, offer.DecidedAt, offer.DeclinedBecause) = (DataOfferState.Offered, Push.Nothing, false, null, null, "");
            db.Publish(offer.Id, new DataOfferMade { OfferId = offer.Id, AgencyId = agency, OfferedBy = offer.RevisedBy.Value, GovernmentOnly = false, At = clock.Now() });
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return Answer(offer, false);
    }
}
