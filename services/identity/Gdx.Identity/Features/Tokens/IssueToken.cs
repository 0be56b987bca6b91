using System.Security.Claims;
using Gdx.Identity.Data;
using Gdx.ServiceDefaults;
using Microsoft.AspNetCore;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;

namespace Gdx.Identity.Features;

/// <summary>POST /connect/token: an access token for a service or a development operator (OAuth 2.0 client credentials). OpenIddict has checked client and secret.</summary>
public static class IssueToken
{
    public static void Map(IEndpointRouteBuilder app) => app.MapPost("/connect/token", Handle).AllowAnonymous().RequireRateLimiting(RequestLimits.Token);

    /// <summary>In front of OpenIddict, which would fail on a body that is no form instead of refusing it.</summary>
    public static void UseTokenForms(this WebApplication app) => app.Use(async (http, next) =>
    {
        if (http.Request.Path == "/connect/token" && HttpMethods.IsPost(http.Request.Method)
            && await SmallForm.ReadAsync(http.Request, http.RequestAborted) is (_, { } malformed))
        {
            http.Response.Headers.CacheControl = "no-store";
            http.Response.StatusCode = malformed;
            await http.Response.WriteAsJsonAsync(new { error = "invalid_request", error_description = "A token is asked for with a short form (application/x-www-form-urlencoded, UTF-8)." }, http.RequestAborted);
            return;
        }

        await next(http);
    });

    private static async Task<IResult> Handle(HttpContext http, WantedClients wanted, IdentityDb db, TimeProvider clock, CancellationToken ct)
    {
        var request = http.GetOpenIddictServerRequest();
        if (request is not null && (request.IsAuthorizationCodeGrantType() || request.IsRefreshTokenGrantType()))
        {
            return await IssuePersonToken.HandleAsync(http, db, clock, ct);
        }

        if (request is null || !request.IsClientCredentialsGrantType() || !wanted.ByName.TryGetValue(request.ClientId ?? "", out var client))
        {
            return Problems.Http(StatusCodes.Status400BadRequest, "identity.token.refused", "No token for this client.");
        }

        var identity = new ClaimsIdentity(TokenValidationParameters.DefaultAuthenticationType, OpenIddictConstants.Claims.Name, OpenIddictConstants.Claims.Role);
        identity.SetClaim(OpenIddictConstants.Claims.Subject, client.Subject)
            .SetClaims(OpenIddictConstants.Claims.Role, [.. client.GrantedRoles])
            .SetResources("gdx")
            .SetDestinations(_ => [OpenIddictConstants.Destinations.AccessToken]);
        return Results.SignIn(new ClaimsPrincipal(identity), authenticationScheme: OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
    }
}
