using System.Net.Http.Json;
using System.Text.Json.Serialization;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Gdx.ServiceDefaults;

/// <summary>Who may call: JWT access tokens of Identity (RFC 9068) on every route; what a service sends when it calls another.</summary>
public static class ServiceAuthentication
{
    /// <summary>A gRPC client of another service, <c>http://_grpc.&lt;service&gt;</c>, with this service's own token and a deadline of 5 s (or what is left of the caller's).</summary>
    public static IHttpClientBuilder AddServiceClient<TClient>(this IServiceCollection services, string service)
        where TClient : class =>
        services.AddGrpcClient<TClient>(options => options.Address = new Uri($"http://_grpc.{service}"))
            .AddInterceptor(() => new DefaultDeadline())
            .EnableCallContextPropagation(options => options.SuppressContextNotFoundErrors = true)
            .AddHttpMessageHandler<ServiceTokenHandler>();

    internal static void AddServiceAuthentication(this WebApplicationBuilder builder)
    {
        builder.Services.AddHttpClient(ServiceTokens.HttpClientName, http =>
        {
            http.BaseAddress = new Uri("http://identity");
            http.Timeout = TimeSpan.FromSeconds(5); // One token or discovery request; the caller's own deadline is no longer than this.
        });
        builder.Services.AddSingleton<ServiceTokens>().AddTransient<ServiceTokenHandler>();
        builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer();
        builder.Services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme).Configure<IHttpClientFactory>((jwt, http) =>
        {
            jwt.MapInboundClaims = false;
            jwt.RequireHttpsMetadata = false; // Inside the cluster Identity is addressed by name; TLS there is the mesh's.
            jwt.ConfigurationManager = new ConfigurationManager<OpenIdConnectConfiguration>(
                "http://identity/.well-known/openid-configuration",
                new OpenIdConnectConfigurationRetriever(),
                new HttpDocumentRetriever(http.CreateClient(ServiceTokens.HttpClientName)) { RequireHttps = false })
            {
                RefreshInterval = TimeSpan.FromSeconds(5), // A rotated key, or Identity being late at start, is noticed this soon.
            };
            jwt.TokenValidationParameters.ValidAudience = "gdx";
            jwt.TokenValidationParameters.ValidTypes = ["at+jwt"];
            jwt.TokenValidationParameters.NameClaimType = "sub";
            jwt.TokenValidationParameters.RoleClaimType = "role";
            jwt.TokenValidationParameters.ClockSkew = TimeSpan.FromSeconds(10);
        });
        // A route that does not say who may call it lets nobody in.
        builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(new(
            [new Microsoft.AspNetCore.Authorization.Infrastructure.AssertionRequirement(_ => false)], [JwtBearerDefaults.AuthenticationScheme]));
    }
}

/// <summary>This service's own access token by client credentials, kept until a minute before it ends.</summary>
public sealed class ServiceTokens(IHttpClientFactory http, IConfiguration settings, ServiceIdentity service, TimeProvider clock) : IDisposable
{
    internal const string HttpClientName = "identity";
    private readonly SemaphoreSlim gate = new(1);
    private (string Value, DateTimeOffset Until) token;

    /// <summary>The token; throws <see cref="HttpRequestException"/> where Identity cannot be reached or refuses.</summary>
    public async ValueTask<string> GetAsync(CancellationToken ct)
    {
        if (clock.GetUtcNow() < token.Until)
        {
            return token.Value;
        }

        await gate.WaitAsync(ct);
        try
        {
            if (clock.GetUtcNow() < token.Until)
            {
                return token.Value;
            }

            var secret = settings["Gdx:ServiceSecret"] ?? throw new InvalidOperationException("Setting Gdx:ServiceSecret is missing: the secret with which this service asks Identity for its token.");
            using var client = http.CreateClient(HttpClientName);
            using var form = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("client_id", service.Name), new("client_secret", secret)]);
            using var answer = await client.PostAsync(new Uri("/connect/token", UriKind.Relative), form, ct);
            answer.EnsureSuccessStatusCode();
            var body = await answer.Content.ReadFromJsonAsync<TokenAnswer>(ct) ?? throw new HttpRequestException("Identity answered without a token.");
            token = (body.AccessToken, clock.GetUtcNow().AddSeconds(Math.Max(0, body.ExpiresIn - 60)));
            return token.Value;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => gate.Dispose();

    private sealed record TokenAnswer([property: JsonPropertyName("access_token")] string AccessToken, [property: JsonPropertyName("expires_in")] int ExpiresIn);
}

internal sealed class ServiceTokenHandler(ServiceTokens tokens) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = new("Bearer", await tokens.GetAsync(cancellationToken));
        return await base.SendAsync(request, cancellationToken);
    }
}

/// <summary>Every unary call has a deadline: the caller's, or 5 s, which is longer than any answer between services should take and shorter than a person waits.</summary>
internal sealed class DefaultDeadline : Interceptor
{
    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation) =>
        continuation(request, context.Options.Deadline is null
            ? new(context.Method, context.Host, context.Options.WithDeadline(DateTime.UtcNow.AddSeconds(5)))
            : context);
}
