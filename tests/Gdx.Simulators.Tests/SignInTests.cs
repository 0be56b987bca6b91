using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Gdx.Numbers;
using Gdx.Simulators.SignIn;
using Microsoft.AspNetCore.WebUtilities;

namespace Gdx.Simulators.Tests;

/// <summary>The five identity providers as a client meets them: what is usual, and the quirks of facts/sign-in.md.</summary>
public sealed class SignInTests : IAsyncLifetime
{
    private const string Back = "http://client.test/callback";
    private const string Verifier = "a-verifier-of-forty-three-characters-0123456789";
    private static readonly CitizenId Citizen = CitizenId.Synthetic(120);

    // MD5 in hex of the value and "EGA", seven times over, by another program.
    private const string HashedSecret = "d462c464621c7f787fc93f11049b0fe3";

    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private OutsideWorld? world;

    /// <summary>Paths as the facts have them; those of a discovery document where there is one.</summary>
    private static readonly Dictionary<string, (string Authorize, string Token, string UserInfo)> Paths = new()
    {
        ["govid"] = ("authorize", "token", "userinfo"),
        ["mailgothai"] = ("authorize", "token", "userinfo"),
        ["openid"] = ("authorize", "token", "userinfo"),
        ["dga"] = ("connect/authorize", "connect/token", "connect/userinfo"),
        ["thaid"] = ("api/v2/oauth2/auth/", "api/v2/oauth2/token/", "api/v2/oauth2/userinfo/"),
    };

