using System.Security.Cryptography;
using System.Text;
using OpenIddict.Client;

namespace Gdx.Identity.Features;

/// <summary>
/// What is special about DGA Digital ID (facts/sign-in.md, 6.1; seen at two integrators): the secret goes out hashed, the return address after
/// signing out has another name, and there is no known discovery document, so that its paths are written here.
/// </summary>
public static class DigitalId
{
    private const int Rounds = 7;

    /// <summary>Fills in what the settings leave out. The path of the keys is IdentityServer's, whose look the rest has (inferred).</summary>
    public static Provider Complete(Provider provider, IConfigurationSection section) => provider with
    {
        ClientSecret = Hash(provider.ClientSecret),
        Scopes = section["Scopes"] is null ? ["openid", "profile", "given_name", "family_name", "email", "citizen_id", "citizen_id_verified", "ial_level"] : provider.Scopes,
        CitizenIdClaim = provider.CitizenIdClaim ?? "citizen_id",
        CitizenIdVerified = section["CitizenIdVerified"] ?? "citizen_id_verified",
        AuthorizationEndpoint = provider.AuthorizationEndpoint ?? provider.At("connect/authorize"),
        TokenEndpoint = provider.TokenEndpoint ?? provider.At("connect/token"),
        UserInfoEndpoint = provider.UserInfoEndpoint ?? provider.At("connect/userinfo"),
        EndSessionEndpoint = provider.EndSessionEndpoint ?? provider.At("connect/endsession"),
        KeysEndpoint = provider.KeysEndpoint ?? provider.At(".well-known/openid-configuration/jwks"),
    };

    /// <summary>MD5 in hex of the value and "EGA", seven times over: what its token endpoint takes for the secret. Not our choice of a hash.</summary>
    public static string Hash(string secret)
    {
        for (var round = 0; round < Rounds; round++)
        {
#pragma warning disable CA5351 // The wire asks for MD5; TLS protects it.
            secret = Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(secret + "EGA")));
#pragma warning restore CA5351
        }

        return secret;
    }

    /// <summary>On the way out: <c>post_logout_redirect_url</c> where everyone else has <c>post_logout_redirect_uri</c>.</summary>
    public sealed class RenameReturnAddress(Providers providers) : IOpenIddictClientHandler<OpenIddictClientEvents.ApplyEndSessionRequestContext>
    {
        public ValueTask HandleAsync(OpenIddictClientEvents.ApplyEndSessionRequestContext context)
        {
            if (providers.Find(context.Registration?.RegistrationId) is { Kind: ProviderKind.Dga } && context.Request is { } request)
            {
                request.SetParameter("post_logout_redirect_url", request.PostLogoutRedirectUri);
                request.PostLogoutRedirectUri = null;
            }

            return default;
        }
    }
}
