using Gdx.Identity.Data;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

/// <summary>GET /claim?code=: the page with one button. Opening it uses nothing up.</summary>
public static class ShowClaimPage
{
    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/claim", Handle).AllowAnonymous().RequireRateLimiting(RequestLimits.Claim);

    private static async Task<IResult> Handle(HttpContext http, IdentityDb db, TimeProvider clock, CancellationToken ct) =>
        await ClaimState.ReadAsync(db, http.Request.Query["code"].ToString(), clock.GetUtcNow(), ct) switch
        {
            (null, var refusal) => refusal(http),
            _ => ClaimPage.Ask(http, http.Request.Query["code"].ToString()),
        };
}

/// <summary>What a code opens, or why it opens nothing.</summary>
internal static class ClaimState
{
    public static async Task<(ClaimLink? Link, Func<HttpContext, IResult> Refusal)> ReadAsync(IdentityDb db, string code, DateTimeOffset now, CancellationToken ct)
    {
        var hash = Secrets.Hash(code);
        var link = Secrets.HasForm(code) ? await db.ClaimLinks.SingleOrDefaultAsync(one => one.CodeHash == hash, ct) : null;
        return link switch
        {
            null => (null, http => ClaimPage.Refusal(http, StatusCodes.Status404NotFound, "identity.claim.unknown", ClaimPage.Unknown)),
            { ClosedAt: not null } => (null, http => ClaimPage.Refusal(http, StatusCodes.Status410Gone, "identity.claim.used", ClaimPage.Used)),
            _ when link.ExpiresAt <= now => (null, http => ClaimPage.Refusal(http, StatusCodes.Status410Gone, "identity.claim.expired", ClaimPage.Expired)),
            _ => (link, _ => Results.Empty),
        };
    }
}
