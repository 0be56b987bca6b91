using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Gdx.TestEnvironment;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.IdentityModel.Tokens;

namespace Gdx.ServiceDefaults.Tests;

public sealed class AuthenticationTests : IAsyncLifetime
{
    private TestIssuer issuer = null!;
    private WebApplication app = null!;
    private HttpClient http = null!;

    public async ValueTask InitializeAsync()
    {
        issuer = await TestIssuer.StartAsync();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Development" });
        builder.Configuration.AddInMemoryCollection(issuer.Settings);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddServiceDefaults("guarded");
        app = builder.Build();
        app.UseServiceDefaults();
        app.MapGet("/operators", () => "in").RequireAuthorization(policy => policy.RequireRole("operator"));
        app.MapGet("/silent", () => "in");
        app.MapPost("/shapes", (Shape shape) => shape.Sides).RequireAuthorization(policy => policy.RequireRole("operator"));
        app.MapGet("/bug", string () => throw new InvalidOperationException("the inside of the service")).RequireAuthorization(policy => policy.RequireRole("operator"));
        await app.StartAsync();
        http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    [Fact]
    public async Task The_right_role_comes_in_and_another_does_not()
    {
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("/operators", issuer.Token("somchai", "operator")));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync("/operators", issuer.Token("somchai", "service")));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync("/operators", null));
    }

    [Fact]
    public async Task A_route_that_says_nothing_lets_nobody_in_and_health_lets_everybody_in()
    {
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync("/silent", issuer.Token("somchai", "operator")));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync("/silent", null));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("/health", null));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("/alive", null));
    }

    [Fact]
    public async Task Expired_foreign_unsigned_and_misdirected_tokens_are_no_tokens()
    {
        string[] roles = ["operator"];
        var valid = issuer.Token("somchai", roles);
        var unsigned = Base64UrlEncoder.Encode("""{"alg":"none","typ":"at+jwt"}""") + "." + valid.Split('.')[1] + ".";
        string[] bad =
        [
            issuer.Token("somchai", roles, token => (token.NotBefore, token.Expires) = (DateTime.UtcNow.AddHours(-2), DateTime.UtcNow.AddHours(-1))),
            issuer.Token("somchai", roles, token => token.SigningCredentials = TestIssuer.ForeignKey()),
            issuer.Token("somchai", roles, token => token.Issuer = "http://elsewhere"),
            issuer.Token("somchai", roles, token => token.Audience = "elsewhere"),
            issuer.Token("somchai", roles, token => token.TokenType = "JWT"),
            unsigned,
            "garbage",
        ];

        foreach (var token in bad)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync("/operators", token));
        }
    }

    [Fact]
    public async Task Refusals_are_problem_details_with_a_code_and_leak_nothing()
    {
        Assert.Equal("caller.unauthenticated", await CodeAsync(HttpMethod.Get, "/operators", null));
        Assert.Equal("caller.forbidden", await CodeAsync(HttpMethod.Get, "/operators", issuer.Token("somchai", "service")));
        Assert.Equal("server.fault", await CodeAsync(HttpMethod.Get, "/bug", issuer.Token("somchai", "operator")));
        Assert.Equal("request.refused", await CodeAsync(HttpMethod.Post, "/shapes", issuer.Token("somchai", "operator"), "{ no json"));
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await app.DisposeAsync();
        await issuer.DisposeAsync();
    }

    private async Task<HttpStatusCode> StatusAsync(string path, string? token) => (await SendAsync(HttpMethod.Get, path, token, null)).StatusCode;

    private async Task<string> CodeAsync(HttpMethod method, string path, string? token, string? body = null)
    {
        using var answer = await SendAsync(method, path, token, body);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.DoesNotContain("the inside of the service", text, StringComparison.Ordinal);
        return (await answer.Content.ReadFromJsonAsync<Refusal>())!.Code;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? token, string? body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return await http.SendAsync(request);
    }

    private sealed record Shape(int Sides);

    private sealed record Refusal(string Code);
}
