using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Gdx.Simulators.People;

namespace Gdx.Simulators.SignIn;

/// <summary>
/// Five identity providers, at <c>/govid</c>, <c>/mailgothai</c>, <c>/openid</c>, <c>/dga</c> and <c>/thaid</c>: whoever signs in picks one of the synthetic
/// people (one click, or <c>login_hint</c> with a number for programs). Any client id; the secret is <c>SIGN_IN_SECRET</c>, DGA's hashed seven times.
/// </summary>
public sealed class SignInProviders(IConfiguration settings, SignedToken tokens, TimeProvider clock)
{
    /// <summary>The secret where the settings name none.</summary>
    public const string DefaultSecret = "simulated-provider-secret-0123456789";

    private static readonly TimeSpan CodeLife = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan TokenLife = TimeSpan.FromHours(1); // As DGA's expires_in.
    private static readonly HtmlEncoder Html = HtmlEncoder.Create(UnicodeRanges.All);
    private readonly string secret = settings["SIGN_IN_SECRET"] ?? DefaultSecret;
    private readonly ConcurrentDictionary<string, Issued> codes = new();
    private readonly ConcurrentDictionary<string, Issued> accessTokens = new();

    private sealed record Issued(Provider Provider, Person Person, string ClientId, string RedirectUri, string? Nonce, string? Challenge, bool WithIdToken, DateTimeOffset Until);

    /// <summary>Who can be picked: living adults.</summary>
    private static IReadOnlyList<Person> Officers { get; } = [.. Population.People.Where(person => person.Died is null && person.Born.Year < 2545).Take(20)];

    public static void Map(IEndpointRouteBuilder app)
    {
        var all = app.ServiceProvider.GetRequiredService<SignInProviders>();
        foreach (var provider in Provider.All)
        {
            var (paths, root) = (provider.Paths, $"/{provider.Name}");
            app.MapGet($"{root}/{paths.Authorize}", (HttpRequest request) => all.ShowPeople(provider, request));
            app.MapPost($"{root}/{paths.Authorize}", (HttpRequest request) => all.PickAsync(provider, request));
            app.MapPost($"{root}/{paths.Token}", (HttpRequest request) => all.ExchangeAsync(provider, request));
            app.MapGet($"{root}/{paths.UserInfo}", (HttpRequest request) => all.Tell(provider, request));
            if (paths.EndSession is not null)
            {
                app.MapGet($"{root}/{paths.EndSession}", (HttpRequest request) => EndSession(provider, request));
            }

            if (paths.Keys is not null)
            {
                app.MapGet($"{root}/{paths.Keys}", (SignedToken tokens) => Results.Json(tokens.Keys));
            }

            if (paths.Discovery is not null)
            {
                app.MapGet($"{root}/{paths.Discovery}", (HttpRequest request) => Discover(provider, request));
            }
        }
    }

