using System.Diagnostics;
using System.Text.Json;
using Gdx.FaultProgram;
using Gdx.TestEnvironment;
using Npgsql;

namespace Gdx.ServiceDefaults.Tests;

/// <summary>The program, a PostgreSQL and a RabbitMQ of its own that may be killed, and the proxies between them.</summary>
public sealed class FaultyWorld : IAsyncDisposable
{
    private const string Observer = "observer";
    private readonly FaultProxy databaseProxy;
    private readonly FaultProxy brokerProxy;
    private readonly List<string> output = [];
    private Process? program;

    private FaultyWorld(PostgresServer database, RabbitServer broker)
    {
        (Database, Broker) = (database, broker);
        databaseProxy = new(FaultPoint.Database, () => (Direct.Host!, Direct.Port), Trigger);
        brokerProxy = new(FaultPoint.Broker, () => (Broker.Address.Host, Broker.Address.Port), Trigger);
    }

    public PostgresServer Database { get; }

    public RabbitServer Broker { get; }

    public FaultTrigger Trigger { get; } = new();

    private NpgsqlConnectionStringBuilder Direct => new(Database.ConnectionString) { Pooling = false };

    /// <summary>Starts the servers, makes the schema, and lets an observer's queue hear every fact from the first one on.</summary>
    public static async Task<FaultyWorld> StartAsync()
    {
        var database = TestServer.StartPostgresAsync();
        var world = new FaultyWorld(await database, await TestServer.StartRabbitAsync());
        await world.StartProgramAsync("drain");
        await Eventually.Succeeds(async () =>
        {
            await world.ManageAsync(HttpMethod.Put, $"queues/%2F/{Observer}", """{"durable":true,"arguments":{"x-queue-type":"quorum"}}""");
            await world.ManageAsync(HttpMethod.Post, $"bindings/%2F/e/{typeof(FactWritten).Namespace}%3A{nameof(FactWritten)}/q/{Observer}", "{}");
        });
        return world;
    }

    /// <summary>Starts the program anew; the one before it must be gone.</summary>
    public async Task StartProgramAsync(string mode)
    {
        await KillProgramAsync();
        var direct = Direct;
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Gdx.FaultProgram.dll"), mode]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["ConnectionStrings__fault-db"] = new NpgsqlConnectionStringBuilder(direct.ConnectionString) { Host = "127.0.0.1", Port = databaseProxy.Port, Pooling = true, MaxPoolSize = 20 }.ConnectionString;
        start.Environment["ConnectionStrings__messaging"] = new UriBuilder(Broker.Address) { Host = "127.0.0.1", Port = brokerProxy.Port }.Uri.AbsoluteUri;
        start.Environment["Gdx__MigrateOnStart"] = "true";
        program = Process.Start(start)!;
        program.OutputDataReceived += Keep;
        program.ErrorDataReceived += Keep;
        program.BeginOutputReadLine();
        program.BeginErrorReadLine();

        void Keep(object sender, DataReceivedEventArgs line)
        {
            lock (output)
            {
                output.Add(line.Data ?? "");
            }
        }
    }

    /// <summary>SIGKILL at <paramref name="point"/>; returns when the program is gone.</summary>
    public async Task KillProgramAtAsync(FaultPoint point)
    {
        var victim = program!;
        Trigger.Arm(point, victim.Kill);
        try
        {
            await Trigger.Reached.WaitAsync(TimeSpan.FromSeconds(90)); // A broker that restarted is found again within half a minute.
        }
        catch (TimeoutException)
        {
            lock (output)
            {
                Assert.Fail($"{point} was never reached. The program said:\n{string.Join('\n', output.TakeLast(30))}");
            }
        }

        await KillProgramAsync();
    }

    public async Task KillProgramAsync()
    {
        if (program is not null)
        {
            program.Kill();
            await program.WaitForExitAsync();
            program.Dispose();
            program = null;
        }
    }

    /// <summary>Kills a server under the running program and starts it again on its data.</summary>
    public static async Task RestartAsync(TestServer server)
    {
        await server.KillAsync();
        await server.StartAsync();
    }

    /// <summary>Waits until every fact is told and has its effect; otherwise says where they are.</summary>
    public async Task DrainedAsync()
    {
        const string untold = "SELECT count(*) FROM outbox";
        const string unheard = "SELECT count(*) FROM facts f WHERE NOT EXISTS (SELECT FROM effects e WHERE e.fact_id = f.id)";
        try
        {
            await Eventually.True(async () => await CountAsync(untold) == 0 && await CountAsync(unheard) == 0, "an effect of every fact", TimeSpan.FromMinutes(4));
        }
        catch (TimeoutException)
        {
            var queues = await ManageAsync(HttpMethod.Get, "queues?columns=name,messages,messages_ready,messages_unacknowledged,consumers,state,type");
            var (waiting, without) = (await CountAsync(untold), await CountAsync(unheard));
            lock (output)
            {
                Assert.Fail($"{waiting} facts wait to be told, {without} have no effect. Queues: {queues}. The program said:\n{string.Join('\n', output.TakeLast(60))}");
            }
        }
    }

    /// <summary>One number from the database, past the proxy.</summary>
    public async Task<long> CountAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Direct.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return Convert.ToInt64(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Every fact that reached the observer's queue, in the order of the queue.</summary>
    public async Task<IReadOnlyList<FactWritten>> ObservedAsync()
    {
        var all = new List<FactWritten>();
        while (true)
        {
            using var batch = JsonDocument.Parse(await ManageAsync(HttpMethod.Post, $"queues/%2F/{Observer}/get", """{"count":1000,"ackmode":"ack_requeue_false","encoding":"auto"}"""));
            if (batch.RootElement.GetArrayLength() == 0)
            {
                return all;
            }

            foreach (var message in batch.RootElement.EnumerateArray())
            {
                using var envelope = JsonDocument.Parse(message.GetProperty("payload").GetString()!);
                all.Add(envelope.RootElement.GetProperty("message").Deserialize<FactWritten>(JsonSerializerOptions.Web)!);
            }
        }
    }

    /// <summary>The names of the queues where messages end that were given up.</summary>
    public async Task<IReadOnlyList<string>> ErrorQueuesAsync()
    {
        using var queues = JsonDocument.Parse(await ManageAsync(HttpMethod.Get, "queues"));
        return [.. queues.RootElement.EnumerateArray().Select(queue => queue.GetProperty("name").GetString()!).Where(name => name.EndsWith("_error", StringComparison.Ordinal) || name.EndsWith("_skipped", StringComparison.Ordinal))];
    }

    public async ValueTask DisposeAsync()
    {
        await KillProgramAsync();
        await databaseProxy.DisposeAsync();
        await brokerProxy.DisposeAsync();
        await Broker.DisposeAsync();
        await Database.DisposeAsync();
    }

    private Task<string> ManageAsync(HttpMethod method, string path, string? body = null) => TestEnvironment.TestEnvironment.ManageAsync(Broker.Management, method, path, body);
}
