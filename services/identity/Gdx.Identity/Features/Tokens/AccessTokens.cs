using System.Collections.Immutable;
using System.Security.Cryptography;
using Gdx.Identity.Data;
using Gdx.ServiceDefaults;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;

namespace Gdx.Identity.Features;

/// <summary>The token server (OpenIddict): client credentials for services and development operators, JWT access tokens (RFC 9068) for the audience <c>gdx</c>.</summary>
public static class AccessTokens
{
    // Long enough that services rarely ask, short enough that a removed client is soon out.
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    public static void AddAccessTokens(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        var address = new PublicAddress(builder.Configuration);
        var wanted = WantedClients.Read(builder.Configuration, builder.Environment);
        var keys = new SigningKeys();
        services.AddSingleton(address).AddSingleton(wanted).AddSingleton(keys);
        services.AddScoped<IStartupWork, LoadSigningKeys>().AddScoped<IStartupWork, SeedTokenClients>();
        services.AddDataProtection().SetApplicationName("gdx-identity").PersistKeysToDbContext<IdentityDb>();
        // It warns that the key ring is not encrypted; the ring lies in the service's own database on purpose.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        builder.Logging.AddFilter("OpenIddict", LogLevel.Warning);
        services.AddSingleton<TokenLimits>().AddScoped<IssueApiToken>();
        services.AddOpenIddict()
            .AddCore(core => core.UseEntityFrameworkCore().UseDbContext<IdentityDb>().ReplaceDefaultEntities<Guid>())
            .AddServer(server =>
            {
                server.SetIssuer(address.Issuer).SetTokenEndpointUris("/connect/token").AllowClientCredentialsFlow();
                server.SetAccessTokenLifetime(Lifetime).DisableAccessTokenEncryption();
                // Access tokens are self-contained and short-lived: nothing to store for each.
                server.DisableTokenStorage().DisableAuthorizationStorage();
                // What IssueApiToken accepts, and where it is reached from outside: OpenIddict would name the address of whoever asks.
                server.AddEventHandler<OpenIddictServerEvents.HandleConfigurationRequestContext>(discovery => discovery.UseInlineHandler(context =>
                {
                    context.TokenEndpoint = new Uri(address.Token);
                    context.Metadata["token_endpoint_auth_signing_alg_values_supported"] = new(ClientAssertion.Algorithms.ToImmutableArray<string?>());
                    return default;
                }).SetOrder(int.MaxValue));
                // OpenIddict insists on one; nothing that this server issues is encrypted.
                server.AddEncryptionKey(new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(32)));
                // TLS ends at the edge; inside, Identity is addressed by name over plain HTTP.
                server.UseAspNetCore().EnableTokenEndpointPassthrough().DisableTransportSecurityRequirement();
            });
        // It reads the keys at start, from a table that may not be there yet; here they are first read when the schema is.
        services.Remove(services.Single(service => service.ImplementationType?.Name == "DataProtectionHostedService"));
        services.AddOptions<OpenIddictServerOptions>().Configure(options => options.SigningCredentials.AddRange(keys.Credentials));
        // Identity checks its own tokens with its own keys instead of asking itself over HTTP.
        services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme).Configure(jwt =>
        {
            jwt.ConfigurationManager = new StaticConfigurationManager<OpenIdConnectConfiguration>(new() { Issuer = address.Issuer.AbsoluteUri });
            jwt.TokenValidationParameters.IssuerSigningKeyResolver = (_, _, _, _) => keys.Credentials.Select(credentials => credentials.Key);
        });
    }
}
