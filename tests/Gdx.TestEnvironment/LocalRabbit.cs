namespace Gdx.TestEnvironment;

/// <summary>The machine's own <c>rabbitmq-server</c> as a private node: own ports, own directories, own cookie and own port mapper.</summary>
internal sealed class LocalRabbit : RabbitServer
{
    private readonly int port = LocalPrograms.FreePort();
    private readonly int management = LocalPrograms.FreePort();
    private readonly int distribution = LocalPrograms.FreePort();
    private readonly int mapper = LocalPrograms.FreePort();
    private string? directory;
    private GuardedProcess? names;
    private GuardedProcess? node;

    public override Uri Address => new($"amqp://guest:guest@127.0.0.1:{port}/");

    public override Uri Management => new($"http://guest:guest@127.0.0.1:{management}/");

    public override async Task StartAsync()
    {
        var server = LocalPrograms.Find("rabbitmq-server");
        var user = Environment.UserName; // RabbitMQ, unlike PostgreSQL, also runs as root.
        if (directory is null)
        {
            directory = await LocalPrograms.CreateDirectoryAsync("rabbitmq", user);
            await File.WriteAllTextAsync($"{directory}/enabled_plugins", "[rabbitmq_management].");
            await File.WriteAllTextAsync($"{directory}/rabbitmq.conf", $"""
                listeners.tcp.1 = 127.0.0.1:{port}
                management.tcp.ip = 127.0.0.1
                management.tcp.port = {management}
                log.console = true
                log.file = false
                raft.wal_max_size_bytes = 16000000

                """);
        }

        var variables = new Dictionary<string, string>
        {
            ["HOME"] = directory,
            ["ERL_EPMD_PORT"] = $"{mapper}",
            ["RABBITMQ_NODENAME"] = $"gdx{port}@localhost",
            ["RABBITMQ_DIST_PORT"] = $"{distribution}",
            ["RABBITMQ_BASE"] = directory,
            ["RABBITMQ_MNESIA_BASE"] = $"{directory}/mnesia",
            ["RABBITMQ_LOG_BASE"] = $"{directory}/logs",
            ["RABBITMQ_SCHEMA_DIR"] = $"{directory}/schema",
            ["RABBITMQ_GENERATED_CONFIG_DIR"] = $"{directory}/config",
            ["RABBITMQ_CONF_ENV_FILE"] = $"{directory}/rabbitmq-env.conf",
            ["RABBITMQ_CONFIG_FILE"] = $"{directory}/rabbitmq.conf",
            ["RABBITMQ_ADVANCED_CONFIG_FILE"] = $"{directory}/advanced.config",
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = $"{directory}/enabled_plugins",
            ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "+B i", // A terminal's Ctrl-C is for the tests.
            ["RUNNING_UNDER_SYSTEMD"] = "true", // The script then becomes the Erlang machine instead of waiting for it: one process to end.
        };
        // Erlang would start a port mapper that stays behind for ever; this one is ours and goes with us.
        var epmdFolder = Directory.CreateDirectory($"{directory}/epmd").FullName;
        names ??= GuardedProcess.Start("KILL", epmdFolder, [LocalPrograms.Find("epmd"), "-port", $"{mapper}"], variables);
        node = GuardedProcess.Start("KILL", directory, [server], variables);
        await LocalPrograms.ReadyAsync(directory, () => TestEnvironment.ManageAsync(Management, HttpMethod.Get, $"health/checks/port-listener/{port}"));
    }

    public override async Task KillAsync()
    {
        await node!.KillAsync();
        node = null;
    }

    private protected override async Task DeleteAsync()
    {
        if (names is not null)
        {
            await names.DisposeAsync();
        }

        if (node is not null)
        {
            await node.DisposeAsync();
        }
        else if (directory is not null)
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
