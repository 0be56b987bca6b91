using System.Collections.Concurrent;
using Gdx.Catalog.Contracts.V1;
using Gdx.Catalog.Data;
using Gdx.Simulators;
using Gdx.Simulators.Ckan;
using Gdx.TestEnvironment;
using Grpc.Core;
using Grpc.Net.Client;
using MassTransit;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

[assembly: AssemblyFixture(typeof(Gdx.Catalog.Tests.CatalogApp))]

namespace Gdx.Catalog.Tests;

/// <summary>Catalog with a database and a broker of its own, an open catalogue that listens, and somebody who hears what Catalog says.</summary>
public sealed class CatalogApp : WebApplicationFactory<CatalogDb>, IAsyncLifetime
{
    public const string PublicUrl = "https://catalog.example.go.th";
    private readonly ConcurrentQueue<object> said = [];
    private TestIssuer issuer = null!;
    private IBusControl bus = null!;
    private OutsideWorld world = null!;

    public string ConnectionString { get; private set; } = "";

    /// <summary>What it is configured with; what a test says first stays.</summary>
    public Dictionary<string, string?> Settings { get; } = [];

    /// <summary>Another clock than the system's.</summary>
    public TimeProvider? Clock { get; init; }

    /// <summary>What Catalog has said on the bus so far.</summary>
    public IReadOnlyCollection<object> AllSaid => said;

    public IReadOnlyCollection<DatasetPublished> Said => [.. said.OfType<DatasetPublished>()];

    /// <summary>The simulated open catalogue, its knobs and its packages.</summary>
    public HttpClient Ckan { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        issuer = await TestIssuer.StartAsync();
        world = await OutsideWorld.StartAsync();
        Ckan = new HttpClient { BaseAddress = world.Http };
        ConnectionString = await TestEnvironment.TestEnvironment.CreateDatabaseAsync();
        var broker = await TestEnvironment.TestEnvironment.CreateBrokerAsync();
        foreach (var (key, value) in issuer.Settings)
        {
            Settings[key] = value;
        }

        Settings["ConnectionStrings:catalog-db"] = ConnectionString;
        Settings["ConnectionStrings:messaging"] = broker;
        Settings["Gdx:MigrateOnStart"] = "true";
        Settings["Gdx:PublicUrl"] = PublicUrl;
        Settings["Gdx:Ckan:Url"] = world.Http.ToString();
        Settings["Gdx:Ckan:ApiKey"] = CkanApi.DefaultKey;
        bus = Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.Host(new Uri(broker));
            rabbit.ReceiveEndpoint("listener", endpoint =>
            {
                Hear<DatasetPublished>();
                Hear<DatasetProposed>();
                Hear<DatasetDeprecated>();
                Hear<DatasetChangeAnnounced>();
                Hear<DatasetRetired>();
                Hear<DataRequestAsked>();
                Hear<DataRequestAnswered>();
                Hear<DataRequestDeclined>();
                Hear<DataOfferMade>();
                Hear<DataOfferAccepted>();
                Hear<DataOfferDeclined>();
                Hear<DataOfferPublished>();
                Hear<DataOfferRetracted>();
                Hear<DataOfferFailed>();
                Hear<DataOfferAppointmentProposed>();
                Hear<DataOfferAppointmentAgreed>();
                Hear<DataOfferDraftMade>();

                void Hear<T>()
                    where T : class => endpoint.Handler<T>(context =>
                    {
                        said.Enqueue(context.Message);
                        return Task.CompletedTask;
                    });
            });
        });
        await bus.StartAsync();
        await HealthyAsync(this);
    }

    public Datasets.DatasetsClient Client() => new(Channel());

    public DataRequests.DataRequestsClient Requests() => new(Channel());

    public DataOffers.DataOffersClient Offers() => new(Channel());

    public Metadata As(params string[] roles) => new() { { "authorization", $"Bearer {issuer.Token(Guid.NewGuid().ToString(), roles)}" } };

    /// <summary>A person of this session.</summary>
    public Metadata As(string[] roles, Guid? session) => new()
    {
        { "authorization", $"Bearer {issuer.Token(Guid.NewGuid().ToString(), roles, token => token.Claims["sid"] = session?.ToString() ?? "")}" },
    };

    /// <summary>This person, acting for this agency with these roles and menus.</summary>
    public Metadata As(Guid person, Guid? agency, string[] roles, params string[] menus) => new()
    {
        {
            "authorization", $"Bearer {issuer.Token(person.ToString(), ["person", .. roles], token =>
            {
                if (agency is not null)
                {
                    token.Claims["agency"] = agency.ToString()!;
                }

                token.Claims["menu"] = menus;
            })}"
        },
    };

    /// <summary>Waits until Catalog has said this.</summary>
    public Task<T> HeardAsync<T>(Func<T, bool> isIt)
        where T : class => Eventually.Get(() => Task.FromResult(said.OfType<T>().FirstOrDefault(isIt)), typeof(T).Name);

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
        Ckan.Dispose();
        await world.DisposeAsync();
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Development");
        foreach (var (key, value) in Settings)
        {
            builder.UseSetting(key, value);
        }

        if (Clock is not null)
        {
            builder.ConfigureTestServices(services => services.AddSingleton(Clock));
        }
    }

    private GrpcChannel Channel() => GrpcChannel.ForAddress(Server.BaseAddress, new GrpcChannelOptions { HttpHandler = Server.CreateHandler() });

    private static async Task HealthyAsync(WebApplicationFactory<CatalogDb> app)
    {
        using var http = app.CreateClient();
        await Eventually.True(async () => await http.GetStringAsync(new Uri("/health", UriKind.Relative)) == "Healthy", "catalog to be healthy");
    }
}
