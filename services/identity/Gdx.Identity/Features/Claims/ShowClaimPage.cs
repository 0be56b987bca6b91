using Gdx.Identity.Data;

namespace Gdx.Identity.Features;

/// <summary>GET /claim?code=: a page with one button. Opening it changes nothing, because mail scanners open links too.</summary>
public static class ShowClaimPage
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/claim", Handle)
        .WithName(nameof(ShowClaimPage)).AllowAnonymous().RequireRateLimiting(RequestLimits.Claim);

    private static async Task<IResult> Handle(HttpContext http, IdentityDb db, TimeProvider clock, CancellationToken ct)
    {
        var code = http.Request.Query["code"];
        var found = await ClaimCase.ReadAsync(db, code is [var single] ? single : null, clock.GetUtcNow(), ct);
        return found.State == ClaimState.Claimable ? ClaimPage.Confirm(http, code.ToString(), found.Client!.Agency!) : ClaimPage.Refusal(http, found.State);
    }
}
