using Gdx.Catalog.Contracts.V1;
using Gdx.Catalog.Data;
using Gdx.Identity.Contracts;
using Gdx.ServiceDefaults;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Catalog.Features;

/// <summary>Offering data: open data goes to the open catalogue (CKAN), data for government only begins with an appointment.</summary>
public sealed partial class DataOfferService(CatalogDb db, TimeProvider clock) : DataOffers.DataOffersBase
{
    private const string Sides = $"{Roles.Person},{Roles.Operator}";

    private static RpcException Unknown() => Problems.Rpc(StatusCode.NotFound, "catalog.offer.unknown", "There is no such offer. DataOffers/Find lists them.");

    private static RpcException WrongState(string message) => Problems.Rpc(StatusCode.FailedPrecondition, "catalog.offer.state", message);

    /// <summary>An operator sees all; others what their agency offered, if they may offer for it.</summary>
    private static Guid? OnlyOf(Caller caller) => caller.IsOperator ? null : caller.RequireMenu(Menus.OfferData);

    /// <summary>One offer, alone until the transaction ends; another agency's is unknown.</summary>
    private async Task<DataOfferEntry> ToChangeAsync(Caller caller, string id, CancellationToken ct)
    {
        var only = OnlyOf(caller);
        var offer = Fields.Id("offer_id", id);
        var found = await db.Offers.FromSql($"SELECT *, xmin FROM data_offer WHERE id = {offer} FOR UPDATE").SingleOrDefaultAsync(ct);
        return found is not null && (only is null || found.AgencyId == only) ? found : throw Unknown();
    }

    private static DataOffer Answer(DataOfferEntry offer, bool toOperator) => new()
    {
        OfferId = offer.Id.ToString(),
        Kind = offer.Kind,
        Slug = offer.Slug,
        Content = OfferContents.Answer(offer.Content),
        AgencyId = offer.AgencyId.ToString(),
        OfferedBy = offer.OfferedBy.ToString(),
        OfferedAt = offer.OfferedAt.ToTimestamp(),
        State = offer.State,
        DeclinedBecause = offer.DeclinedBecause,
        PushWaits = offer.Push != Push.Nothing,
        PushFailed = offer.PushFailed,
        PushAttempts = offer.PushAttempts,
        PushError = toOperator ? offer.PushError : "",
        NextPushAt = offer.Push == Push.Nothing || offer.PushFailed ? null : offer.NextPushAt?.ToTimestamp(),
        ProposedTimes = { offer.ProposedTimes.Select(time => time.ToTimestamp()) },
        ProposedByOperator = offer.ProposedByOperator,
        AgreedTime = offer.AgreedTime?.ToTimestamp(),
        Notes = toOperator ? offer.Notes : "",
        DatasetId = offer.DatasetSlug,
        DatasetVersion = offer.DatasetVersion,
        Revision = offer.Revision,
    };
}
