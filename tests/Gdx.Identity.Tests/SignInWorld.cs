using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Gdx.Identity.Data;
using Gdx.Numbers;
using Gdx.Simulators;
using Gdx.Simulators.SignIn;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.Net.Http.Headers;

namespace Gdx.Identity.Tests;

/// <summary>Identity with a portal and five providers that really listen.</summary>
public class SignInWorld : IAsyncLifetime
{
    public const string PortalAddress = "http://portal.test/signed-in";
    public const string PortalSignedOut = "http://portal.test/signed-out";
    public const string PortalSecret = "secret-of-portal-0123456789-0123456789";
    private OutsideWorld? outside;

    public IdentityApp App { get; } = new();

    public OutsideWorld Outside => outside!;

    public virtual async ValueTask InitializeAsync()
    {
        outside = await OutsideWorld.StartAsync();
        UsePortal(App);
        UseProvider("govid", "oidc");
        UseProvider("mailgothai", "oidc");
        UseProvider("openid", "oidc");
        UseProvider("dga", "dga");
        UseProvider("thaid", "thaid");
        await App.InitializeAsync();
    }

    public static void UsePortal(IdentityApp app)
    {
        app.Settings["Gdx:Portal:ClientSecret"] = PortalSecret;
        app.Settings["Gdx:Portal:RedirectUris:0"] = PortalAddress;
        app.Settings["Gdx:Portal:PostLogoutRedirectUris:0"] = PortalSignedOut;
    }

    /// <summary>Another replica of the same Identity.</summary>
    public async Task<IdentityApp> ReplicaAsync()
    {
        var replica = new IdentityApp();
        foreach (var (key, value) in App.Settings)
        {
            replica.Settings[key] = value;
        }

        await replica.HealthyAsync();
        return replica;
    }

    public async Task<Data.Person> PersonAsync(Guid id)
    {
        await using var scope = App.Services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<IdentityDb>().People.FindAsync(id))!;
    }

    public virtual async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await (outside?.DisposeAsync() ?? ValueTask.CompletedTask);
        GC.SuppressFinalize(this);
    }

    protected void UseProvider(string name, string kind, string? issuer = null)
    {
        var section = $"Gdx:Providers:{name}";
        App.Settings[$"{section}:Kind"] = kind;
        App.Settings[$"{section}:Issuer"] = issuer ?? $"{Outside.Http.AbsoluteUri.TrimEnd('/')}/{name}";
        App.Settings[$"{section}:ClientId"] = "gdx";
        App.Settings[$"{section}:ClientSecret"] = SignInProviders.DefaultSecret;
        App.Settings[$"{section}:NameTh"] = $"ผู้ให้บริการ {name}";
        App.Settings[$"{section}:NameEn"] = name;
    }
}

/// <summary>A browser with cookies of its own. Identity is behind an edge that takes <c>/id</c> off; everything else is reached over real sockets.</summary>
public sealed class Browser(IdentityApp app) : IDisposable
{
    private const string Edge = "http://identity.test/id";
    private readonly Dictionary<(string Host, string Name), SetCookieHeaderValue> cookies = [];
    private readonly HttpClient sockets = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    public static string Identity(string path) => $"{Edge}/{path}";

    /// <summary>The same browser at another time: with the cookies that this one has now.</summary>
    public Browser Copy()
    {
        var copy = new Browser(app);
        foreach (var (key, value) in cookies)
        {
            copy.cookies[key] = value;
        }

        return copy;
    }

    /// <summary>Every address that was opened.</summary>
    public List<Uri> Visited { get; } = [];

    /// <summary>Called before each request; another address than the given one is opened instead.</summary>
    public Func<Uri, Uri>? Turn { get; set; }

    /// <summary>Goes where redirects lead, until there is a page, or the next address is the portal's.</summary>
    public async Task<Page> OpenAsync(string address, HttpContent? form = null, bool follow = true)
    {
        var next = new Uri(address);
        for (var hops = 0; hops < 12; hops++)
        {
            next = Turn?.Invoke(next) ?? next;
            if (next.Host == "portal.test")
            {
                return new(next, HttpStatusCode.OK, "", QueryHelpers.ParseQuery(next.Query).ToDictionary(pair => pair.Key, pair => pair.Value.ToString()), null);
            }

            Visited.Add(next);
            using var answer = await SendAsync(next, form);
            foreach (var cookie in SetCookieHeaderValue.ParseList([.. answer.Headers.TryGetValues("Set-Cookie", out var set) ? set : []]))
            {
                Assert.True(cookie.HttpOnly);
                cookies[(next.Host, cookie.Name.ToString())] = cookie;
            }

            form = null;
            if (answer.Headers.Location is not { } location)
            {
                return new(next, answer.StatusCode, await answer.Content.ReadAsStringAsync(), [], answer.Headers);
            }

            next = new Uri(next, location);
            if (!follow)
            {
                return new(next, answer.StatusCode, "", QueryHelpers.ParseQuery(next.Query).ToDictionary(pair => pair.Key, pair => pair.Value.ToString()), answer.Headers);
            }
        }

        throw new InvalidOperationException("Redirected in a circle.");
    }

    public void Dispose() => sockets.Dispose();

