using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Gdx.Identity.Contracts;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace Gdx.Identity.Features;

/// <summary>
/// What carries a fresh session from the provider's answer to the portal's request that began it, in one browser and for that one request. It
/// lives for the redirect in between; Identity knows no browser longer than that.
/// </summary>
public static class SignInCookie
{
    public const string Scheme = "gdx-sign-in";
    private const string For = "for";

    public static void Configure(CookieAuthenticationOptions cookie)
    {
        cookie.Cookie.Name = Scheme;
        cookie.Cookie.HttpOnly = true;
        cookie.Cookie.SameSite = SameSiteMode.Lax; // The way back from the provider is a navigation from another site.
        cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest; // The request has the public address's scheme (UsePublicAddress).
        cookie.ExpireTimeSpan = TimeSpan.FromMinutes(1);
        cookie.SlidingExpiration = false;
    }

    /// <summary>Hands the session on to the request with this query.</summary>
    public static Task KeepAsync(HttpContext http, Guid session, string query)
    {
        var identity = new ClaimsIdentity([new Claim(Claims.Session, session.ToString())], Scheme);
        var properties = new AuthenticationProperties();
        properties.Items[For] = Print(query);
        return http.SignInAsync(Scheme, new ClaimsPrincipal(identity), properties);
    }

    /// <summary>The session that was handed to this very request, and ends the cookie; null where there is none.</summary>
    public static async Task<Guid?> TakeAsync(HttpContext http)
    {
        var kept = await http.AuthenticateAsync(Scheme);
        if (!kept.Succeeded)
        {
            return null;
        }

        await http.SignOutAsync(Scheme);
        return kept.Properties.Items.TryGetValue(For, out var query) && query == Print(http.Request.QueryString.Value ?? "")
            && Guid.TryParse(kept.Principal.FindFirst(Claims.Session)?.Value, out var session) ? session : null;
    }

    private static string Print(string query) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(query)));
}
