using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Data;
using Gdx.Numbers;
using Gdx.ServiceDefaults;
using Gdx.TestEnvironment;
using Grpc.Core;
using Grpc.Net.Client;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Gdx.Identity.Tests;

/// <summary>Identity with a database and a broker of its own, its own tokens, and someone who listens to what it tells.</summary>
public sealed class IdentityApp : WebApplicationFactory<IdentityDb>, IAsyncLifetime
{
    public const string Maker = "operator-maker";
    public const string Checker = "operator-checker";
    public const string Adapter = "linkage-adapter";
    public const string Mailer = "notification";
    public const string Entitlement = "entitlement";

    private static int numbers = Environment.ProcessId % 1000 * 10_000;

    private readonly ConcurrentDictionary<string, Task<string>> tokens = [];
    private IBusControl? bus;
    private GrpcChannel? channel;

    /// <summary>What the service is configured with; to be changed before it starts.</summary>
    public Dictionary<string, string?> Settings { get; } = new()
    {
        ["Gdx:PublicUrl"] = "http://identity.test/id",
        ["Gdx:SubjectKey"] = "subject-key-of-the-tests-0123456789",
        ["Gdx:PinPepper"] = "pin-pepper-of-the-tests-0123456789-0123",
        ["Gdx:MigrateOnStart"] = "true",
        ["Gdx:ServiceClients:linkage-adapter"] = Secret(Adapter),
        ["Gdx:ServiceClients:notification"] = Secret(Mailer),
        ["Gdx:ServiceClients:entitlement"] = Secret(Entitlement),
        ["Gdx:DevelopmentOperators:operator-maker"] = Secret(Maker),
        ["Gdx:DevelopmentOperators:operator-checker"] = Secret(Checker),
    };

    public string EnvironmentName { get; init; } = "Development";

    /// <summary>The service's clock; the machine's where it is null.</summary>
    public TimeProvider? Clock { get; init; }

    public ConcurrentQueue<string> Logs { get; } = [];

    /// <summary>What arrived at a queue that is bound to every event of Identity.</summary>
    public ConcurrentQueue<object> Told { get; } = [];

    /// <summary>The same as it was on the wire.</summary>
    public ConcurrentQueue<string> ToldRaw { get; } = [];

    public string ConnectionString => Settings["ConnectionStrings:identity-db"]!;

    public Applications.ApplicationsClient Applications => new(Channel);

    public Agencies.AgenciesClient Agencies => new(Channel);

    public Identity.Contracts.V1.Letters.LettersClient Letters => new(Channel);

    public Branches.BranchesClient Branches => new(Channel);

    public GovernmentBodies.GovernmentBodiesClient GovernmentBodies => new(Channel);

    public Holidays.HolidaysClient Holidays => new(Channel);

    public ApiClients.ApiClientsClient Clients => new(Channel);

    public GrpcChannel Channel => channel ??= GrpcChannel.ForAddress(Server.BaseAddress, new GrpcChannelOptions { HttpHandler = Server.CreateHandler() });

    public Memberships.MembershipsClient Memberships => new(Channel);

    public OperatorRoles.OperatorRolesClient OperatorRoles => new(Channel);

    public People.PeopleClient People => new(Channel);

    public Pins.PinsClient Pins => new(Channel);

    public static string Secret(string client) => $"secret-of-{client}-0123456789-0123456789";

    /// <summary>A number that no other test uses.</summary>
    public static int NextNumber() => Interlocked.Increment(ref numbers);

