using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Data;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

/// <summary>
/// POST /claim (form field <c>code</c>): makes the consumer secret and shows it this once. There is no antiforgery token: the code
/// itself is what permits, and whoever does not know it cannot make anyone else send it.
/// </summary>
public static class ClaimSecret
{
    private const int LargestForm = 4096; // A code is 43 characters.

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/claim", Handle)
        .WithName(nameof(ClaimSecret)).AllowAnonymous().RequireRateLimiting(RequestLimits.Claim)
        .WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(LargestForm));

    private static async Task<IResult> Handle(HttpContext http, IdentityDb db, TimeProvider clock, CancellationToken ct)
    {
        if (http.Request.ContentLength > LargestForm)
        {
            return ClaimPage.Refusal(http, StatusCodes.Status413PayloadTooLarge, "request.too_large", ClaimPage.Unreadable);
        }

        var (code, status) = await ReadCode(http, ct);
        if (status != StatusCodes.Status200OK)
        {
            return ClaimPage.Refusal(http, status, status == StatusCodes.Status413PayloadTooLarge ? "request.too_large" : "request.invalid", ClaimPage.Unreadable);
        }

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
        client.SecretHash = Secrets.Hash(secret);
        client.State = ApiClientState.Active;
        client.ClaimPending = false;
        client.ClaimedAt = now;
        await db.SaveChangesAsync(ct);
        await db.ClaimLinks.Where(link => link.ApiClientId == client.Id && link.ClosedAt == null)
            .ExecuteUpdateAsync(links => links.SetProperty(link => link.ClosedAt, now), ct);
        await transaction.CommitAsync(ct);
        return ClaimPage.Secret(http, client.ConsumerKey, secret);
    }

    private static async Task<(string? Code, int Status)> ReadCode(HttpContext http, CancellationToken ct)
    {
        if (!http.Request.HasFormContentType)
        {
            return (null, StatusCodes.Status415UnsupportedMediaType);
        }

        try
        {
            var form = await http.Request.ReadFormAsync(ct);
            return form["code"] is [var single] ? (single, StatusCodes.Status200OK) : (null, StatusCodes.Status400BadRequest);
        }
        catch (BadHttpRequestException exception)
        {
            return (null, exception.StatusCode);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException)
        {
            return (null, StatusCodes.Status400BadRequest);
        }
    }
}
