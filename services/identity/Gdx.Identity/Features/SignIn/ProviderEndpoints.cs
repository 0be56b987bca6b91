using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;

namespace Gdx.Identity.Features;

/// <summary>In place of a discovery document: the endpoints of the settings, and the keys from the provider's address for them where it has one.</summary>
public sealed class ProviderEndpoints(Provider provider) : IConfigurationRetriever<OpenIddictConfiguration>
{
    private const int LargestKeys = 64 * 1024; // A handful of public keys.

    /// <summary>Kept like a discovery document: read again each day, and when a token is signed with an unknown key.</summary>
    public static IConfigurationManager<OpenIddictConfiguration> For(Provider provider, IHttpClientFactory http, TimeSpan patience)
    {
        var endpoints = new ProviderEndpoints(provider);
        if (provider.KeysEndpoint is not { } keys)
        {
            return provider.Scopes.Contains(OpenIddictConstants.Scopes.OpenId)
                ? throw new InvalidOperationException($"Setting Gdx:Providers:{provider.Name}: with the scope openid its ID tokens must be checked, and KeysEndpoint is missing.")
                : new Microsoft.IdentityModel.Protocols.StaticConfigurationManager<OpenIddictConfiguration>(endpoints.Known());
        }

        var client = http.CreateClient(nameof(ProviderEndpoints));
        (client.Timeout, client.MaxResponseContentBufferSize) = (patience, LargestKeys);
        return new ConfigurationManager<OpenIddictConfiguration>(keys.AbsoluteUri, endpoints, new HttpDocumentRetriever(client) { RequireHttps = keys.Scheme == "https" });
    }

    public async Task<OpenIddictConfiguration> GetConfigurationAsync(string address, IDocumentRetriever retriever, CancellationToken cancel)
    {
        var configuration = Known();
        configuration.JsonWebKeySet = new JsonWebKeySet(await retriever.GetDocumentAsync(address, cancel));
        configuration.SigningKeys.AddRange(configuration.JsonWebKeySet.GetSigningKeys());
        return configuration;
    }

    private OpenIddictConfiguration Known() => new()
    {
        Issuer = provider.Issuer,
        AuthorizationEndpoint = provider.AuthorizationEndpoint,
        TokenEndpoint = provider.TokenEndpoint,
        UserInfoEndpoint = provider.UserInfoEndpoint,
        EndSessionEndpoint = provider.EndSessionEndpoint,
        GrantTypesSupported = { OpenIddictConstants.GrantTypes.AuthorizationCode },
        ResponseTypesSupported = { OpenIddictConstants.ResponseTypes.Code },
        TokenEndpointAuthMethodsSupported = { OpenIddictConstants.ClientAuthenticationMethods.ClientSecretBasic },
    };
}