    public async ValueTask InitializeAsync() => world = await OutsideWorld.StartAsync();

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await world!.DisposeAsync();
    }

    [Theory]
    [InlineData("govid")]
    [InlineData("mailgothai")]
    [InlineData("openid")]
    public async Task A_usual_provider_describes_itself(string provider)
    {
        var (status, document) = await JsonAsync(At(provider, ".well-known/openid-configuration"));

        Assert.Equal((HttpStatusCode.OK, At(provider, "")[..^1]), (status, document["issuer"]!.GetValue<string>()));
        Assert.Equal([At(provider, "authorize"), At(provider, "token"), At(provider, "userinfo"), At(provider, "endsession"), At(provider, "jwks")],
            new[] { "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "end_session_endpoint", "jwks_uri" }.Select(name => document[name]!.GetValue<string>()));
        Assert.Equal(["S256"], document["code_challenge_methods_supported"]!.AsArray().Select(method => method!.GetValue<string>()));
        Assert.True(document["authorization_response_iss_parameter_supported"]!.GetValue<bool>());
    }

    [Theory]
    [InlineData("dga")]
    [InlineData("thaid")]
    public async Task Digital_ID_and_ThaID_have_no_discovery_document(string provider)
    {
        using var answer = await http.GetAsync(new Uri(At(provider, ".well-known/openid-configuration")), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData("govid")]
    [InlineData("mailgothai")]
    [InlineData("openid")]
    [InlineData("dga")]
    public async Task A_code_becomes_an_ID_token_of_this_client_and_nonce_signed_by_a_published_key(string provider)
    {
        var back = await AuthorizeAsync(provider);
        var (status, answer) = await ExchangeAsync(provider, back["code"]);

        Assert.Equal(("the-state", provider == "dga" ? null : At(provider, "")[..^1]), (back["state"], back.GetValueOrDefault("iss")));
        Assert.Equal((HttpStatusCode.OK, "Bearer", 3600), (status, answer["token_type"]!.GetValue<string>(), answer["expires_in"]!.GetValue<int>()));
        var claims = await VerifyAsync(provider, answer["id_token"]!.GetValue<string>());
        Assert.Equal((At(provider, "")[..^1], "the-client", "the-nonce"), (claims["iss"]!.GetValue<string>(), claims["aud"]!.GetValue<string>(), claims["nonce"]!.GetValue<string>()));
        Assert.InRange(claims["exp"]!.GetValue<long>() - DateTimeOffset.UtcNow.ToUnixTimeSeconds(), 3500, 3600);
        var told = await TellAsync(provider, answer["access_token"]!.GetValue<string>());
        Assert.Equal(claims["sub"]!.GetValue<string>(), told["sub"]!.GetValue<string>());
    }

    [Fact]
    public async Task Three_providers_tell_names_and_no_number_and_each_knows_the_person_by_another_subject()
    {
        var told = new List<JsonNode>();
        foreach (var provider in new[] { "govid", "mailgothai", "openid" })
        {
            told.Add(await TellAsync(provider, await AccessTokenAsync(provider)));
        }

        Assert.All(told, person => Assert.DoesNotContain(Citizen.Value, person.ToJsonString(), StringComparison.Ordinal));
        Assert.All(told, person => Assert.EndsWith("@agency.go.th", person["email"]!.GetValue<string>(), StringComparison.Ordinal));
        Assert.Equal(3, told.Select(person => person["sub"]!.GetValue<string>()).Distinct().Count());
        Assert.Equal(told[0]["sub"]!.GetValue<string>(), (await TellAsync("govid", await AccessTokenAsync("govid")))["sub"]!.GetValue<string>());
    }

    [Fact]
    public async Task Digital_ID_takes_the_secret_hashed_seven_times_also_with_a_small_basic_and_not_as_it_is()
    {
        Assert.Equal(HashedSecret, SignInProviders.SevenTimes(SignInProviders.DefaultSecret));
        foreach (var scheme in new[] { "Basic", "basic" })
        {
            Assert.Equal(HttpStatusCode.OK, (await ExchangeAsync("dga", (await AuthorizeAsync("dga"))["code"], HashedSecret, scheme)).Status);
        }

        var (status, refused) = await ExchangeAsync("dga", (await AuthorizeAsync("dga"))["code"], SignInProviders.DefaultSecret);
        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_client"), (status, refused["error"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Digital_ID_vouches_for_the_number_and_says_at_which_level()
    {
        var told = await TellAsync("dga", await AccessTokenAsync("dga"));

        Assert.Equal((Citizen.Value, true, 2.3), (told["citizen_id"]!.GetValue<string>(), told["citizen_id_verified"]!.GetValue<bool>(), told["ial_level"]!.GetValue<double>()));
        Assert.All(new[] { "user_id", "given_name", "family_name", "preferred_username" }, name => Assert.NotEqual("", told[name]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("post_logout_redirect_url=http%3A%2F%2Fclient.test%2Fout&id_token_hint=x&state=s", true)]
    [InlineData("post_logout_redirect_url=http%3A%2F%2Fclient.test%2Fout&state=s", false)]
    [InlineData("post_logout_redirect_uri=http%3A%2F%2Fclient.test%2Fout&id_token_hint=x", false)]
    public async Task Digital_ID_signs_out_by_its_own_parameter_with_a_hint(string query, bool signedOut)
    {
        using var answer = await http.GetAsync(new Uri(At("dga", $"connect/endsession?{query}")), TestContext.Current.CancellationToken);

        Assert.Equal(signedOut ? "http://client.test/out?state=s" : null, answer.Headers.Location?.ToString());
        Assert.Equal(signedOut ? HttpStatusCode.Redirect : HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task A_usual_provider_signs_out_by_the_usual_parameter()
    {
        using var answer = await http.GetAsync(new Uri(At("govid", "endsession?post_logout_redirect_uri=http%3A%2F%2Fclient.test%2Fout&state=s")), TestContext.Current.CancellationToken);

        Assert.Equal("http://client.test/out?state=s", answer.Headers.Location?.ToString());
    }

    [Theory]
    [InlineData("Basic")]
    [InlineData(null)]
    public async Task ThaID_is_plain_OAuth_with_the_secret_in_the_header_or_the_form_and_tells_the_number_and_no_mail(string? scheme)
    {
        var back = await AuthorizeAsync("thaid", ("scope", "openid pid name"));
        var (status, answer) = await ExchangeAsync("thaid", back["code"], scheme: scheme);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Null(answer["id_token"]);
        Assert.False(back.ContainsKey("iss"));
        var told = await TellAsync("thaid", answer["access_token"]!.GetValue<string>());
        Assert.Equal(Citizen.Value, told["pid"]!.GetValue<string>());
        Assert.Matches("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", told["birthdate"]!.GetValue<string>());
        Assert.InRange(int.Parse(told["birthdate"]!.GetValue<string>()[..4], System.Globalization.CultureInfo.InvariantCulture), 1880, 2026); // Of the Common Era.
        Assert.Contains(told["gender"]!.GetValue<string>(), new[] { "male", "female" });
        Assert.Null(told["email"]);
    }

    public static TheoryData<string> All => [.. Paths.Keys];

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_code_works_once_for_its_client_its_address_its_verifier_and_its_provider(string provider)
    {
        var other = provider == "govid" ? "openid" : "govid";
        foreach (var (name, value) in new[] { ("code_verifier", "another-verifier-of-forty-three-characters-01"), ("redirect_uri", "http://client.test/elsewhere"), ("client_id", "another-client"), ("grant_type", "password"), ("code", "none") })
        {
            var (status, refused) = await ExchangeAsync(provider, (await AuthorizeAsync(provider))["code"], scheme: null, change: (name, value));
            Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"), (status, refused["error"]!.GetValue<string>()));
        }

        Assert.Equal(HttpStatusCode.BadRequest, (await ExchangeAsync(other, (await AuthorizeAsync(provider))["code"])).Status);
        var code = (await AuthorizeAsync(provider))["code"];
        Assert.Equal(HttpStatusCode.OK, (await ExchangeAsync(provider, code)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await ExchangeAsync(provider, code)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await ExchangeAsync(provider, (await AuthorizeAsync(provider))["code"], "wrong")).Status);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task An_access_token_is_good_at_its_own_provider_only(string provider)
    {
        var access = await AccessTokenAsync(provider);
        foreach (var (place, token) in new[] { (provider == "govid" ? "openid" : "govid", access), (provider, "none") })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, At(place, Paths[place].UserInfo)) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
            using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Whoever_comes_with_a_browser_picks_a_person_or_cancels(string provider)
    {
        var address = AddressOf(provider, ("login_hint", null));
        using var page = await http.GetAsync(new Uri(address), TestContext.Current.CancellationToken);
        var html = await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        using var cancel = new FormUrlEncodedContent([new("cancel", "1")]);
        using var cancelled = await http.PostAsync(new Uri(address), cancel, TestContext.Current.CancellationToken);
        using var pick = new FormUrlEncodedContent([new("person", System.Text.RegularExpressions.Regex.Match(html, "name=\"person\" value=\"([0-9]{13})\"").Groups[1].Value)]);
        using var picked = await http.PostAsync(new Uri(address), pick, TestContext.Current.CancellationToken);

        Assert.Contains("default-src 'none'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal(("access_denied", "the-state"), (Query(cancelled)["error"], Query(cancelled)["state"]));
        Assert.True(Query(picked).ContainsKey("code"));
    }

    [Theory]
    [InlineData("response_type", "token")]
    [InlineData("response_type", null)]
    [InlineData("client_id", null)]
    [InlineData("redirect_uri", null)]
    [InlineData("redirect_uri", "/relative")]
    [InlineData("redirect_uri", "javascript:alert(1)")]
    public async Task A_request_that_is_none_is_answered_with_a_page_and_leads_nowhere(string name, string? value)
    {
        foreach (var provider in Paths.Keys)
        {
            using var answer = await http.GetAsync(new Uri(AddressOf(provider, (name, value))), TestContext.Current.CancellationToken);
            Assert.Equal((HttpStatusCode.BadRequest, null), (answer.StatusCode, answer.Headers.Location));
        }
    }

    private string At(string provider, string path) => $"{world!.Http.AbsoluteUri.TrimEnd('/')}/{provider}/{path}";

    private string AddressOf(string provider, params (string Name, string? Value)[] change)
    {
        var query = new Dictionary<string, string?>
        {
            ["response_type"] = "code",
            ["client_id"] = "the-client",
            ["redirect_uri"] = Back,
            ["scope"] = "openid profile email",
            ["state"] = "the-state",
            ["nonce"] = "the-nonce",
            ["code_challenge"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier))),
            ["code_challenge_method"] = "S256",
            ["login_hint"] = Citizen.Value,
        };
        foreach (var (name, value) in change)
        {
            query[name] = value;
        }

        return QueryHelpers.AddQueryString(At(provider, Paths[provider].Authorize), query.Where(pair => pair.Value is not null));
    }

    /// <summary>Signs in by the hint; what comes back in the query.</summary>
    private async Task<Dictionary<string, string>> AuthorizeAsync(string provider, params (string Name, string? Value)[] change)
    {
        using var answer = await http.GetAsync(new Uri(AddressOf(provider, change)), TestContext.Current.CancellationToken);
        return Query(answer);
    }

    private static Dictionary<string, string> Query(HttpResponseMessage answer)
    {
        Assert.StartsWith(Back, answer.Headers.Location!.ToString(), StringComparison.Ordinal);
        return QueryHelpers.ParseQuery(answer.Headers.Location.Query).ToDictionary(pair => pair.Key, pair => pair.Value.ToString());
    }

    private async Task<(HttpStatusCode Status, JsonNode Answer)> ExchangeAsync(string provider, string code, string? secret = null, string? scheme = "Basic", (string Name, string Value)? change = null)
    {
        secret ??= provider == "dga" ? HashedSecret : SignInProviders.DefaultSecret;
        var form = new Dictionary<string, string> { ["grant_type"] = "authorization_code", ["code"] = code, ["redirect_uri"] = Back, ["code_verifier"] = Verifier };
        if (scheme is null)
        {
            (form["client_id"], form["client_secret"]) = ("the-client", secret);
        }

        if (change is var (name, value))
        {
            form[name] = value;
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, At(provider, Paths[provider].Token)) { Content = new FormUrlEncodedContent(form) };
        if (scheme is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"{scheme} {Convert.ToBase64String(Encoding.UTF8.GetBytes($"the-client:{secret}"))}");
        }

        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!);
    }

    private async Task<string> AccessTokenAsync(string provider) => (await ExchangeAsync(provider, (await AuthorizeAsync(provider))["code"])).Answer["access_token"]!.GetValue<string>();

    private async Task<JsonNode> TellAsync(string provider, string access)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, At(provider, Paths[provider].UserInfo)) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", access) } };
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return JsonNode.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
    }

    private async Task<(HttpStatusCode Status, JsonNode Document)> JsonAsync(string address)
    {
        using var answer = await http.GetAsync(new Uri(address), TestContext.Current.CancellationToken);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!);
    }

    /// <summary>The claims of a token whose signature (ES256) one of the provider's published keys confirms.</summary>
    private async Task<JsonNode> VerifyAsync(string provider, string token)
    {
        var parts = token.Split('.');
        var header = JsonNode.Parse(Base64Url.DecodeFromChars(parts[0]))!;
        var (_, set) = await JsonAsync(At(provider, provider == "dga" ? ".well-known/openid-configuration/jwks" : "jwks"));
        var key = set["keys"]!.AsArray().Single(one => one!["kid"]!.GetValue<string>() == header["kid"]!.GetValue<string>())!;
        using var ecdsa = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new() { X = Base64Url.DecodeFromChars(key["x"]!.GetValue<string>()), Y = Base64Url.DecodeFromChars(key["y"]!.GetValue<string>()) },
        });
        Assert.Equal("ES256", header["alg"]!.GetValue<string>());
        Assert.True(ecdsa.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256));
        return JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!;
    }
}
