using System.Collections.Concurrent;
using Gdx.Entitlement.Contracts.V1;
using Gdx.Identity.Contracts;
using Gdx.TestEnvironment;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using MassTransit;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using EntitlementDb = Gdx.Entitlement.Data.EntitlementDb;

[assembly: AssemblyFixture(typeof(Gdx.Entitlement.Tests.EntitlementApp))]

namespace Gdx.Entitlement.Tests;

/// <summary>Entitlement with a database and a broker of its own, the real Catalog, an Identity that listens, and somebody who hears what it says.</summary>
public sealed partial class EntitlementApp : WebApplicationFactory<EntitlementDb>, IAsyncLifetime
{
    private readonly Dictionary<string, string?> settings = [];
    private readonly ConcurrentQueue<object> said = [];
    private TestIssuer issuer = null!;
    private RealCatalog catalog = null!;
    private IBusControl bus = null!;

    public FakeIdentity Identity { get; private set; } = null!;

    public string ConnectionString => settings["ConnectionStrings:entitlement-db"]!;

    /// <summary>An operator who records.</summary>
    public Guid Maker { get; } = Guid.CreateVersion7();

    /// <summary>An operator who confirms.</summary>
    public Guid Checker { get; } = Guid.CreateVersion7();

    public Permissions.PermissionsClient Permissions => new(Channel(this));

    public Grants.GrantsClient Grants => new(Channel(this));

