using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;

namespace Gdx.Identity.Tests;

/// <summary>An OpenID provider that really listens and does what a test tells it to do wrong.</summary>
public sealed class CrookedProvider : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentDictionary<string, string?> nonces = new();
    private int tokensAsked;

    private CrookedProvider()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRoutingCore();
        app = builder.Build();
        app.UseRouting();
        app.MapGet("/.well-known/openid-configuration", () => Results.Json(new
        {
            issuer = Address,
            authorization_endpoint = $"{Address}/authorize",
            token_endpoint = $"{Address}/token",
            userinfo_endpoint = $"{Address}/userinfo",
            jwks_uri = $"{Address}/keys",
            response_types_supported = new[] { "code" },
            id_token_signing_alg_values_supported = new[] { "ES256" },
            code_challenge_methods_supported = new[] { "S256" },
            authorization_response_iss_parameter_supported = true,
        }));
        app.MapGet("/keys", () => Results.Json(new { keys = new[] { Public(Key) } }));
        app.MapGet("/authorize", (HttpRequest request) =>
        {
            var code = Guid.NewGuid().ToString("N");
            nonces[code] = request.Query["nonce"];
            var answer = new Dictionary<string, string?> { ["code"] = code, ["state"] = request.Query["state"], ["iss"] = Address };
            Answer?.Invoke(answer);
            return Results.Redirect(QueryHelpers.AddQueryString(request.Query["redirect_uri"].ToString(), answer.Where(pair => pair.Value is not null)));
        });
        app.MapPost("/token", async (HttpRequest request) =>
        {
            Interlocked.Increment(ref tokensAsked);
            var form = await request.ReadFormAsync();
            var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
            var header = new JsonObject { ["alg"] = "ES256", ["typ"] = "JWT", ["kid"] = "key" };
            var claims = new JsonObject { ["iss"] = Address, ["aud"] = "gdx", ["sub"] = Subject, ["iat"] = now, ["exp"] = now + 300, ["nonce"] = nonces.GetValueOrDefault(form["code"].ToString()) };
            IdToken?.Invoke(header, claims);
            var text = $"{Part(header)}.{Part(claims)}";
            return Results.Json(new JsonObject { ["access_token"] = "at", ["token_type"] = "Bearer", ["id_token"] = WithIdToken ? $"{text}.{Sign(text)}" : null });
        });
        app.MapGet("/userinfo", () => Results.Json(new { sub = UserInfoSubject ?? Subject, name = "ผู้ทดสอบ ระบบ" }));
    }

    public static ECDsa Key { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public string Address { get; private set; } = "";

    public string Subject { get; set; } = "";

    public string? UserInfoSubject { get; set; }

    public bool WithIdToken { get; set; } = true;

    public Action<Dictionary<string, string?>>? Answer { get; set; }

    public Action<JsonObject, JsonObject>? IdToken { get; set; }

    public Func<string, string> Sign { get; set; } = Honest;

    public int TokensAsked => tokensAsked;

    public static async Task<CrookedProvider> StartAsync()
    {
        var provider = new CrookedProvider();
        await provider.app.StartAsync();
        provider.Address = provider.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        provider.Mend();
        return provider;
    }

    /// <summary>Honest again, for somebody new.</summary>
    public void Mend() => (Subject, UserInfoSubject, WithIdToken, Answer, IdToken, Sign) = (Guid.NewGuid().ToString("N"), null, true, null, null, Honest);

    public static string SignWith(ECDsa key, string text) => Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256));

    /// <summary>The old trick: the public key as the secret of an HMAC.</summary>
    public static string SignWithPublicKey(string text) => Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.ASCII.GetBytes(Key.ExportSubjectPublicKeyInfoPem()), Encoding.ASCII.GetBytes(text)));

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private static string Honest(string text) => SignWith(Key, text);

    private static string Part(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));

    private static object Public(ECDsa key)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return new { kty = "EC", use = "sig", alg = "ES256", crv = "P-256", kid = "key", x = Base64Url.EncodeToString(point.X), y = Base64Url.EncodeToString(point.Y) };
    }
}

/// <summary>Identity with two more providers: one that does wrong, and another one to be mixed up with.</summary>
public sealed class CrookedWorld : SignInWorld
{
    private CrookedProvider? crooked;
    private CrookedProvider? other;

    public CrookedProvider Crooked => crooked!;

    public override async ValueTask InitializeAsync()
    {
        (crooked, other) = (await CrookedProvider.StartAsync(), await CrookedProvider.StartAsync());
        UseProvider("crooked", "oidc", crooked.Address);
        UseProvider("other", "oidc", other.Address);
        await base.InitializeAsync();
    }

    public string OtherAddress => other!.Address;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Crooked.DisposeAsync();
        await other!.DisposeAsync();
    }
}
