using Gdx.Catalog.Contracts.V1;
using Gdx.Catalog.Data;
using Gdx.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Catalog.Features;

/// <summary>
/// Writes down that versions have ended, and tells (DatasetRetired), whichever replica comes first. Readers go by the announced instant
/// itself, so being late here opens nothing.
/// </summary>
public sealed class RetireDatasets(IServiceScopeFactory scopes, SchemaState schema, TimeProvider clock, ILogger<RetireDatasets> log) : RepeatedWork(log)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1); // Ends are announced 30 days ahead: none comes up unseen within a minute, unless the clock was set.

    protected override async Task<bool> RoundAsync(CancellationToken ct)
    {
        await schema.Ready.WaitAsync(ct);
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<CatalogDb>();
        await RetireAsync(db, ct);
        var next = await db.Datasets.Where(dataset => dataset.State == VersionState.Deprecated).MinAsync(dataset => dataset.EndsAt, ct);
        var wait = next - clock.Now() is { } left && left < Longest ? left : Longest;
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, clock, ct);
        }

        return true;
    }

    private async Task RetireAsync(CatalogDb db, CancellationToken ct)
    {
        var now = clock.Now();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var ended = await db.Datasets.FromSql($"SELECT *, xmin FROM dataset WHERE state = 'Deprecated' AND ends_at <= {now} ORDER BY ends_at FOR UPDATE").ToListAsync(ct);
        foreach (var dataset in ended)
        {
            (dataset.State, dataset.Revision) = (VersionState.Retired, dataset.Revision + 1);
            DatasetService.Happened(db, dataset, "retired", null, now);
            db.Publish(dataset.Id, new DatasetRetired { DatasetId = dataset.Slug, DatasetVersion = dataset.Version, Revision = dataset.Revision, EndedAt = dataset.EndsAt!.Value });
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
    }
}