    public async ValueTask InitializeAsync()
    {
        issuer = await TestIssuer.StartAsync();
        Identity = await FakeIdentity.StartAsync();
        var broker = await TestEnvironment.TestEnvironment.CreateBrokerAsync();
        catalog = await RealCatalog.StartAsync(issuer, broker);
        foreach (var (key, value) in issuer.Settings)
        {
            settings[key] = value;
        }

        settings["services:identity:grpc:0"] = Identity.Address;
        settings["services:catalog:grpc:0"] = catalog.Address;
        settings["ConnectionStrings:entitlement-db"] = await TestEnvironment.TestEnvironment.CreateDatabaseAsync();
        settings["ConnectionStrings:messaging"] = broker;
        settings["Gdx:MigrateOnStart"] = "true";
        bus = Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.Host(new Uri(broker));
            rabbit.ReceiveEndpoint("listener", endpoint =>
            {
                endpoint.Handler<GrantConfirmed>(Hear);
                endpoint.Handler<GrantRevoked>(Hear);
                endpoint.Handler<GrantSuspended>(Hear);
                endpoint.Handler<GrantResumed>(Hear);
                endpoint.Handler<GrantRecertified>(Hear);
                endpoint.Handler<GrantExpiring>(Hear);
                endpoint.Handler<GrantExpired>(Hear);
                endpoint.Handler<GrantRecertificationDue>(Hear);
                endpoint.Handler<GrantDatasetEnding>(Hear);
                endpoint.Handler<OfficerGroupChanged>(Hear);
                endpoint.Handler<OfficerRightGiven>(Hear);
                endpoint.Handler<OfficerRightEnded>(Hear);
            });
        });
        await bus.StartAsync();
        await HealthyAsync(this);

        Task Hear<T>(ConsumeContext<T> context)
            where T : class
        {
            said.Enqueue(context.Message);
            return Task.CompletedTask;
        }
    }

    /// <summary>Puts a version of Catalog's dictionary into a state; only tests of that dataset see it.</summary>
    public Task SetDatasetStateAsync(string slug, string state) => catalog.SetStateAsync(slug, state);

    /// <summary>What Entitlement has said on the bus so far, in the order of arrival.</summary>
    public IEnumerable<T> Said<T>() => said.OfType<T>();

    public Metadata As(Guid person, params string[] roles) => new() { { "authorization", $"Bearer {issuer.Token(person.ToString(), roles)}" } };

    /// <summary>A person whose session acts for an agency, with every menu open to them.</summary>
    public Metadata AsMember(Guid person, Guid agency, params string[] roles) => new()
    {
        {
            "authorization", $"Bearer {issuer.Token(person.ToString(), roles, token =>
            {
                token.Claims[Claims.Agency] = agency.ToString();
                token.Claims[Claims.Menu] = Menus.All.Keys.ToArray();
            })}"
        },
    };

    /// <summary>Somebody who acts for this agency.</summary>
    public Metadata As(Guid person, Guid agency, params string[] roles) => new() { { "authorization", $"Bearer {issuer.Token(person.ToString(), roles, token => token.Claims[Claims.Agency] = agency.ToString())}" } };

    public Metadata AsOperator(Guid person) => As(person, Roles.Operator);

    /// <summary>A caller with the operator's role who is no person.</summary>
    public Metadata AsOperatorWithoutPerson() => new() { { "authorization", $"Bearer {issuer.Token("robot", Roles.Operator)}" } };

    public Metadata AsAdapter() => new() { { "authorization", $"Bearer {issuer.Token("linkage-adapter", Roles.Service, Roles.LinkageAdapter)}" } };

    /// <summary>A letter that is in order, about this agency (a new one if not said).</summary>
    public RecordPermissionRequest Letter(Guid? agency = null) => new()
    {
        RequestId = Guid.CreateVersion7().ToString(),
        AgencyId = (agency ?? Identity.NewAgency()).ToString(),
        DatasetId = "dopa.person",
        DatasetVersion = "1",
        Fields = { "firstName", "lastName", "dateOfBirth" },
        Purposes = { "welfare.eligibility" },
        Channels = { Contracts.V1.Channel.Api },
        ValidFrom = DateTimeOffset.UtcNow.AddDays(-1).ToTimestamp(),
        ValidUntil = DateTimeOffset.UtcNow.AddDays(365).ToTimestamp(),
        LetterReference = "มท 0309.2/ว 1234 ลงวันที่ 1 มกราคม 2569",
    };

    public async Task<Permission> RecordAsync(RecordPermissionRequest? letter = null) => await Permissions.RecordAsync(letter ?? Letter(), AsOperator(Maker));

    /// <summary>A grant in force: recorded by one operator, confirmed by another.</summary>
    public async Task<Grant> GrantAsync(RecordPermissionRequest? letter = null)
    {
        var recorded = await RecordAsync(letter);
        var confirmed = await Permissions.ConfirmAsync(new() { PermissionId = recorded.Id }, AsOperator(Checker));
        return await Grants.GetAsync(new() { GrantId = confirmed.GrantId }, AsOperator(Checker));
    }

    public async Task<Grant> RevokeAsync(string grantId, string reason = "The letter was withdrawn.") =>
        await Grants.RevokeAsync(new() { GrantId = grantId, Reason = reason }, AsOperator(Maker));

    /// <summary>A watcher such as the linkage-adapter; of another replica where one is given.</summary>
    public Watcher Watch(string epoch = "", long after = 0, WebApplicationFactory<EntitlementDb>? replica = null) =>
        new(new Grants.GrantsClient(Channel(replica ?? this)).Watch(new() { Epoch = epoch, AfterRevision = after }, AsAdapter()));

    /// <summary>One more process over the same database, started and healthy.</summary>
    public async Task<WebApplicationFactory<EntitlementDb>> StartReplicaAsync()
    {
        var replica = WithWebHostBuilder(_ => { });
        await HealthyAsync(replica);
        return replica;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await bus.StopAsync();
        await catalog.DisposeAsync();
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

        if (Clock is not null)
        {
            builder.ConfigureTestServices(services => services.AddSingleton(Clock));
        }
    }

    private static GrpcChannel Channel(WebApplicationFactory<EntitlementDb> app) =>
        GrpcChannel.ForAddress(app.Server.BaseAddress, new GrpcChannelOptions { HttpHandler = app.Server.CreateHandler() });

    private static async Task HealthyAsync(WebApplicationFactory<EntitlementDb> app)
    {
        using var http = app.CreateClient();
        await Eventually.True(async () => await http.GetStringAsync(new Uri("/health", UriKind.Relative)) == "Healthy", "entitlement to be healthy");
    }
}
