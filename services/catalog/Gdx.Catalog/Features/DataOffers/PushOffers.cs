using Gdx.Catalog.Ckan;
using Gdx.Catalog.Contracts.V1;
using Gdx.Catalog.Data;
using Gdx.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Catalog.Features;

/// <summary>
/// Brings offers to the open catalogue and off it. A replica takes an offer by a lease, calls without holding the row, and writes the outcome only
/// if the lease is still its own: a crash in between leaves the offer to another replica, which finds the package by its name and does nothing twice.
/// </summary>
public sealed partial class PushOffers(IServiceScopeFactory scopes, DatabaseSignals signals, SchemaState schema, TimeProvider clock, ILogger<PushOffers> log) : RepeatedWork(log)
{
    /// <summary>Longer than the calls of one push take at most (<see cref="CkanCatalog.MostTime"/>): nothing of a push is under way any more when another replica begins.</summary>
    public static readonly TimeSpan LeaseTime = TimeSpan.FromMinutes(2);

    /// <summary>About a day with <see cref="Pause"/>: longer than a portal is down for maintenance. Then an operator must look.</summary>
    public const int MostAttempts = 30;

    /// <summary>10 s, 20 s, 40 s … an hour at most: a restart is over in seconds, and a portal that is down is not to be hammered.</summary>
    public static TimeSpan Pause(int attempts) => TimeSpan.FromSeconds(Math.Min(3600, 10 * Math.Pow(2, Math.Min(attempts, 10) - 1)));

    protected override async Task<bool> RoundAsync(CancellationToken ct)
    {
        await schema.Ready.WaitAsync(ct);
        var next = signals.Next(DatabaseSignals.Work);
        if (!await PushNextAsync(ct))
        {
            await DatabaseSignals.WaitAsync(next, TimeSpan.FromSeconds(1), ct); // What becomes due while nothing changes; a look at a small index.
        }

        return true;
    }

    private async Task<bool> PushNextAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var (db, catalog) = (scope.ServiceProvider.GetRequiredService<CatalogDb>(), scope.ServiceProvider.GetRequiredService<CkanCatalog>());
        if (!catalog.IsConfigured || await TakeAsync(db, ct) is not { } offer)
        {
            return false;
        }

        var (wanted, revision, lease) = (offer.Push, offer.Revision, offer.Lease!.Value);
        var problem = wanted == Push.Put ? await catalog.PutAsync(offer, ct) : await catalog.RetractAsync(offer, ct);
        db.ChangeTracker.Clear();
        await FinishAsync(db, offer.Id, lease, wanted, revision, problem, ct);
        return true;
    }

    private async Task<DataOfferEntry?> TakeAsync(CatalogDb db, CancellationToken ct)
    {
        var now = clock.Now();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var offer = await db.Offers.FromSql($"""
            SELECT *, xmin FROM data_offer WHERE push <> 'Nothing' AND NOT push_failed AND next_push_at <= {now} AND (leased_until IS NULL OR leased_until <= {now})
            ORDER BY next_push_at LIMIT 1 FOR UPDATE SKIP LOCKED
            """).SingleOrDefaultAsync(ct);
        if (offer is not null)
        {
            (offer.Lease, offer.LeasedUntil) = (Guid.NewGuid(), now + LeaseTime);
            offer.OnCatalog = offer.OnCatalog || offer.Push == Push.Put; // From now on it may be there, whatever is heard of it.
            await db.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
        }

        return offer;
    }

    private async Task FinishAsync(CatalogDb db, Guid id, Guid lease, Push wanted, int revision, PushProblem? problem, CancellationToken ct)
    {
        var now = clock.Now();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var offer = await db.Offers.FromSql($"SELECT *, xmin FROM data_offer WHERE id = {id} FOR UPDATE").SingleAsync(ct);
        if (offer.Lease != lease)
        {
            return; // It took too long, and another replica has the offer now: what that one finds is what counts.
        }

        (offer.Lease, offer.LeasedUntil) = (null, null);
        offer.OnCatalog = offer.OnCatalog && !(problem is null && wanted == Push.Retract);
        if (offer.Push == wanted && offer.Revision == revision)
        {
            Settle(db, offer, problem, now); // Otherwise something else is wanted by now, and done next.
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
    }

    private void Settle(CatalogDb db, DataOfferEntry offer, PushProblem? problem, DateTimeOffset now)
    {
        offer.PushAttempts++;
        if (problem is null)
        {
            var put = offer.Push == Push.Put;
            (offer.Push, offer.NextPushAt, offer.PushError, offer.State) = (Push.Nothing, null, "", put ? DataOfferState.Published : DataOfferState.Retracted);
            if (put)
            {
                db.Publish(offer.Id, new DataOfferPublished { OfferId = offer.Id, AgencyId = offer.AgencyId, OfferedBy = offer.OfferedBy, Slug = offer.Slug, At = now });
            }
            else
            {
                db.Publish(offer.Id, new DataOfferRetracted { OfferId = offer.Id, AgencyId = offer.AgencyId, OfferedBy = offer.OfferedBy, At = now });
            }

            return;
        }

        (offer.PushError, offer.NextPushAt) = (problem.Why, now + Pause(offer.PushAttempts));
        Failed(offer.Id, offer.PushAttempts, problem.Why);
        if (!problem.MayPass || offer.PushAttempts >= MostAttempts)
        {
            offer.PushFailed = true;
            db.Publish(offer.Id, new DataOfferFailed { OfferId = offer.Id, AgencyId = offer.AgencyId, At = now });
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Offer {OfferId} did not reach the open catalogue (attempt {Attempt}): {Why}.")]
    private partial void Failed(Guid offerId, int attempt, string why);
}
