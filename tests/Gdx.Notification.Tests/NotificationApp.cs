using System.Collections.Concurrent;
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
using Microsoft.Extensions.Logging;

namespace Gdx.Notification.Tests;

/// <summary>Notification with a database, a broker and a mail server of its own, and an Identity that listens.</summary>
public sealed class NotificationApp : WebApplicationFactory<NotificationDb>, IAsyncLifetime
{
    private readonly Dictionary<string, string?> settings = [];
    private TestIssuer issuer = null!;
    private OutsideWorld outside = null!;
    private IBusControl bus = null!;

    public FakeIdentity Identity { get; private set; } = null!;

    public ConcurrentQueue<string> Logs { get; } = [];

    public string ConnectionString { get; private set; } = "";

    public MailBox Mails => outside.Mails;

    public async ValueTask InitializeAsync()
    {
        issuer = await TestIssuer.StartAsync();
        Identity = await FakeIdentity.StartAsync();
        outside = await OutsideWorld.StartAsync();
        ConnectionString = await TestEnvironment.TestEnvironment.CreateDatabaseAsync();
        var broker = await TestEnvironment.TestEnvironment.CreateBrokerAsync();
        foreach (var (key, value) in issuer.Settings)
        {
            settings[key] = value;
        }

        settings["services:identity:grpc:0"] = Identity.Address;
        settings["ConnectionStrings:notification-db"] = ConnectionString;
        settings["ConnectionStrings:messaging"] = broker;
        settings["Gdx:Smtp"] = $"smtp://127.0.0.1:{outside.SmtpPort}";
        settings["Gdx:MigrateOnStart"] = "true";
        bus = Bus.Factory.CreateUsingRabbitMq(rabbit => rabbit.Host(new Uri(broker)));
        await bus.StartAsync();
        using var http = CreateClient();
        await Eventually.True(async () => (await http.GetAsync(new Uri("/health", UriKind.Relative))).IsSuccessStatusCode, "notification to be healthy");
    }

    /// <summary>Says on the bus what Identity would.</summary>
    public Task TellAsync<T>(T fact)
        where T : class => bus.Publish(fact);

    public Deliveries.DeliveriesClient Client() => new(GrpcChannel.ForAddress(Server.BaseAddress, new GrpcChannelOptions { HttpHandler = Server.CreateHandler() }));

    public Metadata As(params string[] roles) => new() { { "authorization", $"Bearer {issuer.Token(Guid.NewGuid().ToString(), roles)}" } };

    /// <summary>The delivery about this client once it is in this state.</summary>
    public Task<Contracts.V1.Delivery> DeliveryAsync(Guid about, Contracts.V1.DeliveryState state) => Eventually.Get(async () =>
        (await Client().FindAsync(new FindDeliveriesRequest { State = state, PageSize = 100 }, As(Roles.Operator))).Deliveries.SingleOrDefault(delivery => delivery.AboutId == about.ToString()),
        $"a delivery that is {state}");

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
        builder.UseEnvironment("Development");
        foreach (var (key, value) in settings)
        {
            builder.UseSetting(key, value);
        }

        builder.ConfigureLogging(logging => logging.AddProvider(new LogQueue(Logs)));
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
