using Gdx.Catalog.Contracts.V1;
using Gdx.Entitlement.Contracts.V1;
using Gdx.Entitlement.Data;
using Gdx.ServiceDefaults;
using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Entitlement.Features;

/// <summary>
/// Catalog's DatasetDeprecated, DatasetChangeAnnounced, DatasetRetired: says of every grant in force on that version when the version ends, and that it
/// has (GrantDatasetEnding). A breaking successor comes as two events with one instant: told once. An end is only ever put off, so an earlier one than
/// was told is old.
/// </summary>
public sealed class TellOfDatasetEndConsumer(EntitlementDb db, TimeProvider clock) : IConsumer<DatasetDeprecated>, IConsumer<DatasetChangeAnnounced>, IConsumer<DatasetRetired>
{
    private const int BatchSize = 100; // Facts of one transaction.

    public Task Consume(ConsumeContext<DatasetDeprecated> context) =>
        TellAsync(GrantWarningKind.DatasetEnding, context.Message.DatasetId, context.Message.DatasetVersion, context.Message.Revision, context.Message.EndsAt, context.CancellationToken);

    public Task Consume(ConsumeContext<DatasetChangeAnnounced> context) =>
        TellAsync(GrantWarningKind.DatasetEnding, context.Message.DatasetId, context.Message.DatasetVersion, context.Message.Revision, context.Message.EndsAt, context.CancellationToken);

    public Task Consume(ConsumeContext<DatasetRetired> context) =>
        TellAsync(GrantWarningKind.DatasetEnded, context.Message.DatasetId, context.Message.DatasetVersion, context.Message.Revision, context.Message.EndedAt, context.CancellationToken);

    private async Task TellAsync(GrantWarningKind kind, string dataset, string version, long revision, DateTimeOffset ends, CancellationToken ct)
    {
        while (await TellSomeAsync(kind, dataset, version, revision, ends, ct) >= BatchSize)
        {
        }
    }

    /// <summary>The insert decides: of two replicas the second waits for the first one's commit and then has nothing to insert. A suspended grant may open again and counts.</summary>
    private async Task<int> TellSomeAsync(GrantWarningKind kind, string dataset, string version, long revision, DateTimeOffset ends, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var ids = await db.Database.SqlQuery<Guid>($"""
            INSERT INTO grant_warnings AS told (grant_id, kind, ends_at, days_left, told_at)
            SELECT id, {(int)kind}, {ends}, 0, {now} FROM grants g
                WHERE dataset_id = {dataset} AND dataset_version = {version} AND revoked_at IS NULL AND valid_until > {now}
                AND NOT EXISTS (SELECT FROM grant_warnings w WHERE w.grant_id = g.id AND (w.kind = {(int)kind} OR w.kind = {(int)GrantWarningKind.DatasetEnded}) AND w.ends_at >= {ends})
                ORDER BY id LIMIT {BatchSize}
            ON CONFLICT DO NOTHING
            RETURNING grant_id
            """).ToListAsync(ct);
        var holders = await db.Grants.AsNoTracking().Where(grant => ids.Contains(grant.Id)).Select(grant => new { grant.Id, grant.AgencyId }).ToListAsync(ct);
        foreach (var grant in holders)
        {
            db.Publish(grant.Id, new GrantDatasetEnding
            {
                GrantId = grant.Id,
                Revision = revision,
                AgencyId = grant.AgencyId,
                DatasetId = dataset,
                DatasetVersion = version,
                EndsAt = ends,
                At = now,
            });
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return ids.Count;
    }
}
