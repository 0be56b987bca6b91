using Docker.DotNet;
using DotNet.Testcontainers.Configurations;
using DotNet.Testcontainers.Containers;
using Testcontainers.PostgreSql;
using Testcontainers.RabbitMq;

namespace Gdx.TestEnvironment;

/// <summary>The Docker engine that Testcontainers would use.</summary>
internal static class DockerEngine
{
    private static readonly Lazy<Task<string?>> Reason = new(AskAsync);

    /// <summary>Null where an engine answers, otherwise why it cannot be used.</summary>
    public static Task<string?> WhyNotAsync() => Reason.Value;

    /// <summary>Ends a container as kill -9 would.</summary>
    public static async Task KillAsync(IContainer container)
    {
        using var client = Client();
        await client.Containers.KillContainerAsync(container.Id, new());
    }

    private static async Task<string?> AskAsync()
    {
        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            using var client = Client();
            await client.System.PingAsync(patience.Token);
            return null;
        }
        catch (Exception exception)
        {
            return $"no Docker engine answers ({exception.GetBaseException().Message.ReplaceLineEndings(" ")}).";
        }
    }

    private static DockerClient Client() =>
        (TestcontainersSettings.OS.DockerEndpointAuthConfig ?? throw new InvalidOperationException("no endpoint found")).GetDockerClientBuilder().Build();
}

/// <summary>PostgreSQL in a container; <c>GDX_TEST_POSTGRES_IMAGE</c> names another image than the public one. It keeps its address over a restart.</summary>
internal sealed class ContainerPostgres : PostgresServer
{
    private const int ServerPort = 5432;

    private readonly PostgreSqlContainer container = new PostgreSqlBuilder(Environment.GetEnvironmentVariable("GDX_TEST_POSTGRES_IMAGE") ?? "postgres:17-alpine")
        // In place of Testcontainers' own settings, which switch off what makes a commit durable: tests kill the server.
        .WithCommand(new OverwriteEnumerable<string>(["-c", "max_connections=500"]))
        .WithPortBinding(LocalPrograms.FreePort(), ServerPort) // A port that Docker chooses is another one after each start.
        .Build();

    public override string ConnectionString => container.GetConnectionString();

    public override Task StartAsync() => container.StartAsync();

    public override Task KillAsync() => DockerEngine.KillAsync(container);

    private protected override Task DeleteAsync() => container.DisposeAsync().AsTask();
}

/// <summary>RabbitMQ in a container; <c>GDX_TEST_RABBITMQ_IMAGE</c> names another image (with the management plugin) than the public one. It keeps its addresses over a restart.</summary>
internal sealed class ContainerRabbit : RabbitServer
{
    private const int ServerPort = 5672;
    private const int ManagementPort = 15672;

    private readonly RabbitMqContainer container = new RabbitMqBuilder(Environment.GetEnvironmentVariable("GDX_TEST_RABBITMQ_IMAGE") ?? "rabbitmq:4.1-management-alpine")
        .WithPortBinding(LocalPrograms.FreePort(), ServerPort)
        .WithPortBinding(LocalPrograms.FreePort(), ManagementPort)
        .WithHostname("gdx-test") // The node's data is found by its name again after a restart.
        .Build();

    public override Uri Address => new(container.GetConnectionString());

    public override Uri Management => new UriBuilder(Address) { Scheme = "http", Port = container.GetMappedPublicPort(ManagementPort), Path = "/" }.Uri;

    public override Task StartAsync() => container.StartAsync();

    public override Task KillAsync() => DockerEngine.KillAsync(container);

    private protected override Task DeleteAsync() => container.DisposeAsync().AsTask();
}