    public async ValueTask InitializeAsync()
    {
        await UseServersAsync();
        bus = Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.Host(new Uri(Settings["ConnectionStrings:messaging"]!));
            rabbit.ReceiveEndpoint("tests", queue =>
            {
                queue.Handler<AgencyApproved>(Hear);
                queue.Handler<AgencySuspended>(Hear);
                queue.Handler<AgencyReinstated>(Hear);
                queue.Handler<AgencyClosed>(Hear);
                queue.Handler<ApplicationSubmitted>(Hear);
                queue.Handler<ApplicationEndorsementAsked>(Hear);
                queue.Handler<ApplicationReturned>(Hear);
                queue.Handler<ApplicationRejected>(Hear);
                queue.Handler<ApplicationApproved>(Hear);
                queue.Handler<MembershipApproved>(Hear);
                queue.Handler<ApiClientCreated>(Hear);
                queue.Handler<ApiClientRenewed>(Hear);
                queue.Handler<ApiClientRevoked>(Hear);
                queue.Handler<ApiClientRotated>(Hear);
                queue.Handler<ApiClientExpiring>(Hear);
                queue.Handler<SecretGuessed>(Hear);
                queue.Handler<MembershipRequested>(Hear);
                queue.Handler<MembershipRefused>(Hear);
                queue.Handler<MembershipSuspended>(Hear);
                queue.Handler<MembershipEnded>(Hear);
                queue.Handler<PrimaryAdminChangeAsked>(Hear);
                queue.Handler<PrimaryAdminChanged>(Hear);
                queue.Handler<ApplicationDeclined>(Hear);
                queue.Handler<MembershipResumed>(Hear);
                queue.Handler<PrimaryAdminChangeRefused>(Hear);
                queue.Handler<PinSet>(Hear);
                queue.Handler<PinLocked>(Hear);
            });
        });
        await bus.StartAsync();
        await HealthyAsync();
    }

    /// <summary>A database and a broker of its own where the settings name none.</summary>
    public async Task UseServersAsync()
    {
        Settings.TryAdd("ConnectionStrings:identity-db", await TestEnvironment.TestEnvironment.CreateDatabaseAsync());
        Settings.TryAdd("ConnectionStrings:messaging", await TestEnvironment.TestEnvironment.CreateBrokerAsync());
    }

    public async Task HealthyAsync()
    {
        await Services.GetRequiredService<SchemaState>().Ready.WaitAsync(TimeSpan.FromSeconds(30));
        using var http = CreateClient();
        await Eventually.True(async () => (await http.GetAsync(new Uri("/health", UriKind.Relative))).IsSuccessStatusCode, "identity to be healthy");
    }

    /// <summary>POST /connect/token as this client; its secret unless another is given.</summary>
    public async Task<HttpResponseMessage> AskTokenAsync(string client, string? secret = null, string? from = null)
    {
        using var http = CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/connect/token")
        {
            Content = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("client_id", client), new("client_secret", secret ?? Secret(client))]),
        };
        request.Headers.Add(RemoteAddress.Header, from ?? RemoteAddress.Any());
        return await http.SendAsync(request);
    }

    public Task<string> TokenAsync(string client) => tokens.GetOrAdd(client, async name =>
    {
        using var answer = await AskTokenAsync(name);
        return (await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync() is var body ? JsonNode.Parse(body) : null)!["access_token"]!.GetValue<string>();
    });

    public async Task<Metadata> AsAsync(string client) => new() { { "authorization", $"Bearer {await TokenAsync(client)}" } };

    /// <summary>A form that is in order, of a government body and an officer that nobody else uses.</summary>
    public static SubmitApplicationRequest Form(Action<SubmitApplicationRequest>? change = null)
    {
        var number = NextNumber();
        var form = new SubmitApplicationRequest
        {
            AgencyKind = AgencyKind.Department,
            AgencyNameTh = $"กรมทดสอบ {number}",
            AgencyNameEn = $"Department {number}",
            AgencyJuristicId = JuristicId.Synthetic(number).Value,
            Mission = "Pays the allowance of elderly people.",
            ContactEmail = $"contact{number}@welfare.go.th",
            Agents = { new Agent { CitizenId = CitizenId.Synthetic(number).Value, DisplayName = "Officer" } },
            RequestId = Guid.NewGuid().ToString(),
        };
        change?.Invoke(form);
        return form;
    }

    public async Task<Application> SubmitAsync(Action<SubmitApplicationRequest>? change = null) => await Applications.SubmitAsync(Form(change), await AsAsync(Maker));

    public async Task<Application> SubmitAsync(SubmitApplicationRequest form) => await Applications.SubmitAsync(form, await AsAsync(Maker));

    public async Task<Application> VerifyAsync(string id, string person = Maker) => await Applications.VerifyAsync(new() { ApplicationId = id, Reason = "Not in the register; confirmed by telephone." }, await AsAsync(person));

    public async Task<Application> ApproveAsync(string id, string person = Checker) => await Applications.ApproveAsync(new() { ApplicationId = id }, await AsAsync(person));

    /// <summary>From hand-in to a client whose secret waits to be claimed.</summary>
    public async Task<Application> LetInAsync(Action<SubmitApplicationRequest>? change = null)
    {
        var application = await SubmitAsync(change);
        await VerifyAsync(application.Id);
        return await ApproveAsync(application.Id);
    }

    /// <summary>The code of a fresh claim link, as notification gets it for the mail.</summary>
    public async Task<string> ClaimCodeAsync(string client)
    {
        var link = await Clients.IssueClaimLinkAsync(new() { ApiClientId = client }, await AsAsync(Mailer));
        return link.Url[(link.Url.IndexOf("?code=", StringComparison.Ordinal) + 6)..];
    }

    public async Task<HttpResponseMessage> OpenClaimAsync(string code, string accept = "text/html")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/claim?code={Uri.EscapeDataString(code)}");
        return await SendAsync(request, accept);
    }

    public async Task<HttpResponseMessage> PostClaimAsync(string code, string accept = "application/json")
    {
        using var form = new FormUrlEncodedContent([new("code", code)]);
        return await PostClaimAsync(form, accept);
    }

    public async Task<HttpResponseMessage> PostClaimAsync(HttpContent body, string accept = "application/json", string? from = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/claim") { Content = body };
        return await SendAsync(request, accept, from);
    }

    /// <summary>The secret that a link shows to a program.</summary>
    public async Task<string> ClaimAsync(string client)
    {
        using var answer = await PostClaimAsync(await ClaimCodeAsync(client));
        return (await JsonAsync(answer.EnsureSuccessStatusCode()))["consumerSecret"]!.GetValue<string>();
    }

    public static async Task<JsonNode> JsonAsync(HttpResponseMessage answer) => JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;

    public async Task<T> SqlAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Every row of every table as text.</summary>
    public async Task<string> AllRowsAsync()
    {
        var tables = await SqlAsync<string[]>("SELECT array_agg(tablename::text) FROM pg_tables WHERE schemaname = 'public'");
        var rows = await Task.WhenAll(tables.Select(table => SqlAsync<string>($"SELECT coalesce(string_agg(t::text, E'\\n'), '') FROM \"{table}\" t")));
        return string.Join('\n', rows);
    }

    public override async ValueTask DisposeAsync()
    {
        channel?.Dispose();
        await base.DisposeAsync();
        await (bus?.StopAsync() ?? Task.CompletedTask);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment(EnvironmentName);
        foreach (var (key, value) in Settings)
        {
            builder.UseSetting(key, value);
        }

        builder.ConfigureLogging(logging => logging.AddProvider(new LogQueue(Logs)));
        builder.ConfigureServices(services => services.AddSingleton<IStartupFilter, RemoteAddress>());
        if (Clock is not null)
        {
            builder.ConfigureTestServices(services => services.AddSingleton(Clock));
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, string accept, string? from = null)
    {
        using var http = CreateDefaultClient();
        request.Headers.Add(RemoteAddress.Header, from ?? RemoteAddress.Any());
        request.Headers.TryAddWithoutValidation("Accept", accept);
        return await http.SendAsync(request);
    }

    private Task Hear<T>(ConsumeContext<T> context)
        where T : class
    {
        Told.Enqueue(context.Message);
        ToldRaw.Enqueue(context.ReceiveContext.Body.GetString());
        return Task.CompletedTask;
    }

    /// <summary>The test server has no sockets; limits per address need an address all the same.</summary>
    private sealed class RemoteAddress : IStartupFilter
    {
        public const string Header = "Test-Remote-Address";

        public static string Any() => new IPAddress(Guid.NewGuid().ToByteArray()).ToString();

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, rest) =>
            {
                context.Connection.RemoteIpAddress = IPAddress.TryParse(context.Request.Headers[Header].ToString(), out var address) ? address : IPAddress.Loopback;
                return rest(context);
            });
            next(app);
        };
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
