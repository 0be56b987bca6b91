using System.Collections.Concurrent;
using System.Diagnostics;
using Gdx.Identity.Contracts;
using Gdx.LinkageAdapter.Contracts.V1;
using Gdx.LinkageAdapter.Data;
using Gdx.TestEnvironment;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace Gdx.LinkageAdapter.Tests;

/// <summary>The adapter on real sockets, over a database and neighbours that may be shared with another one or outlive it.</summary>
public sealed class LinkageAdapterApp : WebApplicationFactory<LinkageAdapterDb>
{
    private readonly TestIssuer issuer;
    private readonly TimeProvider? clock;
    private readonly Dictionary<string, string?> settings;
    private GrpcChannel? channel;

    private LinkageAdapterApp(string connectionString, TestIssuer issuer, FakeNeighbours neighbours, TimeProvider? clock, Dictionary<string, string?> more)
    {
        (this.issuer, this.clock) = (issuer, clock);
        settings = new(issuer.Settings)
        {
            ["services:identity:grpc:0"] = neighbours.Address,
            ["services:entitlement:grpc:0"] = neighbours.Address,
            ["ConnectionStrings:linkage-adapter-db"] = connectionString,
            ["ConnectionStrings:messaging"] = TestEnvironment.TestEnvironment.CreateBrokerAsync().GetAwaiter().GetResult(),
            ["Gdx:SubjectKey"] = SubjectKeyText,
            ["Gdx:MigrateOnStart"] = "true",
            ["URLS"] = "http://127.0.0.1:0",
            ["GRPC_PORT"] = "0",
            // Tests stand behind one address; those that need one of their own say so in X-Forwarded-For.
            ["Gdx:KnownProxies"] = "127.0.0.1",
            ["Gdx:Limits:WrongSecretsOfAddress"] = "1000000",
        };
        foreach (var (key, value) in more)
        {
            settings[key] = value;
        }

        UseKestrel();
    }

    public const string SubjectKeyText = "subject key of the tests";

    public ConcurrentQueue<string> Logs { get; } = [];

    public ConcurrentQueue<Activity> Spans { get; } = [];

    /// <summary>Base address of the public API.</summary>
    public Uri Api { get; private set; } = null!;

    /// <summary>Base address of the gRPC port.</summary>
    public Uri Grpc { get; private set; } = null!;

    public SourceAccounts.SourceAccountsClient SourceAccounts => new(channel);

    public GrpcChannel Channel => channel!;

    /// <summary>Starts one and waits until it is healthy, or as healthy as it can be.</summary>
    public static async Task<LinkageAdapterApp> StartAsync(
        string connectionString, TestIssuer issuer, FakeNeighbours neighbours, TimeProvider? clock = null, Dictionary<string, string?>? settings = null, string health = "Healthy")
    {
        var app = new LinkageAdapterApp(connectionString, issuer, neighbours, clock, settings ?? []);
        app.StartServer();
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        app.Api = new(addresses.Single(address => address.Contains("127.0.0.1", StringComparison.Ordinal)));
        app.Grpc = new Uri(addresses.Single(address => !address.Contains("127.0.0.1", StringComparison.Ordinal)).Replace("[::]", "127.0.0.1", StringComparison.Ordinal));
        app.channel = GrpcChannel.ForAddress(app.Grpc);
        using var http = new HttpClient();
        await Eventually.True(async () => await (await http.GetAsync(new Uri(app.Api, "/health"))).Content.ReadAsStringAsync() == health, "the adapter to be healthy");
        return app;
    }

    /// <summary>Metadata with which a gRPC caller has these roles.</summary>
    public Metadata As(params string[] roles) => new() { { "authorization", $"Bearer {Token(roles)}" } };

    /// <summary>An access token of this client, as Identity would issue it, changed by <paramref name="change"/>.</summary>
    public string ApiToken(Agency agency, string credential = "secret:1", string? agent = null, Action<SecurityTokenDescriptor>? change = null) => issuer.Token(agency.ClientId.ToString(), [Roles.ApiClient], token =>
    {
        token.Audience = Claims.ApiAudience;
        token.Expires = (clock?.GetUtcNow() ?? DateTimeOffset.UtcNow).UtcDateTime.AddMinutes(10);
        token.Claims["client_id"] = agency.ConsumerKey.ToString();
        token.Claims[Claims.Agency] = agency.Id.ToString();
        token.Claims[Claims.Agent] = agent ?? agency.OfficerId;
        token.Claims[Claims.Credential] = credential;
        change?.Invoke(token);
    });

    public string Token(params string[] roles) => issuer.Token(Guid.NewGuid().ToString(), roles);

    public Metadata AsOperator() => As(Roles.Operator);

    /// <summary>A person whose session acts for an agency.</summary>
    public Metadata AsMember(Guid person, Guid agency, params string[] roles) =>
        new() { { "authorization", $"Bearer {issuer.Token(person.ToString(), roles, token => token.Claims[Claims.Agency] = agency.ToString())}" } };

    /// <summary>The address of its broker.</summary>
    public Uri Broker => new(settings["ConnectionStrings:messaging"]!);

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Development");
        foreach (var (key, value) in settings)
        {
            builder.UseSetting(key, value);
        }

        builder.ConfigureLogging(logging => logging.AddProvider(new LogQueue(Logs)));
        builder.ConfigureTestServices(services =>
        {
            if (clock is not null)
            {
                services.AddSingleton(clock);
            }

            services.ConfigureOpenTelemetryTracerProvider(tracing => tracing.AddProcessor(new SpanQueue(Spans)));
        });
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            channel?.Dispose();
        }
    }

    private sealed class SpanQueue(ConcurrentQueue<Activity> spans) : BaseProcessor<Activity>
    {
        public override void OnEnd(Activity data) => spans.Enqueue(data);
    }

    private sealed class LogQueue(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue(formatter(state, exception) + exception);

        public void Dispose()
        {
        }
    }
}
