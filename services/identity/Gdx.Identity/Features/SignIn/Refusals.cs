using Microsoft.AspNetCore.Authentication;
using OpenIddict.Server.AspNetCore;

namespace Gdx.Identity.Features;

/// <summary>Refusals in the words of OAuth 2.0, which OpenIddict brings into the form that the endpoint has.</summary>
public static class Refusals
{
    public static IResult OAuth(string error, string description) => Results.Forbid(
        new AuthenticationProperties(new Dictionary<string, string?>
        {
            [OpenIddictServerAspNetCoreConstants.Properties.Error] = error,
            [OpenIddictServerAspNetCoreConstants.Properties.ErrorDescription] = description,
        }),
        [OpenIddictServerAspNetCoreDefaults.AuthenticationScheme]);
}
