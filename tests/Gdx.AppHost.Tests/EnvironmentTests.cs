using Npgsql;
using RabbitMQ.Client;

namespace Gdx.AppHost.Tests;

/// <summary>What a project is started with: variable by variable what Aspire gives it.</summary>
public sealed class EnvironmentTests
{
    // bash, which becomes the program, adds its own; the host's own settings come through this test's environment.
    private static readonly string[] NotOurs = ["_", "SHLVL", "PWD", "OLDPWD"];

    [Fact]
    public async Task A_project_sees_what_Aspire_would_give_it_and_nothing_else()
    {
        await using var host = await SampleHost.Start("whole", settings:
            ["--DOTNET_ENVIRONMENT=Development", "--ASPNETCORE_URLS=http://localhost:1", "--ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL=http://localhost:2"]).ReadyAsync();
        var first = await host.AskAsync<Dictionary<string, string>>("first", "/environment");
        var second = await host.AskAsync<Dictionary<string, string>>("second", "/environment");
        var database = new NpgsqlConnectionStringBuilder(second["ConnectionStrings__people-db"]);
        var broker = new Uri(second["ConnectionStrings__messaging"]);
        var brokerPassword = broker.UserInfo["guest:".Length..];

        var expected = new Dictionary<string, string>
        {
            ["ASPNETCORE_URLS"] = $"http://localhost:{new Uri(second["ASPNETCORE_URLS"]).Port}",
            ["DOTNET_LAUNCH_PROFILE"] = "http",
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["FROM_PROFILE"] = "yes",
            ["ConnectionStrings__people-db"] = $"Host=localhost;Port={database.Port};Username=postgres;Password={database.Password};Database=people",
            ["PEOPLE_DB_HOST"] = "localhost",
            ["PEOPLE_DB_PORT"] = $"{database.Port}",
            ["PEOPLE_DB_USERNAME"] = "postgres",
            ["PEOPLE_DB_PASSWORD"] = database.Password!,
            ["PEOPLE_DB_URI"] = $"postgresql://postgres:{database.Password}@localhost:{database.Port}/people",
            ["PEOPLE_DB_JDBCCONNECTIONSTRING"] = $"jdbc:postgresql://localhost:{database.Port}/people",
            ["PEOPLE_DB_DATABASENAME"] = "people",
            ["ConnectionStrings__messaging"] = $"amqp://guest:{brokerPassword}@localhost:{broker.Port}",
            ["MESSAGING_HOST"] = "localhost",
            ["MESSAGING_PORT"] = $"{broker.Port}",
            ["MESSAGING_USERNAME"] = "guest",
            ["MESSAGING_PASSWORD"] = brokerPassword,
            ["MESSAGING_URI"] = $"amqp://guest:{brokerPassword}@localhost:{broker.Port}",
            ["services__first__http__0"] = first["ASPNETCORE_URLS"],
            ["services__first__grpc__0"] = $"http://localhost:{first["GRPC_PORT"]}",
            ["FIRST_HTTP"] = first["ASPNETCORE_URLS"],
            ["FIRST_GRPC"] = $"http://localhost:{first["GRPC_PORT"]}",
            ["PROBE_FIRST"] = $"http://localhost:{first["GRPC_PORT"]}",
            ["PROBE_TEXT"] = "text",
            ["PROBE_SECRET"] = second["PROBE_SECRET"],
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = first["OTEL_EXPORTER_OTLP_ENDPOINT"],
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc",
            ["OTEL_EXPORTER_OTLP_HEADERS"] = first["OTEL_EXPORTER_OTLP_HEADERS"],
            ["OTEL_SERVICE_NAME"] = "second",
            ["OTEL_RESOURCE_ATTRIBUTES"] = second["OTEL_RESOURCE_ATTRIBUTES"],
            ["OTEL_BLRP_SCHEDULE_DELAY"] = "1000",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "1000",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000",
            ["OTEL_TRACES_SAMPLER"] = "always_on",
            ["OTEL_METRICS_EXEMPLAR_FILTER"] = "trace_based",
            ["OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY"] = "in_memory",
            ["OTEL_DOTNET_EXPERIMENTAL_ASPNETCORE_DISABLE_URL_QUERY_REDACTION"] = "true",
            ["OTEL_DOTNET_EXPERIMENTAL_HTTPCLIENT_DISABLE_URL_QUERY_REDACTION"] = "true",
            ["GDX_HOME"] = host.Home,
        };
        var inherited = Environment.GetEnvironmentVariables().Keys.Cast<string>().ToHashSet();
        Assert.Equal(expected.OrderBy(variable => variable.Key, StringComparer.Ordinal), second
            .Where(variable => expected.ContainsKey(variable.Key) || !(inherited.Contains(variable.Key) || NotOurs.Contains(variable.Key)))
            .OrderBy(variable => variable.Key, StringComparer.Ordinal));
        Assert.Matches("^service.instance.id=[a-z]{8}$", second["OTEL_RESOURCE_ATTRIBUTES"]);
        Assert.NotEqual(first["OTEL_RESOURCE_ATTRIBUTES"], second["OTEL_RESOURCE_ATTRIBUTES"]);
        Assert.Matches("^x-otlp-api-key=[0-9a-f]{32}$", second["OTEL_EXPORTER_OTLP_HEADERS"]);
        Assert.Matches("^[A-Za-z0-9]{43}$", second["PROBE_SECRET"]);

        Assert.Equal(Path.Combine(Checkout.Root, "tests", "Gdx.AppHost.Probe"), await host.AskAsync<string>("second", "/directory"));
        Assert.Equal(["one", "two words"], await host.AskAsync<string[]>("second", "/arguments"));
    }

