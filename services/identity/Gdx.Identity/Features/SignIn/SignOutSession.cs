using System.Text;
using Gdx.Identity.Contracts;
using Gdx.Identity.Data;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using OpenIddict.Client;
using OpenIddict.Client.AspNetCore;
using OpenIddict.Server.AspNetCore;

namespace Gdx.Identity.Features;

/// <summary>
/// GET /connect/endsession: the portal's user signs out. Ends the session that the <c>id_token_hint</c> names, then leads the browser through the
/// provider's own sign-out, where it has one, back to the portal. OpenIddict has checked hint and return address.
/// </summary>
public static class SignOutSession
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/connect/endsession", Handle).WithName(nameof(SignOutSession)).AllowAnonymous().RequireRateLimiting(RequestLimits.SignIn);
        routes.MapGet("/callback/{provider}/signed-out", ReturnAsync).WithName("ReturnSignedOut").AllowAnonymous().RequireRateLimiting(RequestLimits.SignIn);
    }

    private static async Task<IResult> Handle(
        HttpContext http, IdentityDb db, Providers providers, OpenIddictClientService client, IDataProtectionProvider protection, TimeProvider clock, CancellationToken ct)
    {
        if (http.GetOpenIddictServerResponse() is { Error: { Length: > 0 } } || http.GetOpenIddictServerRequest() is not { } request)
        {
            return SignInPage.Refuse(http, StatusCodes.Status400BadRequest, "identity.signin.request", SignInPage.BadRequest);
        }

        // Without a hint nobody is named, and nothing ends: a link from elsewhere must not sign anyone out.
        var hint = (await http.AuthenticateAsync(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme)).Principal?.GetClaim(Claims.Session);
        var session = Guid.TryParse(hint, out var id) ? await db.Sessions.AsNoTracking().SingleOrDefaultAsync(one => one.Id == id, ct) : null;
        await db.Sessions.Where(one => one.Id == id).EndAsync("signed-out", clock.GetUtcNow(), ct);
        if (request.PostLogoutRedirectUri is not { Length: > 0 } portal)
        {
            return SignInPage.Show(http, SignInPage.SignedOut);
        }

        var back = request.State is { Length: > 0 } state ? Microsoft.AspNetCore.WebUtilities.QueryHelpers.AddQueryString(portal, "state", state) : portal;
        if (session is { EndedAt: null, ProviderToken: { } kept } && providers.Find(session.Provider) is { } provider && await HasSignOutAsync(client, provider, ct))
        {
            var properties = new AuthenticationProperties { RedirectUri = back };
            properties.Items[OpenIddictClientAspNetCoreConstants.Properties.RegistrationId] = provider.Name;
            properties.Items[OpenIddictClientAspNetCoreConstants.Properties.IdentityTokenHint] = Encoding.UTF8.GetString(ReturnFromProvider.Protector(protection).Unprotect(kept));
            return Results.SignOut(properties, [OpenIddictClientAspNetCoreDefaults.AuthenticationScheme]);
        }

        return Results.SignOut(null, [OpenIddictServerAspNetCoreDefaults.AuthenticationScheme]);
    }

    private static async Task<IResult> ReturnAsync(string provider, HttpContext http, Providers providers)
    {
        if (providers.Find(provider) is null)
        {
            return SignInPage.Show(http, SignInPage.SignedOut);
        }

        // The address comes out of our own encrypted state, where only a checked one was put.
        var found = await http.AuthenticateAsync(OpenIddictClientAspNetCoreDefaults.AuthenticationScheme);
        return http.GetOpenIddictClientResponse() is not { Error: { Length: > 0 } } && found.Properties?.RedirectUri is { } portal
            ? Results.Redirect(portal)
            : SignInPage.Show(http, SignInPage.SignedOut);
    }

    private static async Task<bool> HasSignOutAsync(OpenIddictClientService client, Provider provider, CancellationToken ct)
    {
        try
        {
            return (await client.GetServerConfigurationByRegistrationIdAsync(provider.Name, ct)).EndSessionEndpoint is not null;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return false; // The provider is away: the person is signed out here all the same.
        }
    }
}
