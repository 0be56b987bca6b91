using System.Security.Cryptography;
using Gdx.ServiceDefaults;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Client;
using OpenIddict.Server;

namespace Gdx.Identity.Features;

/// <summary>
/// People's way in: an OpenID provider inward for the portal (authorization code with PKCE, rotating refresh tokens), an OpenID client outward
/// for the <see cref="Providers"/> (OpenIddict both). Codes and refresh tokens are encrypted and kept nowhere; that each works once is
/// <see cref="Data.Session.Ticket"/>'s doing.
/// </summary>
public static class SignIn
{
    /// <summary>How long a session lives without a sign of the portal: refreshes come every ten minutes while somebody is there.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromHours(1);

    /// <summary>How long a session lives at most: a working day with overtime; then the provider is asked again.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(12);

    private static readonly TimeSpan Code = TimeSpan.FromMinutes(1); // The portal's server takes it at once.
    private static readonly TimeSpan AtProvider = TimeSpan.FromMinutes(15); // Somebody looks for a phone, types a password, waits for a code.
    private static readonly TimeSpan Outward = TimeSpan.FromSeconds(10); // The person watches a blank page meanwhile.
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(1); // Clocks of others.
    private const long LargestAnswer = 1024 * 1024; // Of a provider: documents of some kilobytes.

    public static void AddSignIn(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        var providers = new Providers(builder.Configuration, builder.Environment);
        services.AddSingleton(providers).AddSingleton(new Portal(builder.Configuration, builder.Environment)).AddScoped<IStartupWork, SeedPortal>();
        services.AddScoped<SignInPerson>().AddScoped<UseOperatorLink>().AddScoped<ProveNumber>().AddHostedService<ForgetStates>();
        services.AddAuthentication().AddCookie(SignInCookie.Scheme, SignInCookie.Configure);
        services.AddOpenIddict()
            .AddServer(server =>
            {
                server.SetAuthorizationEndpointUris("connect/authorize").SetUserInfoEndpointUris("connect/userinfo").SetEndSessionEndpointUris("connect/endsession");
                server.AllowAuthorizationCodeFlow().RequireProofKeyForCodeExchange().AllowRefreshTokenFlow();
                server.Configure(options => options.CodeChallengeMethods.Remove(OpenIddictConstants.CodeChallengeMethods.Plain));
                server.RegisterScopes(OpenIddictConstants.Scopes.OpenId, OpenIddictConstants.Scopes.OfflineAccess);
                server.SetAuthorizationCodeLifetime(Code).SetRefreshTokenLifetime(Idle);
                // The keys of Data Protection are shared by all replicas. Access tokens stay what every service can read.
                server.UseDataProtection().PreferDefaultAccessTokenFormat();
                server.UseAspNetCore().EnableAuthorizationEndpointPassthrough().EnableUserInfoEndpointPassthrough().EnableEndSessionEndpointPassthrough().EnableErrorPassthrough();
                server.AddEventHandler<OpenIddictServerEvents.ProcessSignInContext>(handler => handler.UseInlineHandler(KeepRightsOutOfRefreshTokens)
                    .SetOrder(OpenIddictServerHandlers.PrepareRefreshTokenPrincipal.Descriptor.Order + 1));
            })
            .AddClient(client =>
            {
                client.AllowAuthorizationCodeFlow().SetStateTokenLifetime(AtProvider);
                client.UseDataProtection();
                // OpenIddict insists on both; state is protected by Data Protection, and nothing else is made here.
                client.AddEncryptionKey(new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(32))).AddSigningKey(new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(32)));
                client.UseAspNetCore().EnableRedirectionEndpointPassthrough().EnablePostLogoutRedirectionEndpointPassthrough().EnableErrorPassthrough()
                    .DisableAutomaticAuthenticationSchemeForwarding().DisableTransportSecurityRequirement();
                // No second attempt: a code works once, and a failed first attempt may have used it up.
                client.UseSystemNetHttp().SetHttpResiliencePipeline(_ => { })
                    .ConfigureHttpClient(http => (http.Timeout, http.MaxResponseContentBufferSize) = (Outward, LargestAnswer));
                client.AddEventHandler<OpenIddictClientEvents.ApplyEndSessionRequestContext>(handler => handler.UseSingletonHandler<DigitalId.RenameReturnAddress>().SetOrder(int.MinValue + 100_000));
            });
        services.AddOptions<OpenIddictClientOptions>().Configure<PublicAddress, IHttpClientFactory>((options, address, http) =>
        {
            options.Registrations.AddRange(providers.All.Select(provider => Register(provider, address, http)));
            // It insists on one; each provider's is beside it, and where there is no provider nothing leads here.
            options.RedirectionEndpointUris.Add(new Uri(address.At("callback")));
        });
    }

    private static OpenIddictClientRegistration Register(Provider provider, PublicAddress address, IHttpClientFactory http)
    {
        var registration = new OpenIddictClientRegistration
        {
            RegistrationId = provider.Name,
            ProviderName = provider.Name,
            Issuer = provider.Issuer,
            ClientId = provider.ClientId,
            ClientSecret = provider.ClientSecret,
            // One of its own for each provider: an answer that one provider sends in another's name arrives at the wrong door (RFC 9700, 4.4).
            RedirectUri = new Uri(address.At($"callback/{provider.Name}")),
            PostLogoutRedirectUri = new Uri(address.At($"callback/{provider.Name}/signed-out")),
            ConfigurationManager = provider.AuthorizationEndpoint is null ? null! : ProviderEndpoints.For(provider, http, Outward),
        };
        registration.Scopes.UnionWith(provider.Scopes);
        // OpenIddict leaves the end of an ID token unchecked here; an old one that somebody kept must not sign anyone in.
        (registration.TokenValidationParameters.ValidateLifetime, registration.TokenValidationParameters.RequireExpirationTime, registration.TokenValidationParameters.ClockSkew) = (true, true, Skew);
        return registration;
    }

    // Rights are read anew at every refresh; in the refresh token they would only be stale and long.
    private static ValueTask KeepRightsOutOfRefreshTokens(OpenIddictServerEvents.ProcessSignInContext context)
    {
        context.RefreshTokenPrincipal = context.RefreshTokenPrincipal?.Clone(claim => !PersonClaims.AreRights(claim.Type));
        return default;
    }
}