    [Fact]
    public async Task Data_and_generated_values_are_kept_between_runs()
    {
        await using var before = await SampleHost.Start("whole").ReadyAsync();
        var environment = await before.AskAsync<Dictionary<string, string>>("second", "/environment");
        await ExecuteAsync(environment, "CREATE TABLE note (text text); INSERT INTO note VALUES ('kept')");
        await using (var connection = await ConnectAsync(environment))
        await using (var channel = await connection.CreateChannelAsync(cancellationToken: TestContext.Current.CancellationToken))
        {
            await channel.QueueDeclareAsync("kept", durable: true, exclusive: false, autoDelete: false, cancellationToken: TestContext.Current.CancellationToken);
        }

        before.Signal("TERM");
        Assert.Equal(0, await before.ExitAsync());
        await using var after = await SampleHost.Start("whole", before.Home, settings: ["--Parameters:probe-secret=chosen"]).ReadyAsync();
        var now = await after.AskAsync<Dictionary<string, string>>("second", "/environment");

        Assert.Equal("kept", await ExecuteAsync(now, "SELECT text FROM note"));
        await using (var connection = await ConnectAsync(now))
        await using (var channel = await connection.CreateChannelAsync(cancellationToken: TestContext.Current.CancellationToken))
        {
            await channel.QueueDeclarePassiveAsync("kept", TestContext.Current.CancellationToken);
        }

        Assert.Equal(environment["PEOPLE_DB_PASSWORD"], now["PEOPLE_DB_PASSWORD"]);
        Assert.Equal("chosen", now["PROBE_SECRET"]);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(before.Home, "parameters.json")));
    }

    [Fact]
    public async Task The_database_sorts_and_searches_Thai_and_writes_to_disk()
    {
        await using var host = await SampleHost.Start("whole").ReadyAsync();
        var environment = await host.AskAsync<Dictionary<string, string>>("second", "/environment");

        Assert.Equal("UTF8 C.UTF-8 on on", await ExecuteAsync(environment,
            "SELECT concat_ws(' ', pg_encoding_to_char(encoding), datctype, current_setting('fsync'), current_setting('synchronous_commit')) FROM pg_database WHERE datname = 'people'"));
    }

    private static async Task<string?> ExecuteAsync(Dictionary<string, string> environment, string sql)
    {
        await using var source = NpgsqlDataSource.Create(environment["ConnectionStrings__people-db"] + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken) as string;
    }

    private static Task<IConnection> ConnectAsync(Dictionary<string, string> environment) =>
        new ConnectionFactory { Uri = new Uri(environment["ConnectionStrings__messaging"]) }.CreateConnectionAsync(TestContext.Current.CancellationToken);
}
