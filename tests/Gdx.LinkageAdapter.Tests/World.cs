using System.Security.Cryptography;
using System.Text;
using Gdx.Entitlement.Contracts.V1;
using Gdx.Identity.Contracts.V1;
using Gdx.LinkageAdapter.Contracts.V1;
using Gdx.LinkageAdapter.Tests;
using Gdx.LinkageAdapter.Watching;
using Gdx.Numbers;
using Gdx.Simulators;
using Gdx.Simulators.LinkageCenter;
using Gdx.TestEnvironment;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

[assembly: AssemblyFixture(typeof(World))]

namespace Gdx.LinkageAdapter.Tests;

/// <summary>An adapter with everything around it. The tests share one; those that break something start their own.</summary>
public sealed class World : IAsyncLifetime
{
    public const string Purpose = "welfare.eligibility";

    private static int lastAgent = 200;

    public TestIssuer Issuer { get; private set; } = null!;

    public FakeNeighbours Neighbours { get; } = new();

    public OutsideWorld Outside { get; private set; } = null!;

    public string ConnectionString { get; private set; } = "";

    public LinkageAdapterApp App { get; private set; } = null!;

    /// <summary>Of tests that need a database, a clock or a setting of their own.</summary>
    public TimeProvider? Clock { get; init; }

    public Dictionary<string, string?> Settings { get; init; } = [];

    public Uri Proxy => new(Outside.Http, "lk2");

    public async ValueTask InitializeAsync()
    {
        Issuer = await TestIssuer.StartAsync();
        Outside = await OutsideWorld.StartAsync();
        ConnectionString = string.IsNullOrEmpty(ConnectionString) ? await TestEnvironment.TestEnvironment.CreateDatabaseAsync() : ConnectionString;
        await Neighbours.StartAsync();
        App = await StartAnotherAsync();
    }

