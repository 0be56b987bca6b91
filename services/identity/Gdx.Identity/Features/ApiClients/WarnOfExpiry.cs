using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Data;
using Gdx.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

/// <summary>Tells some days before a client expires, each number of days once, whichever replica comes first (ApiClientExpiring).</summary>
public sealed class WarnOfExpiry(IServiceScopeFactory scopes, SchemaState schema, TimeProvider clock, ILogger<WarnOfExpiry> log) : RepeatedWork(log)
{
    /// <summary>Nearest first.</summary>
    private static readonly int[] Days = [1, 7, 14, 30];

    private const int BatchSize = 100;
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1); // Warnings count in days; a minute is what an index look-up costs nobody.

    /// <summary>The warning that is due, in days left; null where none is, or it has been told. A late one stands for those before it.</summary>
    public static int? Due(DateTimeOffset now, DateTimeOffset expiresAt, int? warned)
    {
        var left = expiresAt - now;
        var due = left <= TimeSpan.Zero ? 0 : Array.Find(Days, days => left <= TimeSpan.FromDays(days));
        return due > 0 && (warned is null || warned > due) ? due : null;
    }

    /// <inheritdoc/>
    protected override async Task<bool> RoundAsync(CancellationToken ct)
    {
        await schema.Ready.WaitAsync(ct);
        while (await WarnAsync(ct) == BatchSize)
        {
        }

        await Task.Delay(Every, clock, ct);
        return true;
    }

    private async Task<int> WarnAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<IdentityDb>();
        var now = clock.GetUtcNow();
        var due = db.ApiClients.Where(client => client.State != ApiClientState.Revoked && client.ExpiresAt > now && client.ExpiresAt <= now.AddDays(30));
        var ids = await due.Select(client => new { client.Id, client.ExpiresAt, client.ExpiryWarned }).AsAsyncEnumerable()
            .Where(client => Due(now, client.ExpiresAt!.Value, client.ExpiryWarned) is not null).Select(client => client.Id).Take(BatchSize).ToListAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // Read again under the lock: of two replicas the second finds it told. Who holds the lock is doing it, or will be asked in a minute.
        var clients = await db.ApiClients.FromSql($"SELECT *, xmin FROM api_clients WHERE id = ANY({ids}) FOR UPDATE SKIP LOCKED").ToListAsync(ct);
        foreach (var client in clients)
        {
            if (client.ExpiresAt is { } end && client.State != ApiClientState.Revoked && Due(now, end, client.ExpiryWarned) is { } days)
            {
                client.ExpiryWarned = days;
                db.Publish(client.Id, new ApiClientExpiring { ApiClientId = client.Id, AgencyId = client.AgencyId, ExpiresAt = end, DaysLeft = days, At = now });
            }
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return ids.Count;
    }
}
