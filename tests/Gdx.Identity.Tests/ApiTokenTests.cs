using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.TestEnvironment;
using Grpc.Core;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Gdx.Identity.Tests;

public sealed class ApiTokenTests(IdentityApp app) : IClassFixture<IdentityApp>
{
    [Fact]
    public async Task A_secret_gets_a_token_that_discovery_and_its_keys_explain()
    {
        var client = await TestClient.InAsync(app);

        using var answer = await client.AskAsync(app);
        var token = await TestClient.TokenAsync(answer);

        Assert.True(answer.Headers.CacheControl?.NoStore);
        Assert.Equal(("at+jwt", "ES256", client.Id.ToString(), "http://identity.test/id"), (token.Typ, token.Alg, token.Subject, token.Issuer));
        Assert.Equal([Claims.ApiAudience], token.Audiences);
        Assert.Equal((client.ConsumerKey.ToString(), client.Agency.ToString(), client.OfficerId, Roles.ApiClient, "secret:1"),
            (Claim("client_id"), Claim(Claims.Agency), Claim(Claims.Agent), Claim("role"), Claim(Claims.Credential)));
        Assert.True(Guid.TryParse(Claim("jti"), out _));
        Assert.Equal(TimeSpan.FromMinutes(10), token.ValidTo - token.IssuedAt);
        Assert.Equal(600, (await IdentityApp.JsonAsync(answer))["expires_in"]!.GetValue<int>());
        Assert.DoesNotContain(client.Officer.Value, Encoding.UTF8.GetString(Base64UrlEncoder.DecodeBytes(token.EncodedPayload)), StringComparison.Ordinal);

        using var http = app.CreateClient();
        var discovery = JsonNode.Parse(await http.GetStringAsync(new Uri("/.well-known/openid-configuration", UriKind.Relative)))!;
        Assert.Equal((token.Issuer, "http://identity.test/id/connect/token"), (discovery["issuer"]!.GetValue<string>(), discovery["token_endpoint"]!.GetValue<string>()));
        Assert.Superset(new HashSet<string> { "client_secret_basic", "client_secret_post", "private_key_jwt" }, Strings(discovery["token_endpoint_auth_methods_supported"]));
        Assert.Equal(["ES256", "PS256", "RS256"], Strings(discovery["token_endpoint_auth_signing_alg_values_supported"]).Order());
        Assert.Contains("client_credentials", Strings(discovery["grant_types_supported"]));
        var keys = new JsonWebKeySet(await http.GetStringAsync(new Uri("/.well-known/jwks", UriKind.Relative)));
        Assert.Equal(["ES256", "RS256"], keys.Keys.Select(key => key.Alg).Order());
        var verified = await new JsonWebTokenHandler().ValidateTokenAsync(token, new() { IssuerSigningKey = keys.Keys.Single(key => key.Kid == token.Kid), ValidIssuer = token.Issuer, ValidAudience = Claims.ApiAudience, ValidTypes = ["at+jwt"] });
        Assert.True(verified.IsValid, verified.Exception?.Message);

        string Claim(string name) => token.GetClaim(name).Value;
        static HashSet<string> Strings(JsonNode? array) => [.. array!.AsArray().Select(one => one!.GetValue<string>())];
    }

    [Fact]
    public async Task Key_and_secret_may_come_in_the_header_and_a_system_may_stand_behind_the_calls()
    {
        var client = await TestClient.InAsync(app);

        var token = await TestClient.TokenAsync(await client.AskAsync(app, basic: $"{client.ConsumerKey}:{client.Secret}", parameters: [("client_id", null), ("client_secret", null), ("agent_id", TestClient.SystemName)]));

        Assert.Equal(TestClient.SystemName, token.GetClaim(Claims.Agent).Value);
    }

    [Fact]
    public async Task The_token_opens_no_door_of_identity()
    {
        var client = await TestClient.InAsync(app);
        var token = await TestClient.TokenAsync(await client.AskAsync(app));

        foreach (var call in new Func<Metadata, Task>[] { async me => await app.Clients.FindAsync(new(), me), async me => await app.Agencies.GetAsync(new(), me), async me => await app.Applications.FindAsync(new(), me) })
        {
            var refused = await Assert.ThrowsAsync<RpcException>(() => call(new() { { "authorization", $"Bearer {token.EncodedToken}" } }));
            Assert.Equal(StatusCode.Unauthenticated, refused.StatusCode);
        }
    }

