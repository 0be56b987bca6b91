using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Gdx.Catalog.Contracts.V1;
using Gdx.Entitlement.Contracts.V1;
using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.TestEnvironment;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using EntitlementDb = Gdx.Entitlement.Data.EntitlementDb;

[assembly: AssemblyFixture(typeof(Gdx.Entitlement.Tests.RequestsApp))]

namespace Gdx.Entitlement.Tests;

/// <summary>Entitlement among neighbours that really listen and know whatever agencies and datasets a test needs, with a procedure of a file of its own.</summary>
public sealed class RequestsApp : WebApplicationFactory<EntitlementDb>, IAsyncLifetime
{
    private static int lastDataset;
    private readonly Dictionary<string, string?> settings = [];
    private readonly ConcurrentQueue<object> said = [];
    private TestIssuer issuer = null!;
    private IBusControl bus = null!;

    public RequestNeighbourhood Neighbours { get; } = new();

    /// <summary>Procedure files beside those of the program.</summary>
    public string ProcedureFolder { get; } = Directory.CreateTempSubdirectory("gdx-procedures-").FullName;

    public Requests.RequestsClient Requests => new(Channel());

    public Procedures.ProceduresClient Procedures => new(Channel());

    public Grants.GrantsClient Grants => new(Channel());

    public Permissions.PermissionsClient Permissions => new(Channel());

    public async ValueTask InitializeAsync()
    {
        issuer = await TestIssuer.StartAsync();
        await Neighbours.StartAsync();
        foreach (var (key, value) in issuer.Settings)
        {
            settings[key] = value;
        }

        await File.WriteAllTextAsync(Path.Combine(ProcedureFolder, "quick.json"), Quick);
        await File.WriteAllTextAsync(Path.Combine(ProcedureFolder, "copying.json"), Quick.Replace("\"quick\"", "\"copying\"", StringComparison.Ordinal).Replace("\"extra\"", "\"permit\"", StringComparison.Ordinal));
        settings["services:identity:grpc:0"] = Neighbours.Address;
        settings["services:catalog:grpc:0"] = Neighbours.Address;
        settings["ConnectionStrings:entitlement-db"] = await TestEnvironment.TestEnvironment.CreateDatabaseAsync();
        settings["ConnectionStrings:messaging"] = await TestEnvironment.TestEnvironment.CreateBrokerAsync();
        settings["Gdx:MigrateOnStart"] = "true";
        settings["Entitlement:Procedures"] = ProcedureFolder;
        bus = Bus.Factory.CreateUsingRabbitMq(rabbit =>
        {
            rabbit.Host(new Uri(settings["ConnectionStrings:messaging"]!));
            rabbit.ReceiveEndpoint("requests-listener", endpoint =>
            {
                endpoint.Handler<AccessRequestSubmitted>(Hear);
                endpoint.Handler<AccessRequestStepOpened>(Hear);
                endpoint.Handler<AccessRequestReturned>(Hear);
                endpoint.Handler<AccessRequestRejected>(Hear);
                endpoint.Handler<AccessRequestApproved>(Hear);
                endpoint.Handler<AccessRequestNarrowed>(Hear);
                endpoint.Handler<AccessRequestWithdrawn>(Hear);
                endpoint.Handler<GrantConfirmed>(Hear);
                endpoint.Handler<GrantRevoked>(Hear);
            });
        });
        await bus.StartAsync();
        using var http = CreateClient();
        await Eventually.True(async () => await http.GetStringAsync(new Uri("/health", UriKind.Relative)) == "Healthy", "entitlement to be healthy");

        Task Hear<T>(ConsumeContext<T> context)
            where T : class
        {
            said.Enqueue(context.Message);
            return Task.CompletedTask;
        }
    }

