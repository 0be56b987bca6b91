using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Gdx.Numbers;
using Grpc.Core;

namespace Gdx.Demo;

/// <summary>A person at a browser: signs in through one of the simulated providers as the portal lets them, and holds what the portal would hold.</summary>
public sealed class Visitor : IDisposable
{
    private const string Portal = "http://localhost:5600/signed-in";
    private const int MostHops = 10; // Identity, provider, callback, Identity, portal; a circle is a surprise.
    private readonly Exchange exchange;
    private readonly string portalSecret;
    // Browsers send secure cookies to http://localhost, which is a trustworthy origin to them; .NET's own jar does not.
    private readonly HttpClient browser = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
    private readonly Dictionary<string, string> cookies = [];
    private string accessToken = "";
    private string refreshToken = "";

    private Visitor(Exchange exchange, string portalSecret, CitizenId citizen) => (this.exchange, this.portalSecret, Citizen) = (exchange, portalSecret, citizen);

    public CitizenId Citizen { get; }

    /// <summary>What a gRPC call of the portal for this person carries.</summary>
    public Metadata Metadata => new() { { "authorization", $"Bearer {accessToken}" } };

    /// <summary>What the access token says.</summary>
    public JsonObject Claims => JsonNode.Parse(Base64Url.DecodeFromChars(accessToken.Split('.')[1]))!.AsObject();

    public string PersonId => Claims["sub"]!.GetValue<string>();

    /// <summary>Signs in as this synthetic person (provider: <c>thaid</c>, <c>dga</c>, <c>govid</c>, <c>mailgothai</c> or <c>openid</c>).</summary>
    public static async Task<Visitor> SignInAsync(Exchange exchange, string portalSecret, string provider, CitizenId citizen)
    {
        var visitor = new Visitor(exchange, portalSecret, citizen);
        var verifier = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var code = await visitor.CodeAsync(provider, verifier);
        await visitor.AskAsync(new() { ["grant_type"] = "authorization_code", ["code"] = code, ["redirect_uri"] = Portal, ["code_verifier"] = verifier });
        return visitor;
    }

    /// <summary>New tokens, which say what the session may do now.</summary>
    public Task RefreshAsync() => AskAsync(new() { ["grant_type"] = "refresh_token", ["refresh_token"] = refreshToken });

    /// <summary>Whether the values of a claim hold this one.</summary>
    public bool Has(string claim, string value) => Claims[claim] switch
    {
        JsonArray many => many.Any(one => one?.GetValue<string>() == value),
        JsonValue one => one.ToString() == value,
        _ => false,
    };

    public void Dispose() => browser.Dispose();

    private async Task<string> CodeAsync(string provider, string verifier)
    {
        var state = Guid.NewGuid().ToString("N");
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
        var next = new Uri($"{exchange.Endpoints.Identity}/connect/authorize?client_id=portal&redirect_uri={Uri.EscapeDataString(Portal)}&response_type=code"
            + $"&scope=openid%20offline_access&state={state}&nonce={Guid.NewGuid():N}&code_challenge={challenge}&code_challenge_method=S256&provider={provider}");
        for (var hop = 0; hop < MostHops; hop++)
        {
            if (next.AbsoluteUri.StartsWith(Portal, StringComparison.Ordinal))
            {
                var query = next.Query.TrimStart('?').Split('&').Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => Uri.UnescapeDataString(pair[1]));
                return query.GetValueOrDefault("state") == state && query.TryGetValue("code", out var code) ? code : throw new SurpriseException($"{provider}: the portal got no code.");
            }

            // At the provider a person clicks on their name; a program says it.
            var address = next.AbsoluteUri.StartsWith($"{exchange.Endpoints.Mail}/{provider}/", StringComparison.Ordinal) ? new Uri($"{next.AbsoluteUri}&login_hint={Citizen.Value}") : next;
            using var answer = await OpenAsync(address);
            next = answer.Headers.Location is { } location ? new Uri(address, location) : throw new SurpriseException($"{provider}: signing in ended at {address.GetLeftPart(UriPartial.Path)} with HTTP {(int)answer.StatusCode}.");
        }

        throw new SurpriseException($"{provider}: signing in goes round in a circle.");
    }

    private async Task<HttpResponseMessage> OpenAsync(Uri address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        var isIdentity = address.AbsoluteUri.StartsWith($"{exchange.Endpoints.Identity}/", StringComparison.Ordinal);
        if (isIdentity && cookies.Count > 0)
        {
            request.Headers.Add("Cookie", string.Join("; ", cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        }

        var answer = await browser.SendAsync(request);
        foreach (var set in isIdentity && answer.Headers.TryGetValues("Set-Cookie", out var all) ? all : [])
        {
            var pair = set.Split(';')[0].Split('=', 2);
            if (pair[1].Length == 0)
            {
                cookies.Remove(pair[0]); // An empty one is an ended one.
            }
            else
            {
                cookies[pair[0]] = pair[1];
            }
        }

        return answer;
    }

    private async Task AskAsync(Dictionary<string, string> fields)
    {
        (fields["client_id"], fields["client_secret"]) = ("portal", portalSecret);
        using var form = new FormUrlEncodedContent(fields);
        var answer = await exchange.SendAsync(HttpMethod.Post, $"{exchange.Endpoints.Identity}/connect/token", body: form);
        if (answer.Status != 200)
        {
            throw new SurpriseException($"Identity gave the portal no token ({fields["grant_type"]}): HTTP {answer.Status} {answer.Json["error"]}.");
        }

        (accessToken, refreshToken) = (answer.Json["access_token"]!.GetValue<string>(), answer.Json["refresh_token"]!.GetValue<string>());
    }
}
