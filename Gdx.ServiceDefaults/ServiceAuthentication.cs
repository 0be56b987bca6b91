namespace Gdx.ServiceDefaults;

/// <summary>Who may call: JWT access tokens of Identity (RFC 9068) on every route; what a service sends when it calls another.</summary>
public static class ServiceAuthentication
{
    // A service that restarts is away for a moment; the deadline of the call bounds all attempts together.
    private static readonly RetryPolicy Retries = new() { MaxAttempts = 3, InitialBackoff = TimeSpan.FromSeconds(0.1), MaxBackoff = TimeSpan.FromSeconds(1), BackoffMultiplier = 3, RetryableStatusCodes = { StatusCode.Unavailable } };

    /// <summary>A gRPC client of another service, <c>http://_grpc.&lt;service&gt;</c>, with this service's own token and a deadline of 5 s (or what is left of the caller's).</summary>
    public static IHttpClientBuilder AddServiceClient<TClient>(this IServiceCollection services, string service) where TClient : class => services
        .AddGrpcClient<TClient>(options => options.Address = new Uri($"http://_grpc.{service}"))
            .ConfigureChannel(channel => channel.ServiceConfig = new() { MethodConfigs = { new MethodConfig { Names = { MethodName.Default }, RetryPolicy = Retries } } })
            .AddInterceptor(() => new DefaultDeadline())
            .EnableCallContextPropagation(options => options.SuppressContextNotFoundErrors = true)
            .AddHttpMessageHandler<ServiceTokenHandler>();

    internal static void AddServiceAuthentication(this WebApplicationBuilder builder)
    {
        // 5 s for one token or discovery request with its repetitions; the caller's own deadline is no longer than this.
        builder.Services.AddHttpClient(ServiceTokens.HttpClientName, http => (http.BaseAddress, http.Timeout) = (new("http://identity"), TimeSpan.FromSeconds(5))).AddStandardResilienceHandler();
        builder.Services.AddSingleton<ServiceTokens>().AddTransient<ServiceTokenHandler>();
        builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer();
        builder.Services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme).Configure<IHttpClientFactory>((jwt, http) =>
        {
            // Inside the cluster Identity is addressed by name; TLS there is the mesh's.
            (jwt.MapInboundClaims, jwt.RequireHttpsMetadata, jwt.MetadataAddress) = (false, false, "http://identity/.well-known/openid-configuration");
            jwt.Backchannel = http.CreateClient(ServiceTokens.HttpClientName);
            jwt.RefreshInterval = TimeSpan.FromSeconds(5); // A rotated key, or Identity being late at start, is noticed this soon.
            jwt.TokenValidationParameters = new() { ValidAudience = "gdx", ValidTypes = ["at+jwt"], NameClaimType = "sub", RoleClaimType = "role", ClockSkew = TimeSpan.FromSeconds(10) };
        });
        // A route that does not say who may call it lets nobody in.
        builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder(JwtBearerDefaults.AuthenticationScheme).RequireAssertion(_ => false).Build());
    }
}

/// <summary>This service's own access token by client credentials, kept until a minute before it ends.</summary>
public sealed class ServiceTokens(IHttpClientFactory http, IConfiguration settings, ServiceIdentity service, TimeProvider clock) : IDisposable
{
    internal const string HttpClientName = "identity";
    private readonly SemaphoreSlim gate = new(1);
    private volatile Token? kept;

    /// <summary>The token; throws <see cref="HttpRequestException"/> where Identity cannot be reached or refuses.</summary>
    public async ValueTask<string> GetAsync(CancellationToken ct)
    {
        if (Current is { } token) { return token; }

        await gate.WaitAsync(ct);
        try { return Current ?? (kept = await AskAsync(ct)).Value; }
        finally { gate.Release(); }
    }

    /// <inheritdoc/>
    public void Dispose() => gate.Dispose();

    /// <summary>Asks anew at the next call: this token was refused, as after a change of Identity's keys.</summary>
    internal void Forget() => kept = null;

    private string? Current => kept is { } token && clock.GetUtcNow() < token.Until ? token.Value : null;

    private async Task<Token> AskAsync(CancellationToken ct)
    {
        var secret = settings["Gdx:ServiceSecret"] ?? throw new InvalidOperationException("Setting Gdx:ServiceSecret is missing: the secret with which this service asks Identity for its token.");
        using var client = http.CreateClient(HttpClientName);
        using var form = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("client_id", service.Name), new("client_secret", secret)]);
        using var answer = await client.PostAsync(new Uri("/connect/token", UriKind.Relative), form, ct);
        var body = await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<TokenAnswer>(ct) ?? throw new HttpRequestException("Identity answered without a token.");
        return new(body.AccessToken, clock.GetUtcNow().AddSeconds(body.ExpiresIn - 60));
    }

    private sealed record Token(string Value, DateTimeOffset Until);

    private sealed record TokenAnswer([property: JsonPropertyName("access_token")] string AccessToken, [property: JsonPropertyName("expires_in")] int ExpiresIn);
}

internal sealed class ServiceTokenHandler(ServiceTokens tokens) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = new("Bearer", await tokens.GetAsync(cancellationToken));
        var answer = await base.SendAsync(request, cancellationToken);
        if (answer.StatusCode == HttpStatusCode.Unauthorized) { tokens.Forget(); }

        return answer;
    }
}

/// <summary>Every unary call has a deadline: the caller's, or 5 s, which is longer than any answer between services should take and shorter than a person waits.</summary>
internal sealed class DefaultDeadline : Interceptor
{
    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation) =>
        continuation(request, new(context.Method, context.Host, context.Options.WithDeadline(context.Options.Deadline ?? DateTime.UtcNow.AddSeconds(5))));
}
