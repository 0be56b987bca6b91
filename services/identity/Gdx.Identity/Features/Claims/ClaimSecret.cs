using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Data;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

/// <summary>POST /claim (form field code): makes the consumer secret, shows it in this answer and nowhere else, and closes every link of the client.</summary>
public static class ClaimSecret
{
    private const int LargestForm = 4096; // A code is 43 characters.

    public static void Map(IEndpointRouteBuilder app) => app.MapPost("/claim", Handle).AllowAnonymous().RequireRateLimiting(RequestLimits.Claim);

    private static async Task<IResult> Handle(HttpContext http, IdentityDb db, TimeProvider clock, CancellationToken ct)
    {
        var code = http.Request is { HasFormContentType: true, ContentLength: <= LargestForm } ? (await http.Request.ReadFormAsync(ct))["code"].ToString() : "";
        var now = clock.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (await ClaimState.ReadAsync(db, code, now, ct) is (null, var refusal))
        {
            return refusal(http);
        }

        // Under the client's lock the link is read again: of two who press the button at once, the second finds it used.
        var hash = Secrets.Hash(code);
        var client = await db.ApiClients.FromSql($"""
            SELECT c.*, c.xmin FROM api_clients c JOIN claim_links l ON l.api_client_id = c.id WHERE l.code_hash = {hash} FOR UPDATE OF c
            """).SingleAsync(ct);
        db.ChangeTracker.Clear();
        db.Attach(client);
        if (await ClaimState.ReadAsync(db, code, now, ct) is (null, var lost))
        {
            return lost(http);
        }

        if (!client.ClaimPending)
        {
            return ClaimPage.Refusal(http, StatusCodes.Status410Gone, "identity.claim.used", ClaimPage.Used);
        }

        var secret = Secrets.New();
        (client.SecretHash, client.State, client.ClaimedAt, client.ClaimPending) = (Secrets.Hash(secret), ApiClientState.Active, now, false);
        await db.SaveChangesAsync(ct);
        await db.ClaimLinks.Where(link => link.ApiClientId == client.Id && link.ClosedAt == null)
            .ExecuteUpdateAsync(update => update.SetProperty(link => link.ClosedAt, now), ct);
        await transaction.CommitAsync(ct);
        return ClaimPage.Reveal(http, client.ConsumerKey, secret);
    }
}
