using Gdx.Identity.Contracts;
using Gdx.ServiceDefaults;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gdx.Identity.Sessions;

/// <summary>What is known about a session.</summary>
public enum SessionAnswer
{
    /// <summary>Nothing, since Identity has not been heard of for a whole lease.</summary>
    Unknown,
    Alive,
    Ended,
}

/// <summary>Refuses access tokens of people whose session has ended, although the tokens themselves are in order. Tokens of services have no session.</summary>
public static class TokenSessions
{
    /// <summary>Asks <paramref name="ask"/> about the session of every person's token: 401 when it has ended, 503 when that is not known.</summary>
    public static void Check(JwtBearerOptions jwt, Func<HttpContext, Guid, ValueTask<SessionAnswer>> ask)
    {
        jwt.Events ??= new();
        var (validated, challenge) = (jwt.Events.OnTokenValidated, jwt.Events.OnChallenge);
        jwt.Events.OnTokenValidated = async context =>
        {
            await validated(context);
            if (context.Principal is not { } caller || (caller.FindFirst(Claims.Session) is null && !caller.IsInRole(Roles.Person)))
            {
                return;
            }

            var answer = Guid.TryParse(caller.FindFirst(Claims.Session)?.Value, out var session) ? await ask(context.HttpContext, session) : SessionAnswer.Ended;
            if (answer != SessionAnswer.Alive)
            {
                context.HttpContext.Items[typeof(TokenSessions)] = answer;
                context.Fail("The session has ended, or nothing is known about it.");
            }
        };
        jwt.Events.OnChallenge = async context =>
        {
            await challenge(context);
            if (context.HttpContext.Items[typeof(TokenSessions)] is SessionAnswer answer)
            {
                context.HandleResponse();
                await Refusal(answer).ExecuteAsync(context.HttpContext);
            }
        };
    }

    private static ProblemHttpResult Refusal(SessionAnswer answer) => answer == SessionAnswer.Ended
        ? Problems.Http(StatusCodes.Status401Unauthorized, "caller.session.ended", "Your session has ended.", "Sign in again.")
        : Problems.Http(StatusCodes.Status503ServiceUnavailable, "caller.session.unavailable", "It is not known whether your session goes on.", "Try again in a few seconds.");
}
