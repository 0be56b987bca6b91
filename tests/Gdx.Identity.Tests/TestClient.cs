using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Data;
using Gdx.Identity.Features;
using Gdx.Numbers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Gdx.Identity.Tests;

/// <summary>An agency's API client with a claimed secret, an officer and a system, as a claim would have left it.</summary>
public sealed record TestClient(Guid Id, Guid Agency, Guid ConsumerKey, string Secret, CitizenId Officer, string OfficerId)
{
    public const string SystemName = "WelfareHub";

    public static async Task<TestClient> InAsync(IdentityApp app, Guid? agency = null, Action<Data.ApiClient>? change = null)
    {
        var made = new TestClient(Guid.CreateVersion7(), agency ?? await SignedIn.AgencyAsync(app), Guid.NewGuid(), Secrets.New(), CitizenId.Synthetic(IdentityApp.NextNumber()), Guid.NewGuid().ToString());
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<IdentityDb>();
        var client = new Data.ApiClient
        {
            Id = made.Id,
            AgencyId = made.Agency,
            ConsumerKey = made.ConsumerKey,
            ContactEmail = "contact@welfare.go.th",
            State = ApiClientState.Active,
            SecretHash = Secrets.Hash(made.Secret),
            SecretGeneration = 1,
            CreatedAt = DateTimeOffset.UtcNow,
            Agents =
            [
                new() { AgentId = made.OfficerId, CitizenIdHash = app.Services.GetRequiredService<SubjectKey>().Hash(made.Officer), DisplayName = "Officer" },
                new() { AgentId = SystemName, DisplayName = "Hub" },
            ],
        };
        change?.Invoke(client);
        db.Add(client);
        await db.SaveChangesAsync();
        return made;
    }

    /// <summary>POST /connect/token with these parameters beside or in place of the usual ones (null: without it).</summary>
    public async Task<HttpResponseMessage> AskAsync(IdentityApp app, string? from = null, string? basic = null, params (string Name, string? Value)[] parameters)
    {
        var form = new Dictionary<string, string?> { ["grant_type"] = "client_credentials", ["client_id"] = ConsumerKey.ToString(), ["client_secret"] = Secret, ["agent_id"] = Officer.Value };
        foreach (var (name, value) in parameters)
        {
            form[name] = value;
        }

        using var http = app.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/connect/token")
        {
            Content = new FormUrlEncodedContent(form.Where(pair => pair.Value is not null)!),
        };
        request.Headers.Add("Test-Remote-Address", from ?? new IPAddress(RandomNumberGenerator.GetBytes(16)).ToString());
        if (basic is not null)
        {
            request.Headers.Authorization = new("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(basic)));
        }

        return await http.SendAsync(request);
    }

    /// <summary>The same by an assertion that <paramref name="key"/> signed.</summary>
    public Task<HttpResponseMessage> AssertAsync(IdentityApp app, SigningCredentials key, Action<SecurityTokenDescriptor>? change = null) =>
        AskAsync(app, parameters: [("client_id", null), ("client_secret", null), ("client_assertion_type", ClientCredentials.JwtBearer), ("client_assertion", Assertion(key, change))]);

    public string Assertion(SigningCredentials key, Action<SecurityTokenDescriptor>? change = null)
    {
        var assertion = new SecurityTokenDescriptor
        {
            Issuer = ConsumerKey.ToString(),
            Audience = "http://identity.test/id/connect/token",
            IssuedAt = DateTime.UtcNow,
            Expires = DateTime.UtcNow.AddMinutes(2),
            Claims = new Dictionary<string, object> { ["sub"] = ConsumerKey.ToString(), ["jti"] = Guid.NewGuid().ToString() },
            SigningCredentials = key,
        };
        change?.Invoke(assertion);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(assertion);
    }

    /// <summary>The access token of an answer that must be one.</summary>
    public static async Task<JsonWebToken> TokenAsync(HttpResponseMessage answer)
    {
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, body);
        return new(JsonNode.Parse(body)!["access_token"]!.GetValue<string>());
    }

    public static async Task<string> ErrorAsync(HttpResponseMessage answer) => $"{(int)answer.StatusCode} {(await IdentityApp.JsonAsync(answer))["error"]}";

    /// <summary>A key pair and its public half as JWK.</summary>
    public static (SigningCredentials Key, string Jwk) NewEcKey()
    {
        var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var q = ec.ExportParameters(false).Q;
        return (new(new ECDsaSecurityKey(ec), SecurityAlgorithms.EcdsaSha256), $$"""{"kty":"EC","crv":"P-256","use":"sig","x":"{{Base64UrlEncoder.Encode(q.X!)}}","y":"{{Base64UrlEncoder.Encode(q.Y!)}}"}""");
    }

    public static (SigningCredentials Key, string Jwk) NewRsaKey(int bits = 2048, string algorithm = SecurityAlgorithms.RsaSha256)
    {
        var rsa = RSA.Create(bits);
        var key = rsa.ExportParameters(false);
        return (new(new RsaSecurityKey(rsa), algorithm), $$"""{"kty":"RSA","n":"{{Base64UrlEncoder.Encode(key.Modulus!)}}","e":"{{Base64UrlEncoder.Encode(key.Exponent!)}}"}""");
    }
}