    /// <summary>A world of a test's own.</summary>
    public static async Task<World> StartAsync(TimeProvider? clock = null, string? connectionString = null, params (string Key, string Value)[] settings)
    {
        var world = new World { Clock = clock, Settings = settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value), ConnectionString = connectionString ?? "" };
        await world.InitializeAsync();
        return world;
    }

    /// <summary>Another replica, or the next run of the same.</summary>
    public Task<LinkageAdapterApp> StartAnotherAsync() => LinkageAdapterApp.StartAsync(ConnectionString, Issuer, Neighbours, Clock, Settings);

    public async Task RestartAsync()
    {
        await App.DisposeAsync();
        App = await StartAnotherAsync();
    }

    /// <summary>A client of a new agency that the adapter knows, with an officer and a system, and nothing granted.</summary>
    public async Task<Agency> AdmitAsync()
    {
        var agency = new Agency(Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.NewGuid(), NewSecret(), CitizenId.Synthetic(Interlocked.Increment(ref lastAgent)), Guid.NewGuid().ToString());
        Tell(agency, ApiClientState.Active);
        await Eventually.True(() => App.Services.GetRequiredService<ClientBook>().Find(agency.ConsumerKey) is not null, "the client to be known");
        return agency;
    }

    /// <summary>A client with an account at the Linkage Center and a grant of these fields.</summary>
    public async Task<Agency> AdmitWithGrantAsync(params string[] fields)
    {
        var agency = await AdmitAsync();
        await ConfigureAsync(agency);
        await GrantAsync(agency, grant => grant.Fields.AddRange(fields.Length == 0 ? ["firstName", "lastName", "dateOfBirth"] : fields));
        return agency;
    }

    /// <summary>What Identity says about a client from now on.</summary>
    public void Tell(Agency agency, ApiClientState state, string? secret = null, bool withOfficer = true, Action<ApiClientChange>? also = null) => Neighbours.Clients.Put(agency.ClientId.ToString(), revision =>
    {
        var change = new ApiClientChange
        {
            Revision = revision,
            Id = agency.ClientId.ToString(),
            AgencyId = agency.Id.ToString(),
            ConsumerKey = agency.ConsumerKey.ToString(),
            State = state,
            SecretHash = HashOf(secret ?? agency.Secret),
            SecretGeneration = 1,
            DefaultPurpose = Purpose,
            Agents = { new KnownAgent { SystemName = Agency.SystemName, AgentId = Agency.SystemName } },
        };
        if (withOfficer)
        {
            change.Agents.Add(new KnownAgent { CitizenIdHash = ByteString.CopyFrom(SubjectHash(agency.Officer)), AgentId = agency.OfficerId });
        }

        also?.Invoke(change);
        return change;
    });

    /// <summary>What Identity tells of a secret.</summary>
    public static ByteString HashOf(string secret) => ByteString.CopyFrom(SHA256.HashData(Encoding.ASCII.GetBytes(secret)));

    /// <summary>A grant of dopa.person for the usual purpose over the API from yesterday until tomorrow, changed by <paramref name="change"/>; answers its id once the adapter knows it.</summary>
    public async Task<string> GrantAsync(Agency agency, Action<Grant> change, string? id = null)
    {
        id ??= Guid.CreateVersion7().ToString();
        var known = 0L;
        Neighbours.Grants.Put(id, revision =>
        {
            known = revision;
            var grant = new Grant
            {
                Id = id,
                Revision = revision,
                State = GrantState.Active,
                AgencyId = agency.Id.ToString(),
                DatasetId = "dopa.person",
                DatasetVersion = "1",
                Channels = { Entitlement.Contracts.V1.Channel.Api },
                ValidFrom = Timestamp.FromDateTimeOffset(Now.AddDays(-1)),
                ValidUntil = Timestamp.FromDateTimeOffset(Now.AddDays(1)),
            };
            change(grant);
            grant.Budget ??= Plenty();
            if (grant.Purposes.Count == 0)
            {
                grant.Purposes.Add(Purpose);
            }

            return new() { Grant = grant };
        });
        var book = App.Services.GetRequiredService<GrantBook>();
        await Eventually.True(() => book.Current.Find(Guid.Parse(id))?.Revision == known, "the grant to be known");
        return id;
    }

    /// <summary>A budget that no test uses up.</summary>
    public static Budget Plenty() => new() { CallsPerSecond = 10_000, CallsPerDay = 10_000, PersonsPerDay = 10_000, CallsPerOfficerAndDay = 10_000, PersonsPerOfficerAndDay = 10_000 };

    /// <summary>Ends a grant at Entitlement, without waiting for anybody to hear of it.</summary>
    public void Revoke(Agency agency, string grantId) => Neighbours.Grants.Put(grantId, revision => new()
    {
        Grant = new()
        {
            Id = grantId,
            Revision = revision,
            State = GrantState.Revoked,
            AgencyId = agency.Id.ToString(),
            DatasetId = "dopa.person",
            DatasetVersion = "1",
            Fields = { "firstName" },
            Purposes = { Purpose },
            Channels = { Entitlement.Contracts.V1.Channel.Api },
            ValidFrom = Timestamp.FromDateTimeOffset(Now.AddDays(-1)),
            ValidUntil = Timestamp.FromDateTimeOffset(Now.AddDays(1)),
        },
    });

    /// <summary>A group of this officer for one grant, in force from yesterday until tomorrow, changed by <paramref name="change"/>; answers its id once the adapter knows it.</summary>
    public async Task<string> GroupAsync(Agency agency, string grantId, Action<OfficerGroup>? change = null, string? id = null)
    {
        id ??= Guid.CreateVersion7().ToString();
        var known = 0L;
        Neighbours.Grants.Put(id, revision =>
        {
            known = revision;
            var group = new OfficerGroup
            {
                Id = id,
                Revision = revision,
                AgencyId = agency.Id.ToString(),
                Active = true,
                Name = "เคาน์เตอร์ 1",
                Rights = { new GroupRight { GrantId = grantId, Fields = { "firstName" }, Purposes = { Purpose } } },
                OfficerIds = { agency.OfficerId },
                ValidFrom = Timestamp.FromDateTimeOffset(Now.AddDays(-1)),
                ValidUntil = Timestamp.FromDateTimeOffset(Now.AddDays(1)),
                CallsPerOfficerAndDay = 150,
            };
            change?.Invoke(group);
            return new() { OfficerGroup = group };
        });
        var book = App.Services.GetRequiredService<GrantBook>();
        await Eventually.True(() => book.Current.FindGroup(Guid.Parse(id))?.Revision == known, "the group to be known");
        return id;
    }

    public async Task ConfigureAsync(Agency agency, Uri? proxy = null, int systemUser = 1) => await App.SourceAccounts.ConfigureAsync(new ConfigureSourceAccountRequest
    {
        AgencyId = agency.Id.ToString(),
        Source = "linkage-center-2",
        ProxyAddress = (proxy ?? Proxy).AbsoluteUri,
        SystemUserCitizenId = CitizenId.Synthetic(systemUser).Value,
        OfficeId = "00023",
        Jobs = { new Job { Purpose = Purpose, JobId = Users.WelfareJob.ToString() } },
    }, App.AsOperator());

    public static byte[] SubjectHash(CitizenId citizen) => HMACSHA256.HashData(Encoding.UTF8.GetBytes(LinkageAdapterApp.SubjectKeyText), Encoding.ASCII.GetBytes(citizen.Value));

    public static string NewSecret() => RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 43);

    /// <summary>Rows of a query, each as its columns' values.</summary>
    public async Task<List<object?[]>> QueryAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<object?[]>();
        while (await reader.ReadAsync())
        {
            var row = new object[reader.FieldCount];
            reader.GetValues(row);
            rows.Add([.. row.Select(value => value is DBNull ? null : value)]);
        }

        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Neighbours.DisposeAsync();
        await Outside.DisposeAsync();
        await Issuer.DisposeAsync();
    }

    private DateTimeOffset Now => Clock?.GetUtcNow() ?? DateTimeOffset.UtcNow;
}

/// <summary>An agency's client as its own people know it.</summary>
public sealed record Agency(Guid Id, Guid ClientId, Guid ConsumerKey, string Secret, CitizenId Officer, string OfficerId)
{
    public const string SystemName = "WelfareHub";
}
