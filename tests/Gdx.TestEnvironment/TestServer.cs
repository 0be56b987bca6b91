using System.Collections.Concurrent;

namespace Gdx.TestEnvironment;

/// <summary>One server that belongs to the tests: in a container where a Docker engine answers and has the image, otherwise the machine's own program.</summary>
public abstract class TestServer : IAsyncDisposable
{
    private static readonly ConcurrentDictionary<TestServer, bool> Running = new();

    static TestServer()
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) => DisposeAllAsync().AsTask().Wait(TimeSpan.FromSeconds(20));
    }

    /// <summary>Starts a PostgreSQL with an empty data directory.</summary>
    public static Task<PostgresServer> StartPostgresAsync() => StartAsync<PostgresServer>("PostgreSQL", () => new ContainerPostgres(), () => new LocalPostgres());

    /// <summary>Starts a RabbitMQ with an empty data directory and the management plugin.</summary>
    public static Task<RabbitServer> StartRabbitAsync() => StartAsync<RabbitServer>("RabbitMQ", () => new ContainerRabbit(), () => new LocalRabbit());

    /// <summary>Starts it, the first time or again on the same data; returns when it answers. It has the same address after a restart.</summary>
    public abstract Task StartAsync();

    /// <summary>Ends it without warning; its data stays.</summary>
    public abstract Task KillAsync();

    /// <summary>Ends it and deletes its data.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Running.TryRemove(this, out _))
        {
            await DeleteAsync();
        }

        GC.SuppressFinalize(this);
    }

    private protected abstract Task DeleteAsync();

    internal static async ValueTask DisposeAllAsync()
    {
        foreach (var server in Running.Keys)
        {
            await server.DisposeAsync();
        }
    }

    private static async Task<T> StartAsync<T>(string what, Func<T> container, Func<T> local)
        where T : TestServer
    {
        var reason = await DockerEngine.WhyNotAsync();
        if (reason is null)
        {
            try
            {
                var server = await Started(container());
                Console.WriteLine($"Tests use {what} in a container (Testcontainers).");
                return server;
            }
            catch (Exception exception)
            {
                reason = exception.GetBaseException().Message.ReplaceLineEndings(" ");
            }
        }

        Console.WriteLine($"Tests use this machine's own {what}: {reason}");
        return await Started(local());
    }

    private static async Task<T> Started<T>(T server)
        where T : TestServer
    {
        Running.TryAdd(server, true);
        try
        {
            await server.StartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }
}

/// <summary>A PostgreSQL of the tests' own.</summary>
public abstract class PostgresServer : TestServer
{
    /// <summary>Connects as a superuser to its first database.</summary>
    public abstract string ConnectionString { get; }
}

/// <summary>A RabbitMQ of the tests' own.</summary>
public abstract class RabbitServer : TestServer
{
    /// <summary>amqp://user:password@host:port/ (the root virtual host).</summary>
    public abstract Uri Address { get; }

    /// <summary>The management API with credentials, http://user:password@host:port/.</summary>
    public abstract Uri Management { get; }
}
