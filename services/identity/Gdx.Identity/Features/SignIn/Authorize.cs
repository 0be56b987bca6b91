using System.Security.Claims;
using Gdx.Identity.Data;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using OpenIddict.Client.AspNetCore;
using OpenIddict.Server.AspNetCore;

namespace Gdx.Identity.Features;

/// <summary>
/// GET /connect/authorize: where the portal sends a browser to sign in. OpenIddict has checked client, redirect URI and PKCE. Goes on to the
/// provider that <c>provider</c> names, or to /signin; and when the browser comes back from there, answers the portal with a code.
/// </summary>
public static class Authorize
{
    /// <summary>Query parameter with the name of a provider.</summary>
    public const string ProviderParameter = "provider";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/connect/authorize", Handle)
        .WithName(nameof(Authorize)).AllowAnonymous().RequireRateLimiting(RequestLimits.SignIn);

    private static async Task<IResult> Handle(HttpContext http, Providers providers, IdentityDb db, TimeProvider clock, CancellationToken ct)
    {
        if (http.GetOpenIddictServerResponse() is { Error: { Length: > 0 } } || http.GetOpenIddictServerRequest() is not { } request)
        {
            return SignInPage.Refuse(http, StatusCodes.Status400BadRequest, "identity.signin.request", SignInPage.BadRequest);
        }

        if (await SignInCookie.TakeAsync(http) is { } session && await FirstTicketAsync(db, session, clock.GetUtcNow(), ct) is { } person)
        {
            var identity = PersonClaims.Ticket(person, session, ticket: 1);
            identity.SetScopes(request.GetScopes());
            return Results.SignIn(new ClaimsPrincipal(identity), authenticationScheme: OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
        }

        if (request.HasPromptValue(OpenIddictConstants.PromptValues.None))
        {
            return Refusals.OAuth(OpenIddictConstants.Errors.LoginRequired, "Nobody is signed in here: Identity keeps no session in the browser.");
        }

        var query = http.Request.QueryString.Value ?? "";
        return providers.Find((string?)request[ProviderParameter]) is { } provider
            ? Leave(provider, $"{http.Request.PathBase}{http.Request.Path}{query}")
            : Results.Redirect($"{http.Request.PathBase}/signin{query}");
    }

    /// <summary>Sends the browser to the provider; <paramref name="next"/>, an address of our own, is where it goes afterwards. It travels encrypted in the state.</summary>
    public static IResult Leave(Provider provider, string next)
    {
        var properties = new AuthenticationProperties { RedirectUri = next };
        properties.Items[OpenIddictClientAspNetCoreConstants.Properties.RegistrationId] = provider.Name;
        return Results.Challenge(properties, [OpenIddictClientAspNetCoreDefaults.AuthenticationScheme]);
    }

    // Of two browsers with a copy of the same cookie one is answered.
    private static async Task<Guid?> FirstTicketAsync(IdentityDb db, Guid id, DateTimeOffset now, CancellationToken ct) =>
        await db.Sessions.Where(session => session.Id == id && session.Ticket == 0 && session.EndedAt == null)
            .ExecuteUpdateAsync(session => session.SetProperty(one => one.Ticket, 1).SetProperty(one => one.LastSeenAt, now), ct) == 1
            ? await db.Sessions.Where(session => session.Id == id).Select(session => session.PersonId).SingleAsync(ct)
            : null;
}
