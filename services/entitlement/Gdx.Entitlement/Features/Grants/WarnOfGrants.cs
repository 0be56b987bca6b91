using Gdx.Entitlement.Contracts.V1;
using Gdx.Entitlement.Data;
using Gdx.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Entitlement.Features;

/// <summary>
/// Tells some days before a grant ends or must be recertified, and when that has come (GrantExpiring, GrantExpired, GrantRecertificationDue): each
/// once, whichever replica comes first. After a downtime the nearest number of days stands for those that were missed.
/// </summary>
public sealed class WarnOfGrants(IServiceScopeFactory scopes, SchemaState schema, TimeProvider clock, ILogger<WarnOfGrants> log) : RepeatedWork(log)
{
    private const int BatchSize = 100; // Facts of one transaction.
    private const int StillNews = 30; // Days after which an end that nobody was told of is history: no downtime lasts so long, but a table from before this version goes back years.
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1); // Warnings count in days, ends in minutes.

    /// <summary>
    /// How many days are left at most, and more than how many. 0: the time has come. The windows do not overlap, so only the nearest warning is ever due.
    /// </summary>
    public static IReadOnlyList<(int DaysLeft, int Upper, int Lower)> Windows { get; } = [(60, 60, 30), (30, 30, 7), (7, 7, 1), (1, 1, 0), (0, 0, -StillNews)];

    /// <inheritdoc/>
    protected override async Task<bool> RoundAsync(CancellationToken ct)
    {
        await schema.Ready.WaitAsync(ct);
        foreach (var (days, upper, lower) in Windows)
        {
            while (await WarnAsync(days, upper, lower, ct) >= BatchSize)
            {
            }
        }

        await Task.Delay(Every, clock, ct);
        return true;
    }

    /// <summary>The insert decides who tells: of two replicas the second waits for the first one's commit and then has nothing to insert.</summary>
    private async Task<int> WarnAsync(int days, int upper, int lower, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<EntitlementDb>();
        var now = clock.GetUtcNow();
        var (from, to) = (now.AddDays(lower), now.AddDays(upper));
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // Not of what is renewed by a grant that lasts longer. A right that is shorter than the warning's days begins without it, and one that
        // must be recertified at its very end is only told of its end.
        var told = await db.Database.SqlQuery<Warned>($"""
            INSERT INTO grant_warnings AS told (grant_id, kind, ends_at, days_left, told_at)
            (SELECT id, {(int)GrantWarningKind.Expiry}, valid_until, {days}, {now} FROM grants g
                WHERE valid_until > {from} AND valid_until <= {to} AND revoked_at IS NULL AND valid_until - make_interval(days => {days}) >= valid_from
                AND NOT EXISTS (SELECT FROM grants r WHERE r.renews_grant_id = g.id AND r.revoked_at IS NULL AND r.valid_until > g.valid_until)
                AND NOT EXISTS (SELECT FROM grant_warnings w WHERE w.grant_id = g.id AND w.kind = {(int)GrantWarningKind.Expiry} AND w.ends_at = g.valid_until AND w.days_left = {days})
                ORDER BY id LIMIT {BatchSize})
            UNION ALL
            (SELECT id, {(int)GrantWarningKind.Recertification}, recertify_by, {days}, {now} FROM grants g
                WHERE recertify_by > {from} AND recertify_by <= {to} AND recertify_by < valid_until AND valid_until > {now} AND revoked_at IS NULL
                AND NOT EXISTS (SELECT FROM grant_warnings w WHERE w.grant_id = g.id AND w.kind = {(int)GrantWarningKind.Recertification} AND w.ends_at = g.recertify_by AND w.days_left = {days})
                ORDER BY id LIMIT {BatchSize})
            ON CONFLICT DO NOTHING
            RETURNING grant_id, kind, ends_at
            """).ToListAsync(ct);
        var ids = told.Select(one => one.GrantId).ToList();
        var grants = await db.Grants.AsNoTracking().Where(grant => ids.Contains(grant.Id)).ToDictionaryAsync(grant => grant.Id, ct);
        foreach (var one in told)
        {
            var grant = grants[one.GrantId];
            Tell(db, grant, (GrantWarningKind)one.Kind, one.EndsAt, days, now);
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return told.Count;
    }

    private static void Tell(EntitlementDb db, Data.Grant grant, GrantWarningKind kind, DateTimeOffset end, int days, DateTimeOffset now)
    {
        if (kind == GrantWarningKind.Recertification)
        {
            db.Publish(grant.Id, new GrantRecertificationDue
            {
                GrantId = grant.Id,
                Revision = grant.Version,
                AgencyId = grant.AgencyId,
                OwnerAgencyId = grant.OwnerAgencyId,
                DatasetId = grant.DatasetId,
                RecertifyBy = end,
                DaysLeft = days,
                At = now,
            });
        }
        else if (days == 0)
        {
            db.Publish(grant.Id, new GrantExpired
            {
                GrantId = grant.Id,
                Revision = grant.Version,
                AgencyId = grant.AgencyId,
                OwnerAgencyId = grant.OwnerAgencyId,
                DatasetId = grant.DatasetId,
                ValidUntil = end,
                At = now,
            });
        }
        else
        {
            db.Publish(grant.Id, new GrantExpiring
            {
                GrantId = grant.Id,
                Revision = grant.Version,
                AgencyId = grant.AgencyId,
                OwnerAgencyId = grant.OwnerAgencyId,
                DatasetId = grant.DatasetId,
                ValidUntil = end,
                DaysLeft = days,
                At = now,
            });
        }
    }

    private sealed record Warned(Guid GrantId, int Kind, DateTimeOffset EndsAt);
}