    /// <summary>Agency asks, owner and operator decide (and in "copying" the agency may attach what it calls the permit): a source that only this file knows.</summary>
    public const string Quick = """
        {
          "id": "quick", "nameTh": "แหล่งใหม่", "nameEn": "A new source", "summaryTh": "ขอแล้วรอ", "summaryEn": "Ask and wait.",
          "requestNeeded": true, "officersManaged": false, "recertifyMonths": 6, "defaultMonths": 12, "largestMonths": 24,
          "steps": [
            { "id": "ask", "kind": "attach", "actor": "agency", "titleTh": "ขอ", "titleEn": "Ask", "whatTh": "แนบหนังสือ", "whatEn": "Attach the letter.",
              "letters": [ { "kind": "ask-letter", "nameTh": "หนังสือ", "nameEn": "Letter", "required": true }, { "kind": "extra", "nameTh": "อื่นๆ", "nameEn": "More", "required": false } ] },
            { "id": "owner", "kind": "decide", "actor": "owner", "titleTh": "เจ้าของ", "titleEn": "Owner", "whatTh": "พิจารณา", "whatEn": "Decide.", "needs": ["ask"],
              "letters": [ { "kind": "permit", "nameTh": "หนังสืออนุญาต", "nameEn": "Permit", "required": true } ] },
            { "id": "operator", "kind": "decide", "actor": "operator", "titleTh": "สพร.", "titleEn": "Operator", "whatTh": "พิจารณา", "whatEn": "Decide.", "needs": ["owner"] }
          ]
        }
        """;

    /// <summary>Another process over the same database, which knows the Bureau of Registration on the exchange.</summary>
    public async Task<Requests.RequestsClient> StartWithBureauAsync(Guid bureau)
    {
        var replica = WithWebHostBuilder(builder => builder.UseSetting("Entitlement:BureauAgencyId", bureau.ToString()));
        using var http = replica.CreateClient();
        await Eventually.True(async () => await http.GetStringAsync(new Uri("/health", UriKind.Relative)) == "Healthy", "the replica to be healthy");
        return new(GrpcChannel.ForAddress(replica.Server.BaseAddress, new GrpcChannelOptions { HttpHandler = replica.Server.CreateHandler() }));
    }

    /// <summary>What Entitlement has said on the bus about a request so far.</summary>
    public IEnumerable<T> Said<T>() => said.OfType<T>();

    public Task PublishAsync<T>(T fact)
        where T : class => bus.Publish(fact);

    public Someone Someone(Guid? agency, params string[] roles) => As(Guid.CreateVersion7(), agency, roles);

