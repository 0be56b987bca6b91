using System.Collections.Concurrent;
using System.Diagnostics;
using Gdx.Identity.Contracts;
using Gdx.Notification.Contracts.V1;
using Gdx.Notification.Data;
using Gdx.Simulators;
using Gdx.Simulators.Mail;
using Gdx.TestEnvironment;
using Grpc.Core;
using Grpc.Net.Client;
using MassTransit;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Gdx.Notification.Tests;

/// <summary>Notification with a database, a broker and a mail server of its own, and an Identity that listens.</summary>
public sealed class NotificationApp : WebApplicationFactory<NotificationDb>, IAsyncLifetime
{
    private TestIssuer issuer = null!;
    private OutsideWorld outside = null!;
    private IBusControl bus = null!;

    /// <summary>What the service is configured with; to be changed before it starts.</summary>
    public Dictionary<string, string?> Settings { get; } = new() { ["Gdx:MigrateOnStart"] = "true" };

    public string EnvironmentName { get; init; } = "Development";

    /// <summary>The service's clock; the machine's where it is null.</summary>
    public TimeProvider? Clock { get; init; }

    public FakeIdentity Identity { get; private set; } = null!;

    public ConcurrentQueue<string> Logs { get; } = [];

    public string ConnectionString { get; private set; } = "";

    public MailBox Mails => outside.Mails;

    public async ValueTask InitializeAsync()
    {
        await PrepareAsync();
        await StartAsync();
    }

    /// <summary>Its surroundings, without itself.</summary>
    public async Task PrepareAsync()
    {
        issuer = await TestIssuer.StartAsync();
        Identity = await FakeIdentity.StartAsync();
        outside = await OutsideWorld.StartAsync();
        ConnectionString = Settings.GetValueOrDefault("ConnectionStrings:notification-db") ?? await TestEnvironment.TestEnvironment.CreateDatabaseAsync();
        var broker = Settings.GetValueOrDefault("ConnectionStrings:messaging") ?? await TestEnvironment.TestEnvironment.CreateBrokerAsync();
        foreach (var (key, value) in issuer.Settings)
        {
            Settings[key] = value;
        }

        Settings["services:identity:grpc:0"] = Identity.Address;
        Settings["ConnectionStrings:notification-db"] = ConnectionString;
        Settings["ConnectionStrings:messaging"] = broker;
        Settings.TryAdd("Gdx:Smtp", $"smtp://127.0.0.1:{outside.SmtpPort}");
        bus = Bus.Factory.CreateUsingRabbitMq(rabbit => rabbit.Host(new Uri(broker)));
        await bus.StartAsync();
    }

    public async Task StartAsync()
    {
        using var http = CreateClient();
        await Eventually.True(async () => await http.GetStringAsync(new Uri("/health", UriKind.Relative)) == "Healthy", "notification to be healthy");
    }

    /// <summary>The service as a process of its own on the same servers, to be killed; returns when it is healthy.</summary>
    public async Task<Process> StartProcessAsync()
    {
        var port = FreePort.Next();
        var start = new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "Gdx.Notification.dll")]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (key, value) in Settings.Append(new("ASPNETCORE_ENVIRONMENT", EnvironmentName)).Append(new("ASPNETCORE_URLS", $"http://127.0.0.1:{port}")))
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Logs.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => Logs.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            await Eventually.True(async () => await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/health")) == "Healthy", "the process to be healthy", TimeSpan.FromSeconds(60));
        }
        catch (Exception late)
        {
            process.Kill();
            throw new InvalidOperationException($"The process is not healthy ({late.Message}). It said:\n{string.Join('\n', Logs.TakeLast(30))}", late);
        }

        return process;
    }

    /// <summary>Says on the bus what Identity would.</summary>
    public Task TellAsync<T>(T fact)
        where T : class => bus.Publish(fact, fact.GetType());

    public Deliveries.DeliveriesClient Client() => new(Channel());

    public Inbox.InboxClient Inbox() => new(Channel());

    public Webhooks.WebhooksClient Webhooks() => new(Channel());

    public Metadata As(params string[] roles) => new() { { "authorization", $"Bearer {issuer.Token(Guid.NewGuid().ToString(), roles)}" } };

    /// <summary>An operator whom the test knows.</summary>
    public Metadata AsOperator(Guid person) => new() { { "authorization", $"Bearer {issuer.Token(person.ToString(), Roles.Operator, Roles.Person)}" } };

    /// <summary>A person who has signed in.</summary>
    public Metadata AsPerson(Guid person) => new() { { "authorization", $"Bearer {issuer.Token(person.ToString(), Roles.Person)}" } };

    /// <summary>A person whose session acts for an agency.</summary>
    public Metadata AsMember(Guid agency, params string[] roles) => new()
    {
        { "authorization", $"Bearer {issuer.Token(Guid.NewGuid().ToString(), [.. roles, Roles.Person], token => token.Claims![Claims.Agency] = agency.ToString())}" },
    };

    /// <summary>The delivery about this client once it is in this state.</summary>
    public Task<Contracts.V1.Delivery> DeliveryAsync(Guid about, Contracts.V1.DeliveryState state) => Eventually.Get(async () =>
        (await Client().FindAsync(new FindDeliveriesRequest { State = state, PageSize = 100 }, As(Roles.Operator))).Deliveries.SingleOrDefault(delivery => delivery.AboutId == about.ToString()),
        $"a delivery that is {state}");

    /// <summary>Every row of every table as text.</summary>
    public async Task<string> AllRowsAsync()
    {
        var tables = await SqlAsync<string[]>("SELECT array_agg(tablename::text) FROM pg_tables WHERE schemaname = 'public'");
        var rows = await Task.WhenAll(tables.Select(table => SqlAsync<string>($"SELECT coalesce(string_agg(t::text, E'\\n'), '') FROM \"{table}\" t")));
        return string.Join('\n', rows);
    }

    public async Task<T> SqlAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    private GrpcChannel Channel() => GrpcChannel.ForAddress(Server.BaseAddress, new GrpcChannelOptions { HttpHandler = Server.CreateHandler() });

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await bus.StopAsync();
        await outside.DisposeAsync();
        await Identity.DisposeAsync();
        await issuer.DisposeAsync();
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment(EnvironmentName);
        foreach (var (key, value) in Settings)
        {
            builder.UseSetting(key, value);
        }

        builder.ConfigureLogging(logging => logging.AddProvider(new LogQueue(Logs)));
        if (Clock is not null)
        {
            builder.ConfigureTestServices(services => services.AddSingleton(Clock));
        }
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
