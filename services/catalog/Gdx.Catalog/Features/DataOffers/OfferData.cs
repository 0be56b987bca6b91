using System.Text.RegularExpressions;
using Gdx.Catalog.Contracts.V1;
using Gdx.Catalog.Data;
using Gdx.Identity.Contracts;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Catalog.Features;

/// <summary>gRPC gdx.catalog.v1.DataOffers/Offer: open data, described as the open catalogue wants it, or data for government only; safe to repeat with the same id.</summary>
public sealed partial class DataOfferService
{
    private const int MostOpen = 200; // Undecided, of one agency: as with requests, far more than a year brings, far less than fills a table.

    [Authorize(Roles = Roles.Person)]
    public override async Task<DataOffer> Offer(OfferDataRequest request, ServerCallContext context)
    {
        var (caller, ct, now) = (Caller.Of(context), context.CancellationToken, clock.Now());
        var (agency, person) = (caller.RequireMenu(Menus.OfferData), caller.RequirePerson());
        var (id, kind) = (Fields.Id("offer_id", request.OfferId), Fields.Known("kind", request.Kind));
        var slug = (kind, request.Slug) switch
        {
            (DataOfferKind.GovernmentOnly, "") => "",
            (DataOfferKind.Open, var name) when CatalogName().IsMatch(name) => name,
            _ => throw Problems.Invalid("slug", "must be 2 to 100 of a-z 0-9 _ - for open data, and empty for data for government only."),
        };
        var offer = new DataOfferEntry { Id = id, Kind = kind, Slug = slug, Content = OfferContents.Read(request.Content, kind), AgencyId = agency, OfferedBy = person, OfferedAt = now };
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(4945, hashtext({agency.ToString()}))", ct); // An agency's offers are counted one at a time.
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(4944, hashtext({slug}))", ct); // Two offers of one name take turns.
        if (await db.Offers.AsNoTracking().SingleOrDefaultAsync(one => one.Id == id, ct) is { } known)
        {
            return known.AgencyId == agency ? Answer(known, false) : throw Problems.Invalid("offer_id", "must be a UUID that was not used.");
        }

        if (await db.Offers.CountAsync(one => one.AgencyId == agency && (one.State == DataOfferState.Offered || one.State == DataOfferState.AppointmentProposed || one.State == DataOfferState.AppointmentAgreed), ct) >= MostOpen)
        {
            throw Problems.Rpc(StatusCode.ResourceExhausted, "catalog.offer.too_many", $"Your agency has {MostOpen} open offers: wait for decisions.");
        }

        if (slug.Length > 0 && await db.Offers.AnyAsync(one => one.Slug == slug, ct))
        {
            throw Problems.Rpc(StatusCode.AlreadyExists, "catalog.offer.slug_taken", "This name on the open catalogue is taken: choose another.");
        }

        db.Add(offer);
        db.Publish(id, new DataOfferMade { OfferId = id, AgencyId = agency, OfferedBy = person, GovernmentOnly = kind == DataOfferKind.GovernmentOnly, At = now });
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return Answer(offer, false);
    }

    // CKAN's own rule for the names of packages.
    [GeneratedRegex(@"\A[a-z0-9_-]{2,100}\z")]
    private static partial Regex CatalogName();
}
