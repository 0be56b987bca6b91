using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Data;
using Gdx.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

/// <summary>
/// POST /claim (form field <c>code</c>): makes the consumer secret and shows it this once. There is no antiforgery token: the code
/// itself is what permits, and whoever does not know it cannot make anyone else send it.
/// </summary>
public static class ClaimSecret
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/claim", Handle)
        .WithName(nameof(ClaimSecret)).AllowAnonymous().RequireRateLimiting(RequestLimits.Claim);

    private static async Task<IResult> Handle(HttpContext http, IdentityDb db, TimeProvider clock, CancellationToken ct)
    {
        var (form, malformed) = await SmallForm.ReadAsync(http.Request, ct);
        if (malformed is { } status)
        {
            return ClaimPage.Refusal(http, status, "identity.claim.form", ClaimPage.Unreadable);
        }

        var code = form["code"] is [var single] ? single : null;
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (code is not null && Secrets.HasForm(code))
        {
            // Of two openings at the same moment, of this link or of two links of one client, the second waits here and then finds it used.
            await db.Database.ExecuteSqlAsync($"SELECT FROM api_clients WHERE id = (SELECT api_client_id FROM claim_links WHERE code_hash = {Secrets.Hash(code)}) FOR UPDATE", ct);
        }

        var now = clock.GetUtcNow();
        var found = await ClaimCase.ReadAsync(db, code, now, ct);
        if (found is not { State: ClaimState.Claimable, Client: { } client })
        {
            return ClaimPage.Refusal(http, found.State);
        }

        var secret = Secrets.New();
        if (client.RotationEndsAt is { } end && end > now)
        {
            (client.OldSecretHash, client.OldSecretEndsAt) = (client.SecretHash, end);
            db.Publish(client.Id, new ApiClientRotated { ApiClientId = client.Id, AgencyId = client.AgencyId, RotationId = Guid.CreateVersion7(now), OldEndsAt = end, At = now });
        }
        else
        {
            (client.OldSecretHash, client.OldSecretEndsAt) = (null, null);
        }

        client.SecretHash = Secrets.Hash(secret);
        client.SecretGeneration++;
        client.RotationEndsAt = null;
        client.State = ApiClientState.Active;
        client.ClaimPending = false;
        client.ClaimedAt = now;
        await db.SaveChangesAsync(ct);
        await db.ClaimLinks.Where(link => link.ApiClientId == client.Id && link.ClosedAt == null)
            .ExecuteUpdateAsync(links => links.SetProperty(link => link.ClosedAt, now), ct);
        await transaction.CommitAsync(ct);
        return ClaimPage.Secret(http, client.ConsumerKey, secret);
    }
}