    private async Task<HttpResponseMessage> SendAsync(Uri address, HttpContent? form)
    {
        var isIdentity = address.AbsoluteUri.StartsWith(Edge, StringComparison.Ordinal);
        using var request = new HttpRequestMessage(form is null ? HttpMethod.Get : HttpMethod.Post, isIdentity ? new Uri(address.PathAndQuery["/id".Length..], UriKind.Relative) : address) { Content = form };
        var sent = cookies.Where(kept => kept.Key.Host == address.Host && address.AbsolutePath.StartsWith(kept.Value.Path.ToString(), StringComparison.Ordinal) && !(kept.Value.Expires < DateTimeOffset.UtcNow))
            .Select(kept => $"{kept.Key.Name}={kept.Value.Value}").ToList();
        if (sent.Count > 0)
        {
            request.Headers.Add("Cookie", string.Join("; ", sent));
        }

        if (!isIdentity)
        {
            return await sockets.SendAsync(request);
        }

        request.Headers.Add("Test-Remote-Address", new IPAddress(Guid.NewGuid().ToByteArray()).ToString());
        using var http = app.CreateDefaultClient();
        return await http.SendAsync(request);
    }
}

/// <summary>Where a browser ended: a page, or the portal with what its query says.</summary>
public sealed record Page(Uri Address, HttpStatusCode Status, string Body, Dictionary<string, string> Query, HttpResponseHeaders? Headers);

/// <summary>The portal's part of signing in: its request, its secret verifier, its calls to the token endpoint.</summary>
public sealed class PortalClient(IdentityApp app)
{
    public string Verifier { get; set; } = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public string State { get; } = Guid.NewGuid().ToString("N");

    public string Nonce { get; } = Guid.NewGuid().ToString("N");

    /// <summary>The address that the portal sends a browser to; <paramref name="change"/> alters its parameters (null takes one out).</summary>
    public string Request(string? provider = null, params (string Name, string? Value)[] change)
    {
        var query = new Dictionary<string, string?>
        {
            ["client_id"] = "portal",
            ["redirect_uri"] = SignInWorld.PortalAddress,
            ["response_type"] = "code",
            ["scope"] = "openid offline_access",
            ["state"] = State,
            ["nonce"] = Nonce,
            ["code_challenge"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier))),
            ["code_challenge_method"] = "S256",
            ["provider"] = provider,
        };
        foreach (var (name, value) in change)
        {
            query[name] = value;
        }

        return QueryHelpers.AddQueryString(Browser.Identity("connect/authorize"), query.Where(pair => pair.Value is not null));
    }

    /// <summary>Signs in as this synthetic person and comes back with a code.</summary>
    public async Task<string> CodeAsync(string provider, CitizenId citizen, Browser? browser = null)
    {
        using var own = new Browser(app);
        var used = browser ?? own;
        used.Turn = address => address.AbsolutePath.Contains("auth", StringComparison.Ordinal) && address.Host == "127.0.0.1" ? new Uri(QueryHelpers.AddQueryString(address.AbsoluteUri, "login_hint", citizen.Value)) : address;
        var page = await used.OpenAsync(Request(provider));
        Assert.True(page.Query.TryGetValue("code", out var code), $"{page.Address.GetLeftPart(UriPartial.Path)} {page.Status}: {page.Body[Math.Max(0, page.Body.IndexOf("<main>", StringComparison.Ordinal))..]}");
        Assert.Equal((State, "http://identity.test/id"), (page.Query["state"], page.Query["iss"]));
        return code;
    }

    public async Task<Tokens> SignInAsync(string provider, CitizenId citizen) => await ExchangeAsync(await CodeAsync(provider, citizen));

    public async Task<Tokens> ExchangeAsync(string code, IdentityApp? at = null, params (string Name, string? Value)[] change) => await AskAsync(at ?? app, change,
        ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", SignInWorld.PortalAddress), ("code_verifier", Verifier));

    public async Task<Tokens> RefreshAsync(string token, IdentityApp? at = null) => await AskAsync(at ?? app, [], ("grant_type", "refresh_token"), ("refresh_token", token));

    private static async Task<Tokens> AskAsync(IdentityApp at, (string Name, string? Value)[] change, params (string Name, string? Value)[] fields)
    {
        var form = new Dictionary<string, string?> { ["client_id"] = "portal", ["client_secret"] = SignInWorld.PortalSecret };
        foreach (var (name, value) in fields.Concat(change))
        {
            form[name] = value;
        }

        using var http = at.CreateDefaultClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/connect/token") { Content = new FormUrlEncodedContent(form.Where(pair => pair.Value is not null)!) };
        request.Headers.Add("Test-Remote-Address", new IPAddress(Guid.NewGuid().ToByteArray()).ToString());
        using var answer = await http.SendAsync(request);
        var json = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        return new(answer.StatusCode, json["error"]?.GetValue<string>(), json["access_token"]?.GetValue<string>(), json["refresh_token"]?.GetValue<string>(), json["id_token"]?.GetValue<string>());
    }
}

/// <summary>An answer of the token endpoint.</summary>
public sealed record Tokens(HttpStatusCode Status, string? Error, string? Access, string? Refresh, string? Id)
{
    public JsonWebToken Read => new(Access);

    public Guid Person => Guid.Parse(Read.Subject);

    public Guid Session => Guid.Parse(Read.GetClaim("sid").Value);

    public IEnumerable<string> Roles => Read.Claims.Where(claim => claim.Type == "role").Select(claim => claim.Value).Order();

    public Metadata Metadata => new() { { "authorization", $"Bearer {Access}" } };
}

public static class SessionCalls
{
    /// <summary>The Sessions service of this replica.</summary>
    public static Contracts.V1.Sessions.SessionsClient Sessions(this IdentityApp app) => new(GrpcChannel.ForAddress(app.Server.BaseAddress, new GrpcChannelOptions { HttpHandler = app.Server.CreateHandler() }));
}