    [Fact]
    public async Task Whoever_is_not_the_client_gets_one_and_the_same_answer()
    {
        var client = await TestClient.InAsync(app);
        var unclaimed = await TestClient.InAsync(app, change: one => (one.State, one.SecretHash, one.ClaimPending) = (ApiClientState.Unclaimed, null, true));
        var revoked = await TestClient.InAsync(app, change: one => (one.State, one.SecretHash) = (ApiClientState.Revoked, null));
        var suspended = await TestClient.InAsync(app, await SignedIn.AgencyAsync(app, agency => agency.State = AgencyState.Suspended));
        HttpResponseMessage[] answers =
        [
            await (client with { Secret = suspended.Secret }).AskAsync(app),
            await (client with { Secret = "short" }).AskAsync(app),
            await (client with { ConsumerKey = Guid.NewGuid() }).AskAsync(app),
            await unclaimed.AskAsync(app),
            await revoked.AskAsync(app),
            await suspended.AskAsync(app),
            await client.AssertAsync(app, TestClient.NewEcKey().Key),
            await (client with { ConsumerKey = Guid.NewGuid() }).AssertAsync(app, TestClient.NewRsaKey().Key),
            await client.AskAsync(app, parameters: [("client_secret", null), ("client_assertion_type", Features.ClientCredentials.JwtBearer), ("client_assertion", "no.such.thing")]),
        ];

        var texts = await Task.WhenAll(answers.Select(answer => answer.Content.ReadAsStringAsync()));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode));
        Assert.Equal("""{"error":"invalid_client","error_description":"Client authentication failed."}""", Assert.Single(texts.Distinct()));
    }

    [Theory]
    [InlineData("grant_type", null, "invalid_request")]
    [InlineData("grant_type", "password", "unsupported_grant_type")]
    [InlineData("grant_type", "authorization_code", "unsupported_grant_type")]
    [InlineData("agent_id", null, "invalid_request")]
    [InlineData("agent_id", "9999999999999", "invalid_request")]
    [InlineData("agent_id", "Nobody", "invalid_request")]
    [InlineData("agent_id", "' OR 1=1 --", "invalid_request")]
    [InlineData("client_secret", null, "invalid_request")]
    [InlineData("client_assertion", "a.b.c", "invalid_request")]
    public async Task A_request_that_is_none_is_refused(string name, string? value, string error)
    {
        var client = await TestClient.InAsync(app);

        using var answer = await client.AskAsync(app, parameters: [(name, value)]);

        Assert.Equal($"400 {error}", await TestClient.ErrorAsync(answer));
    }

    [Fact]
    public async Task An_officer_of_another_client_stands_behind_nothing()
    {
        var (client, other) = (await TestClient.InAsync(app), await TestClient.InAsync(app));

        foreach (var agent in new[] { other.Officer.Value, other.OfficerId, client.OfficerId })
        {
            Assert.Equal("400 invalid_request", await TestClient.ErrorAsync(await client.AskAsync(app, parameters: [("agent_id", agent)])));
        }
    }

    public static TheoryData<string> Algorithms => ["ES256", "RS256", "PS256"];

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task A_client_without_any_secret_proves_itself_with_a_registered_key(string algorithm)
    {
        var client = await TestClient.InAsync(app, change: one => (one.State, one.SecretHash, one.SecretGeneration, one.ClaimPending) = (ApiClientState.Unclaimed, null, 0, true));
        var me = (await SignedIn.AsAsync(app, client.Agency, Roles.TechnicalContact)).Metadata;
        var (key, jwk) = algorithm == "ES256" ? TestClient.NewEcKey() : TestClient.NewRsaKey(algorithm: algorithm);

        var registered = await app.Clients.RegisterKeyAsync(new() { ApiClientId = client.Id.ToString(), Jwk = jwk }, me);
        var id = Assert.Single(registered.Keys).Id;
        var token = await TestClient.TokenAsync(await client.AssertAsync(app, key));
        await app.Clients.RemoveKeyAsync(new() { ApiClientId = client.Id.ToString(), KeyId = id }, me);
        using var after = await client.AssertAsync(app, key);

        Assert.Equal(Base64UrlEncoder.Encode(new JsonWebKey(jwk).ComputeJwkThumbprint()), id);
        Assert.Equal($"key:{id}", token.GetClaim(Claims.Credential).Value);
        Assert.Equal("401 invalid_client", await TestClient.ErrorAsync(after));
    }

    [Fact]
    public async Task An_assertion_is_for_this_issuer_for_this_client_and_for_minutes()
    {
        var client = await TestClient.InAsync(app);
        var (key, jwk) = TestClient.NewEcKey();
        await app.Clients.RegisterKeyAsync(new() { ApiClientId = client.Id.ToString(), Jwk = jwk }, await app.AsAsync(IdentityApp.Maker));
        var now = DateTime.UtcNow;
        Action<SecurityTokenDescriptor>[] right =
        [
            assertion => assertion.Audience = "http://identity.test/id",
            assertion => (assertion.Audience, assertion.Claims["aud"]) = (null, new[] { "http://elsewhere.test", "http://identity.test/id/connect/token" }),
            assertion => assertion.Expires = now.AddMinutes(5),
            assertion => assertion.IssuedAt = null,
        ];
        Action<SecurityTokenDescriptor>[] wrong =
        [
            assertion => assertion.Audience = "http://elsewhere.test/connect/token",
            assertion => assertion.Audience = "gdx",
            assertion => assertion.Audience = null,
            assertion => assertion.Expires = now.AddMinutes(-1),
            assertion => assertion.Expires = now.AddMinutes(6),
            assertion => assertion.Expires = null,
            assertion => assertion.IssuedAt = now.AddMinutes(10),
            assertion => assertion.NotBefore = now.AddMinutes(10),
            assertion => assertion.Claims["sub"] = Guid.NewGuid().ToString(),
            assertion => assertion.Claims.Remove("sub"),
            assertion => assertion.Claims.Remove("jti"),
            assertion => assertion.Claims["jti"] = 7,
            assertion => assertion.Claims["jti"] = "",
            assertion => assertion.Claims["jti"] = new string('x', 257),
            assertion => assertion.SigningCredentials = new(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(jwk)), SecurityAlgorithms.HmacSha256),
            assertion => assertion.SigningCredentials = null,
        ];

        foreach (var change in right)
        {
            await TestClient.TokenAsync(await client.AssertAsync(app, key, change));
        }

        foreach (var (change, number) in wrong.Select((change, number) => (change, number)))
        {
            using var answer = await client.AssertAsync(app, key, change);
            Assert.True(answer.StatusCode == HttpStatusCode.Unauthorized, $"wrong assertion {number}: {answer.StatusCode}");
        }
    }

    [Fact]
    public async Task An_assertion_is_good_once_whichever_replica_sees_it_first()
    {
        await using var second = new IdentityApp();
        foreach (var (name, value) in app.Settings)
        {
            second.Settings[name] = value;
        }

        await second.HealthyAsync();
        var client = await TestClient.InAsync(app);
        var (key, jwk) = TestClient.NewEcKey();
        await app.Clients.RegisterKeyAsync(new() { ApiClientId = client.Id.ToString(), Jwk = jwk }, await app.AsAsync(IdentityApp.Maker));
        var assertion = client.Assertion(key);

        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(number => client.AskAsync(number % 2 == 0 ? app : second,
            parameters: [("client_id", null), ("client_secret", null), ("client_assertion_type", Features.ClientCredentials.JwtBearer), ("client_assertion", assertion)])));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.Equal(31, answers.Count(answer => answer.StatusCode == HttpStatusCode.Unauthorized));
    }

    public static TheoryData<string, string> BadKeys => new()
    {
        { "nothing", "" },
        { "no JSON", "{" },
        { "no object", "[]" },
        { "no key", "{}" },
        { "a short RSA key", TestClient.NewRsaKey(1024).Jwk },
        { "a symmetric key", """{"kty":"oct","k":"AAAA"}""" },
        { "another curve", """{"kty":"EC","crv":"P-384","x":"AAAA","y":"AAAA"}""" },
        { "a point that is not on the curve", $$"""{"kty":"EC","crv":"P-256","x":"{{Base64UrlEncoder.Encode(new byte[32])}}","y":"{{Base64UrlEncoder.Encode(new byte[32])}}"}""" },
        { "half a key", """{"kty":"EC","crv":"P-256","x":"AAAA"}""" },
        { "wrong types", """{"kty":7,"crv":{},"x":[]}""" },
        { "a private key", TestClient.NewEcKey().Jwk[..^1] + ",\"d\":\"AAAA\"}" },
        { "a small exponent", TestClient.NewRsaKey().Jwk.Replace("AQAB", "Aw", StringComparison.Ordinal) },
        { "too long", TestClient.NewEcKey().Jwk[..^1] + $",\"x5c\":[\"{new string('A', 4096)}\"]}}" },
    };

    [Theory]
    [MemberData(nameof(BadKeys))]
    public async Task What_is_no_strong_public_key_is_not_registered(string what, string jwk)
    {
        var client = await TestClient.InAsync(app);
        var maker = await app.AsAsync(IdentityApp.Maker);

        var refused = await Refusal.OfAsync(async () => await app.Clients.RegisterKeyAsync(new() { ApiClientId = client.Id.ToString(), Jwk = jwk }, maker));

        Assert.True(refused == new Refusal(StatusCode.InvalidArgument, "request.invalid", "jwk"), $"{what}: {refused}");
    }

    [Fact]
    public async Task A_key_is_registered_once_and_five_are_enough()
    {
        var client = await TestClient.InAsync(app);
        var maker = await app.AsAsync(IdentityApp.Maker);
        var jwks = Enumerable.Range(0, 6).Select(_ => TestClient.NewEcKey().Jwk).ToList();
        foreach (var jwk in jwks.Take(4))
        {
            await app.Clients.RegisterKeyAsync(new() { ApiClientId = client.Id.ToString(), Jwk = jwk }, maker);
        }

        var twice = await Refusal.OfAsync(async () => await app.Clients.RegisterKeyAsync(new() { ApiClientId = client.Id.ToString(), Jwk = jwks[0] }, maker));
        await app.Clients.RegisterKeyAsync(new() { ApiClientId = client.Id.ToString(), Jwk = jwks[4] }, maker);
        var sixth = await Refusal.OfAsync(async () => await app.Clients.RegisterKeyAsync(new() { ApiClientId = client.Id.ToString(), Jwk = jwks[5] }, maker));
        var unknown = await Refusal.OfAsync(async () => await app.Clients.RemoveKeyAsync(new() { ApiClientId = client.Id.ToString(), KeyId = "x" }, maker));

        Assert.Equal(["identity.client.key.known", "identity.client.state", "identity.client.key.unknown"], new[] { twice.Code, sixth.Code, unknown.Code });
    }

    [Fact]
    public async Task Sixty_four_guessers_wait_longer_and_longer_while_the_agency_gets_its_tokens()
    {
        var client = await TestClient.InAsync(app);
        var guesses = new ConcurrentBag<HttpResponseMessage>();
        using var done = new CancellationTokenSource();

        var guessers = Enumerable.Range(0, 64).Select(async number =>
        {
            for (var guess = 0; guess < 12; guess++)
            {
                guesses.Add(await (client with { Secret = $"guess-{number}-{guess}" }).AskAsync(app, $"198.51.100.{number}"));
            }
        });
        var agency = Task.Run(async () =>
        {
            for (var call = 0; call < 30; call++)
            {
                await TestClient.TokenAsync(await client.AskAsync(app, call % 2 == 0 ? "203.0.113.77" : null)); // From where it always calls, and from somewhere new.
            }
        });
        await Task.WhenAll(guessers.Append(agency));

        Assert.DoesNotContain(guesses, answer => answer.StatusCode == HttpStatusCode.OK);
        var waits = guesses.Where(answer => answer.StatusCode == HttpStatusCode.TooManyRequests).Select(answer => answer.Headers.RetryAfter!.Delta!.Value).ToList();
        Assert.InRange(waits.Count, 64, 64 * 7);
        Assert.All(waits, wait => Assert.True(wait > TimeSpan.Zero));
    }

    [Fact]
    public async Task An_address_from_which_a_key_was_right_is_never_made_to_wait_for_it()
    {
        var (client, neighbour) = (await TestClient.InAsync(app), await TestClient.InAsync(app));
        const string Shared = "192.0.2.44";
        await TestClient.TokenAsync(await client.AskAsync(app, Shared));

        HttpStatusCode last = default;
        for (var guess = 0; guess < 60 && last != HttpStatusCode.TooManyRequests; guess++)
        {
            last = (await (neighbour with { ConsumerKey = Guid.NewGuid() }).AskAsync(app, Shared)).StatusCode;
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, last);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await neighbour.AskAsync(app, Shared)).StatusCode);
        await TestClient.TokenAsync(await client.AskAsync(app, Shared));
        await TestClient.TokenAsync(await neighbour.AskAsync(app));
    }

    [Fact]
    public async Task Secrets_assertions_and_citizen_numbers_are_in_no_log()
    {
        var client = await TestClient.InAsync(app);
        var (key, jwk) = TestClient.NewEcKey();
        await app.Clients.RegisterKeyAsync(new() { ApiClientId = client.Id.ToString(), Jwk = jwk }, await app.AsAsync(IdentityApp.Maker));
        var assertion = client.Assertion(key);
        var token = await TestClient.TokenAsync(await client.AskAsync(app));
        await client.AskAsync(app, parameters: [("client_id", null), ("client_secret", null), ("client_assertion_type", Features.ClientCredentials.JwtBearer), ("client_assertion", assertion)]);
        await (client with { Secret = "a-guess-that-nobody-may-read" }).AskAsync(app);

        foreach (var secret in new[] { client.Secret, client.Officer.Value, assertion, token.EncodedToken, "a-guess-that-nobody-may-read" })
        {
            Assert.DoesNotContain(app.Logs, line => line.Contains(secret, StringComparison.Ordinal));
        }

        var rows = await app.AllRowsAsync();
        Assert.DoesNotContain(client.Secret, rows, StringComparison.Ordinal);
        Assert.DoesNotContain(client.Officer.Value, rows, StringComparison.Ordinal);
    }
}