    /// <summary>The same human with another hat.</summary>
    public Someone As(Guid person, Guid? agency, params string[] roles) => new(person, agency, new()
    {
        {
            "authorization", $"Bearer {issuer.Token(person.ToString(), [Roles.Person, .. roles.Except([Menus.RequestData])], token =>
            {
                if (agency is { } acting)
                {
                    token.Claims[Claims.Agency] = acting.ToString();
                    token.Claims[Claims.Menu] = roles.Contains(Menus.RequestData) ? new[] { Menus.RequestData } : [];
                }
            })}"
        },
    });

    public Someone Admin(Guid agency) => Someone(agency, Roles.OrganizationAdmin);

    public Someone Operator() => Someone(null, Roles.Operator);

    public Someone Owner(Guid agency) => Someone(agency, Roles.DataOwner);

    /// <summary>A published dataset of this procedure, as Catalog would answer it.</summary>
    public Dataset Dataset(string procedure = "quick", Guid? owner = null, Action<Dataset>? change = null)
    {
        var dataset = new Dataset
        {
            Id = $"test.d{Interlocked.Increment(ref lastDataset)}",
            Version = "1",
            ProcedureId = procedure,
            OwnerAgencyId = owner?.ToString() ?? "",
            State = VersionState.Published,
            Fields = { new[] { "firstName", "lastName", "dateOfBirth", "fatherName" }.Select(name => new Field { Name = name }) },
        };
        change?.Invoke(dataset);
        Neighbours.Datasets[(dataset.Id, dataset.Version)] = dataset;
        return dataset;
    }

    public static SaveRequestRequest Wish(Dataset dataset, Action<SaveRequestRequest>? change = null)
    {
        var wish = new SaveRequestRequest
        {
            Key = Guid.CreateVersion7().ToString(),
            DatasetId = dataset.Id,
            DatasetVersion = dataset.Version,
            Mission = "เบี้ยยังชีพผู้สูงอายุ",
            Scope = new()
            {
                Fields = { "firstName", "lastName", "dateOfBirth" },
                Purposes =
                {
                    new RequestPurpose { Code = "welfare.eligibility", NameTh = "ตรวจสอบสิทธิ", NameEn = "Eligibility" },
                    new RequestPurpose { Code = "welfare.audit", NameTh = "ตรวจสอบย้อนหลัง", NameEn = "Audit", CaseRequired = true },
                },
                Channels = { Contracts.V1.Channel.Api, Contracts.V1.Channel.Web },
            },
        };
        change?.Invoke(wish);
        return wish;
    }

    public async Task<AccessRequest> DraftAsync(Someone who, Dataset dataset, Action<SaveRequestRequest>? change = null) => await Requests.SaveAsync(Wish(dataset, change), who.Metadata);

    /// <summary>A draft with its letter.</summary>
    public async Task<AccessRequest> ReadyAsync(Someone who, Dataset dataset, Action<SaveRequestRequest>? change = null)
    {
        var draft = await DraftAsync(who, dataset, change);
        await AttachAsync(who, draft.Id, "ask-letter");
        return draft;
    }

    public async Task<AccessRequest> SubmittedAsync(Someone who, Dataset dataset, Action<SaveRequestRequest>? change = null) =>
        await Requests.SubmitAsync(new() { RequestId = (await ReadyAsync(who, dataset, change)).Id }, who.Metadata);

    /// <summary>Everything that is asked for, granted.</summary>
    public static DecideRequestRequest Grant(AccessRequest request, string step, Action<DecideRequestRequest>? change = null)
    {
        var decision = new DecideRequestRequest
        {
            RequestId = request.Id,
            StepId = step,
            Version = request.Version,
            Fields = { request.Scope.Fields.Select(name => new Verdict { Name = name, Granted = true }) },
            Purposes = { request.Scope.Purposes.Select(purpose => new Verdict { Name = purpose.Code, Granted = true }) },
        };
        change?.Invoke(decision);
        return decision;
    }

    public async Task<AccessRequest> DecideAsync(Someone who, string requestId, string step, Action<DecideRequestRequest>? change = null) =>
        await Requests.DecideAsync(Grant(await Requests.GetAsync(new() { RequestId = requestId }, who.Metadata), step, change), who.Metadata);

    /// <summary>A right that an agency asked for, its owner and an operator granted.</summary>
    public async Task<(AccessRequest Request, Contracts.V1.Grant Grant)> ApprovedAsync(Someone admin, Dataset dataset, Action<SaveRequestRequest>? change = null, Someone? owner = null, Someone? op = null)
    {
        var request = await SubmittedAsync(admin, dataset, change);
        await DecideAsync(owner ?? Owner(Guid.Parse(dataset.OwnerAgencyId)), request.Id, "owner");
        var approved = await DecideAsync(op ?? Operator(), request.Id, "operator");
        Assert.Equal(RequestState.Approved, approved.State);
        return (approved, await Grants.GetAsync(new() { GrantId = approved.GrantId }, Operator().Metadata));
    }

    public async Task<RequestLetter> AttachAsync(Someone who, string request, string kind, byte[]? content = null, string name = "letter.pdf", bool namesIt = false, long? size = null)
    {
        content ??= Pdf();
        using var call = Requests.AttachLetter(who.Metadata);
        try
        {
            await call.RequestStream.WriteAsync(new() { Start = new() { RequestId = request, Kind = kind, Name = name, Size = size ?? content.Length, NamesIt = namesIt } });
            for (var at = 0; at < content.Length; at += 300_000)
            {
                await call.RequestStream.WriteAsync(new() { Chunk = ByteString.CopyFrom(content, at, Math.Min(300_000, content.Length - at)) });
            }

            await call.RequestStream.CompleteAsync();
        }
        catch (Exception refused) when (refused is RpcException or InvalidOperationException)
        {
            // The call is over before everything was sent; its answer says why.
        }

        return await call;
    }

    public async Task<(RequestLetter Letter, byte[] Content)> LetterAsync(Someone who, string id)
    {
        using var call = Requests.GetLetter(new() { LetterId = id }, who.Metadata);
        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        var letter = call.ResponseStream.Current.Letter;
        using var content = new MemoryStream();
        while (await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken))
        {
            call.ResponseStream.Current.Chunk.WriteTo(content);
        }

        return (letter, content.ToArray());
    }

    public async Task<int> SqlAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(settings["ConnectionStrings:entitlement-db"]);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>A PDF of one empty page with something in its catalog, different each time.</summary>
    public static byte[] Pdf(string inside = "", string page = "/Type /Page") => Encoding.Latin1.GetBytes(
        $"%PDF-1.7\n% {Guid.NewGuid():N}\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R {inside} >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n3 0 obj\n<< {page} /Parent 2 0 R >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n");

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await bus.StopAsync();
        await Neighbours.DisposeAsync();
        await issuer.DisposeAsync();
        Directory.Delete(ProcedureFolder, recursive: true);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Development");
        foreach (var (key, value) in settings)
        {
            builder.UseSetting(key, value);
        }
    }

    private GrpcChannel Channel() => GrpcChannel.ForAddress(Server.BaseAddress, new GrpcChannelOptions { HttpHandler = Server.CreateHandler() });
}

