using System.Threading.RateLimiting;
using Gdx.ServiceDefaults;

namespace Gdx.Identity.Features;

/// <summary>How often one remote address, and the portal, may use what is open to callers without a token. Behind an edge, Gdx:KnownProxies names whose word on the real address counts.</summary>
public static class RequestLimits
{
    public const string Token = "token";
    public const string Claim = "claim";
    public const string SignIn = "sign-in";

    // A service asks every nine minutes, so 120 a minute is a thousand services behind one address; checking a secret costs
    // milliseconds of CPU on purpose (PBKDF2), so without a bound one address could keep a core busy.
    private const int TokensAMinute = 120;

    // The portal speaks for everybody who is signed in, from one address: each session is refreshed every ten minutes, so 20,000 officers at once are
    // 2,000 refreshes, and 500 sign-ins a minute on a Monday morning as many codes. Fifty a second keep a tenth of a core busy with checking its secret.
    private const int PortalTokensAMinute = 3000;

    // A person needs two requests per link; 60 a minute is thirty people behind one office's address. Codes have 256 random
    // bits and need no protection from guessing, the database does from being asked.
    private const int ClaimsAMinute = 60;

    // A person signs in with five requests; 120 a minute is twenty-four people at once behind one office's address, on a Monday morning.
    private const int SignInsAMinute = 120;

    public static void AddRequestLimits(this WebApplicationBuilder builder) => builder.Services.AddRateLimiter(limits =>
    {
        limits.AddPolicy(Token, context => context.RequestServices.GetRequiredService<Portal>().Sent(context.Request)
            ? Sliding(Portal.ClientId, PortalTokensAMinute) // No address is called so.
            : PerAddress(context, TokensAMinute));
        limits.AddPolicy(Claim, context => PerAddress(context, ClaimsAMinute));
        limits.AddPolicy(SignIn, context => PerAddress(context, SignInsAMinute));
        limits.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        limits.OnRejected = async (rejected, _) =>
        {
            var http = rejected.HttpContext;
            http.Response.Headers.RetryAfter = "60";
            var answer = http.Request.Path != "/connect/token"
                ? ClaimPage.Refusal(http, StatusCodes.Status429TooManyRequests, "caller.too_many_requests", ClaimPage.Busy)
                : Problems.Http(StatusCodes.Status429TooManyRequests, "caller.too_many_requests", "Too many requests from this address.", "Wait a minute and try again.");
            await answer.ExecuteAsync(http);
        };
    });

    private static RateLimitPartition<string> PerAddress(HttpContext context, int permits) => Sliding(context.Connection.RemoteIpAddress?.ToString() ?? "", permits);

    private static RateLimitPartition<string> Sliding(string key, int permits) => RateLimitPartition.GetSlidingWindowLimiter(key, _ => new()
    {
        PermitLimit = permits,
        Window = TimeSpan.FromMinutes(1),
        SegmentsPerWindow = 6,
    });
}