    /// <summary>What DGA Digital ID's token endpoint takes for the secret.</summary>
    public static string SevenTimes(string value)
    {
        for (var round = 0; round < 7; round++)
        {
#pragma warning disable CA5351 // As the real one does.
            value = Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(value + "EGA")));
#pragma warning restore CA5351
        }

        return value;
    }

    private static string Issuer(Provider provider, HttpRequest request) => $"{request.Scheme}://{request.Host}/{provider.Name}";

    private static IResult Discover(Provider provider, HttpRequest request)
    {
        var issuer = Issuer(provider, request);
        return Results.Json(new
        {
            issuer,
            authorization_endpoint = $"{issuer}/{provider.Paths.Authorize}",
            token_endpoint = $"{issuer}/{provider.Paths.Token}",
            userinfo_endpoint = $"{issuer}/{provider.Paths.UserInfo}",
            end_session_endpoint = $"{issuer}/{provider.Paths.EndSession}",
            jwks_uri = $"{issuer}/{provider.Paths.Keys}",
            response_types_supported = new[] { "code" },
            subject_types_supported = new[] { "public" },
            id_token_signing_alg_values_supported = new[] { "ES256" },
            code_challenge_methods_supported = new[] { "S256" },
            token_endpoint_auth_methods_supported = new[] { "client_secret_basic", "client_secret_post" },
            authorization_response_iss_parameter_supported = true,
            scopes_supported = new[] { "openid", "profile", "email" },
        });
    }

    private IResult ShowPeople(Provider provider, HttpRequest request)
    {
        if (Wrong(request) is { } wrong)
        {
            return wrong;
        }

        if (request.Query["login_hint"].ToString() is { Length: > 0 } hint && Find(hint) is { } person)
        {
            return Answer(provider, request, person);
        }

        var buttons = string.Concat(Officers.Select(one =>
            $"""<button name="person" value="{one.Id.Value}">{Html.Encode($"{one.FirstName.Thai} {one.LastName.Thai}")} <span lang="en">{Html.Encode($"{one.FirstName.English} {one.LastName.English}")}</span></button>"""));
        request.HttpContext.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";
        return Results.Content($$"""
            <!DOCTYPE html><html lang="th"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{{provider.NameTh}}</title>
            <style>body{font:1.1rem/1.6 system-ui,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}button{display:block;width:100%;margin:.4rem 0;padding:.5rem 1rem;font:inherit;text-align:left}</style></head>
            <body><h1>{{provider.NameTh}}</h1><p>เลือกบุคคลสมมติที่จะเข้าสู่ระบบ <span lang="en">Pick the synthetic person who signs in.</span></p>
            <form method="post">{{buttons}}<button name="cancel" value="1">ยกเลิก <span lang="en">Cancel</span></button></form></body></html>
            """, "text/html; charset=utf-8");
    }

    private async Task<IResult> PickAsync(Provider provider, HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        return Wrong(request) ?? (Find(form["person"].ToString()) is { } person
            ? Answer(provider, request, person)
            : Back(request, new() { ["error"] = "access_denied", ["iss"] = provider.Paths.Discovery is null ? null : Issuer(provider, request) }));
    }

    private IResult Answer(Provider provider, HttpRequest request, Person person)
    {
        var (query, code, now) = (request.Query, RandomNumberGenerator.GetHexString(40, lowercase: true), clock.GetUtcNow());
        foreach (var (old, _) in codes.Where(issued => issued.Value.Until < now))
        {
            codes.TryRemove(old, out _);
        }

        codes[code] = new(provider, person, query["client_id"].ToString(), query["redirect_uri"].ToString(), query["nonce"], query["code_challenge"],
            query["scope"].ToString().Split(' ').Contains("openid") && provider.Paths.Keys is not null, now + CodeLife);
        return Back(request, new() { ["code"] = code, ["iss"] = provider.Paths.Discovery is null ? null : Issuer(provider, request) });
    }

    private async Task<IResult> ExchangeAsync(Provider provider, HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        var (client, given) = Credentials(request, form);
        if (given != (provider.IsDga ? SevenTimes(secret) : secret))
        {
            return Results.Json(new { error = "invalid_client" }, statusCode: StatusCodes.Status401Unauthorized);
        }

        var now = clock.GetUtcNow();
        if (form["grant_type"] != "authorization_code" || !codes.TryRemove(form["code"].ToString(), out var issued) || issued.Until < now || issued.Provider != provider
            || issued.ClientId != client || issued.RedirectUri != form["redirect_uri"]
            || (issued.Challenge is not null && issued.Challenge != Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString())))))
        {
            return Results.Json(new { error = "invalid_grant" }, statusCode: StatusCodes.Status400BadRequest);
        }

        foreach (var (old, _) in accessTokens.Where(one => one.Value.Until < now))
        {
            accessTokens.TryRemove(old, out _);
        }

        var access = RandomNumberGenerator.GetHexString(40, lowercase: true);
        accessTokens[access] = issued with { Until = now + TokenLife };
        var answer = new JsonObject { ["access_token"] = access, ["token_type"] = "Bearer", ["expires_in"] = (int)TokenLife.TotalSeconds };
        if (issued.WithIdToken)
        {
            var claims = new JsonObject
            {
                ["iss"] = Issuer(provider, request),
                ["aud"] = client,
                ["sub"] = Provider.Subject(provider.Name, issued.Person),
                ["iat"] = now.ToUnixTimeSeconds(),
                ["exp"] = (now + TokenLife).ToUnixTimeSeconds(),
            };
            if (issued.Nonce is not null)
            {
                claims["nonce"] = issued.Nonce;
            }

            answer["id_token"] = tokens.Sign(claims);
        }

        return Results.Json(answer);
    }

    private IResult Tell(Provider provider, HttpRequest request)
    {
        var bearer = request.Headers.Authorization.ToString();
        if (!bearer.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) || !accessTokens.TryGetValue(bearer[7..], out var issued) || issued.Until < clock.GetUtcNow() || issued.Provider != provider)
        {
            return Results.Json(new { error = "invalid_token" }, statusCode: StatusCodes.Status401Unauthorized);
        }

        var claims = provider.Claims(issued.Person);
        claims["sub"] = Provider.Subject(provider.Name, issued.Person);
        return Results.Json(claims);
    }

    // DGA's parameter ends in _url, and it insists on the hint.
    private static IResult EndSession(Provider provider, HttpRequest request)
    {
        var back = request.Query[provider.IsDga ? "post_logout_redirect_url" : "post_logout_redirect_uri"].ToString();
        return back.Length == 0 || (provider.IsDga && request.Query["id_token_hint"].ToString().Length == 0)
            ? Results.BadRequest()
            : Results.Redirect(With(back, new() { ["state"] = request.Query["state"] }));
    }

    private static IResult? Wrong(HttpRequest request) =>
        request.Query["response_type"] == "code" && request.Query["client_id"].ToString().Length > 0 && Uri.TryCreate(request.Query["redirect_uri"], UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? null
            : Results.BadRequest();

    private static IResult Back(HttpRequest request, Dictionary<string, string?> parameters)
    {
        parameters["state"] = request.Query["state"];
        return Results.Redirect(With(request.Query["redirect_uri"].ToString(), parameters));
    }

    private static string With(string address, Dictionary<string, string?> parameters) =>
        Microsoft.AspNetCore.WebUtilities.QueryHelpers.AddQueryString(address, parameters.Where(pair => pair.Value is not null));

    private static Person? Find(string number) => long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? Population.Find(id) : null;

    private static (string Client, string Secret) Credentials(HttpRequest request, IFormCollection form)
    {
        var header = request.Headers.Authorization.ToString();
        if (!header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase)) // Lower case is taken too.
        {
            return (form["client_id"].ToString(), form["client_secret"].ToString());
        }

        var bytes = new byte[header.Length];
        return Convert.TryFromBase64String(header[6..].Trim(), bytes, out var length) && Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2) is [var client, var given]
            ? (Uri.UnescapeDataString(client), Uri.UnescapeDataString(given))
            : ("", "");
    }
}
