using Npgsql;

namespace Gdx.TestEnvironment;

/// <summary>Where the shared servers are: PostgreSQL's administrator connection, the broker's root virtual host, and its management API with credentials.</summary>
public sealed record Servers(string Postgres, Uri Broker, Uri Management) : IAsyncDisposable
{
    private const string PostgresVariable = "GDX_TEST_POSTGRES";
    private const string BrokerVariable = "GDX_TEST_RABBITMQ";
    private const string ManagementVariable = "GDX_TEST_RABBITMQ_MANAGEMENT";
    private readonly List<TestServer> own = [];

    /// <summary>The environment variables by which test processes find these servers.</summary>
    public IReadOnlyDictionary<string, string> Variables => new Dictionary<string, string>
    {
        [PostgresVariable] = Postgres,
        [BrokerVariable] = Broker.AbsoluteUri,
        [ManagementVariable] = Management.AbsoluteUri,
    };

    /// <summary>The servers that the environment names; otherwise new ones, which live as long as this process.</summary>
    public static async Task<Servers> StartAsync()
    {
        if (Environment.GetEnvironmentVariable(PostgresVariable) is { Length: > 0 } postgres
            && Environment.GetEnvironmentVariable(BrokerVariable) is { Length: > 0 } broker
            && Environment.GetEnvironmentVariable(ManagementVariable) is { Length: > 0 } management)
        {
            return new(postgres, new(broker), new(management));
        }

        var database = TestServer.StartPostgresAsync();
        var queue = TestServer.StartRabbitAsync();
        try
        {
            var (first, second) = (await database, await queue);
            return new(first.ConnectionString, second.Address, second.Management) { own = { first, second } };
        }
        catch
        {
            // The one that did start must not outlive the failure.
            foreach (var task in new Task[] { database, queue })
            {
                await task.ContinueWith(_ => { }, TaskScheduler.Default);
            }

            await TestServer.DisposeAllAsync();
            throw;
        }
    }

    /// <summary>Stops what <see cref="StartAsync"/> started, and only that.</summary>
    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        foreach (var server in own)
        {
            await server.DisposeAsync();
        }
    }
}
