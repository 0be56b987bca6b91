using System.Collections.Concurrent;
using Gdx.Catalog.Contracts.V1;
using Gdx.Catalog.Data;
using Gdx.TestEnvironment;
using Grpc.Core;
using Grpc.Net.Client;
using MassTransit;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;

[assembly: AssemblyFixture(typeof(Gdx.Catalog.Tests.CatalogApp))]

namespace Gdx.Catalog.Tests;

/// <summary>Catalog with a database and a broker of its own, and somebody who listens to what it says.</summary>
public sealed class CatalogApp : WebApplicationFactory<CatalogDb>, IAsyncLifetime
{
    private readonly Dictionary<string, string?> settings = [];
    private readonly ConcurrentQueue<DatasetPublished> said = [];
    private TestIssuer issuer = null!;
    private IBusControl bus = null!;

    public string ConnectionString { get; private set; } = "";

    /// <summary>What Catalog has said on the bus so far.</summary>
    public IReadOnlyCollection<DatasetPublished> Said => said;

    public async ValueTask InitializeAsync()
    {
        issuer = await TestIssuer.StartAsync();
        ConnectionString = await TestEnvironment.TestEnvironment.CreateDatabaseAsync();
        var broker = await TestEnvironment.TestEnvironment.CreateBrokerAsync();
        foreach (var (key, value) in issuer.Settings)
        {
            settings[key] = value;
        }

        settings["ConnectionStrings:catalog-db"] = ConnectionString;
        settings["ConnectionStrings:messaging"] = broker;
        settings["Gdx:MigrateOnStart"] = "true";
        bus = Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.Host(new Uri(broker));
            rabbit.ReceiveEndpoint("listener", endpoint => endpoint.Handler<DatasetPublished>(context =>
            {
                said.Enqueue(context.Message);
                return Task.CompletedTask;
            }));
        });
        await bus.StartAsync();
        await HealthyAsync(this);
    }

    public Datasets.DatasetsClient Client() => new(GrpcChannel.ForAddress(Server.BaseAddress, new GrpcChannelOptions { HttpHandler = Server.CreateHandler() }));

    public Metadata As(params string[] roles) => new() { { "authorization", $"Bearer {issuer.Token(Guid.NewGuid().ToString(), roles)}" } };

    /// <summary>A person of this session.</summary>
    public Metadata As(string[] roles, Guid? session) => new()
    {
        { "authorization", $"Bearer {issuer.Token(Guid.NewGuid().ToString(), roles, token => token.Claims["sid"] = session?.ToString() ?? "")}" },
    };

    /// <summary>One more replica over the same database, started and healthy.</summary>
    public async Task<WebApplicationFactory<CatalogDb>> StartReplicaAsync()
    {
        var replica = WithWebHostBuilder(_ => { });
        await HealthyAsync(replica);
        return replica;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await bus.StopAsync();
        await issuer.DisposeAsync();
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Development");
        foreach (var (key, value) in settings)
        {
            builder.UseSetting(key, value);
        }
    }

    private static async Task HealthyAsync(WebApplicationFactory<CatalogDb> app)
    {
        using var http = app.CreateClient();
        await Eventually.True(async () => await http.GetStringAsync(new Uri("/health", UriKind.Relative)) == "Healthy", "catalog to be healthy");
    }
}
