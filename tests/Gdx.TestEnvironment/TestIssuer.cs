using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Gdx.TestEnvironment;

/// <summary>An OpenID issuer that really listens and stands in for Identity: discovery, keys, and a token for every service that asks.</summary>
public sealed class TestIssuer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ECDsaSecurityKey key = NewKey();

    private TestIssuer()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, http => http.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, 0, grpc => grpc.Protocols = HttpProtocols.Http2);
        });
        builder.Services.AddRoutingCore().AddGrpc();
        app = builder.Build();
        app.UseRouting();
        app.MapGet("/.well-known/openid-configuration", () => Results.Json(new { issuer = Address, jwks_uri = $"{Address}/keys", token_endpoint = $"{Address}/connect/token" }));
        app.MapGrpcService<LivingSessions>();
        app.MapGet("/keys", () => Results.Json(new { keys = new[] { PublicKey() } }));
        app.MapPost("/connect/token", async (HttpRequest request) =>
        {
            var form = await request.ReadFormAsync();
            var client = form["client_id"].ToString();
            return Results.Json(new { access_token = Token(client, "service", $"service:{client}"), token_type = "Bearer", expires_in = 3600 });
        });
    }

    /// <summary>Where Identity's gRPC would be: its stream of ended sessions (<see cref="LivingSessions"/>).</summary>
    public string Grpc { get; private set; } = "";

    /// <summary>The issuer name and base address, without a slash at the end.</summary>
    public string Address { get; private set; } = "";

    /// <summary>The settings with which a service takes this issuer for Identity.</summary>
    public Dictionary<string, string?> Settings => new()
    {
        ["services:identity:http:0"] = Address,
        ["services:identity:grpc:0"] = Grpc,
        ["Gdx:ServiceSecret"] = "test",
    };

    /// <summary>Starts one on a free port.</summary>
    public static async Task<TestIssuer> StartAsync()
    {
        var issuer = new TestIssuer();
        await issuer.app.StartAsync();
        List<string> addresses = [.. issuer.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses];
        (issuer.Address, issuer.Grpc) = (addresses[0], addresses[1]);
        return issuer;
    }

    /// <summary>An access token that Identity could have issued, valid for an hour.</summary>
    public string Token(string subject, params string[] roles) => Token(subject, roles, _ => { });

    /// <summary>The same token with something wrong about it: expired, for another audience, of another type.</summary>
    public string Token(string subject, string[] roles, Action<SecurityTokenDescriptor> change)
    {
        var token = new SecurityTokenDescriptor
        {
            Issuer = Address,
            Audience = roles.Contains("api-client") ? "gdx-api" : "gdx", // As Identity: API clients get in at the API and nowhere else.
            TokenType = "at+jwt",
            NotBefore = DateTime.UtcNow.AddMinutes(-1),
            Expires = DateTime.UtcNow.AddHours(1),
            Claims = new Dictionary<string, object> { ["sub"] = subject, ["client_id"] = subject, ["jti"] = Guid.NewGuid().ToString(), ["role"] = roles },
            SigningCredentials = new(key, SecurityAlgorithms.EcdsaSha256),
        };
        if (roles.Contains("person"))
        {
            token.Claims["sid"] = Guid.NewGuid().ToString();
        }

        change(token);
        return new JsonWebTokenHandler().CreateToken(token);
    }

    /// <summary>A key that no issuer has published.</summary>
    public static SigningCredentials ForeignKey() => new(NewKey(), SecurityAlgorithms.EcdsaSha256);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        key.ECDsa.Dispose();
    }

    private static ECDsaSecurityKey NewKey() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = Guid.NewGuid().ToString("N") };

    private object PublicKey()
    {
        var point = key.ECDsa.ExportParameters(includePrivateParameters: false).Q;
        return new { kty = "EC", use = "sig", alg = "ES256", crv = "P-256", kid = key.KeyId, x = Base64UrlEncoder.Encode(point.X!), y = Base64UrlEncoder.Encode(point.Y!) };
    }
}