/// <summary>A human, the agency that the session acts for, and the token.</summary>
public sealed record Someone(Guid Person, Guid? Agency, Metadata Metadata);

/// <summary>An Identity and a Catalog in one process, on a real port.</summary>
public sealed class RequestNeighbourhood : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentDictionary<Guid, Agency> agencies = [];

    public RequestNeighbourhood()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(this);
        app = builder.Build();
        app.MapGrpcService<KnownAgencies>();
        app.MapGrpcService<KnownDatasets>();
        app.MapGrpcService<NoHolidays>();
        app.MapGrpcService<LivingSessions>();
    }

    public string Address => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public ConcurrentDictionary<(string Id, string Version), Dataset> Datasets { get; } = [];

    public Task StartAsync() => app.StartAsync();

    public Guid NewAgency(AgencyKind kind = AgencyKind.Department, Guid? central = null)
    {
        var id = Guid.CreateVersion7();
        agencies[id] = new() { Id = id.ToString(), Kind = kind, State = AgencyState.Active, CentralAgencyId = central?.ToString() ?? "" };
        return id;
    }

    public void Move(Guid agency, AgencyState to) => agencies[agency] = new(agencies[agency]) { State = to };

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private sealed class KnownAgencies(RequestNeighbourhood known) : Agencies.AgenciesBase
    {
        public override Task<Agency> Get(GetAgencyRequest request, ServerCallContext context) =>
            known.agencies.TryGetValue(Guid.Parse(request.AgencyId), out var agency) ? Task.FromResult(agency) : throw new RpcException(new Status(StatusCode.NotFound, "no such agency"));
    }

    private sealed class KnownDatasets(RequestNeighbourhood known) : Gdx.Catalog.Contracts.V1.Datasets.DatasetsBase
    {
        public override Task<Dataset> Get(GetDatasetRequest request, ServerCallContext context) =>
            known.Datasets.TryGetValue((request.DatasetId, request.Version), out var dataset) ? Task.FromResult(dataset) : throw new RpcException(new Status(StatusCode.NotFound, "no such dataset"));
    }

    private sealed class NoHolidays : Holidays.HolidaysBase
    {
        public override Task<FindHolidaysReply> Find(FindHolidaysRequest request, ServerCallContext context) => Task.FromResult(new FindHolidaysReply());
    }
}
