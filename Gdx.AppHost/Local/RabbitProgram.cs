using System.Net.Sockets;

namespace Gdx.LocalHosting;

/// <summary>A private RabbitMQ: its own data, ports, password and Erlang cookie, reachable from this machine only.</summary>
internal sealed class RabbitProgram(RabbitMQServerResource server, int nameServerPort) : HostedProgram(server.Name)
{
    public override async Task<ProgramStart> PrepareAsync(Launcher launcher, CancellationToken cancellation)
    {
        var program = Server();
        var user = Environment.IsPrivilegedProcess && await UserExistsAsync("rabbitmq", cancellation) ? "rabbitmq" : null;
        var home = launcher.State.Data(server.Volume ?? Name, user);
        var data = Path.Combine(home, "rabbitmq");
        if (server.Volume is null && Directory.Exists(data))
        {
            Directory.Delete(data, recursive: true);
        }

        Directory.CreateDirectory(data);
        Directory.CreateDirectory(Path.Combine(home, "log"));
        await File.WriteAllTextAsync(Path.Combine(home, "rabbitmq.conf"), Configuration(), cancellation);
        await File.WriteAllTextAsync(Path.Combine(home, "enabled_plugins"), "[].\n", cancellation);
        StateDirectory.Own(home, user);
        return new ProgramStart(Name, program, [], home, Variables(home, data), user);
    }

    /// <summary>Says hello as an AMQP 0-9-1 client does; a broker that is up answers with a method frame (Connection.Start), whose first byte is 1.</summary>
    public override async Task<string?> ProblemAsync(CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(3));
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("localhost", server.Port, limit.Token);
            await client.GetStream().WriteAsync("AMQP\0\0\x9\x1"u8.ToArray(), limit.Token);
            var first = new byte[1];
            return await client.GetStream().ReadAsync(first, limit.Token) == 1 && first[0] == 1 ? null : "the broker does not speak AMQP yet";
        }
        catch (Exception problem) when (problem is SocketException or IOException || (problem is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return problem.Message;
        }
    }

    private string Configuration() => $"""
        listeners.tcp.1 = 127.0.0.1:{server.Port}
        {(Ports.HasIPv6 ? $"listeners.tcp.2 = ::1:{server.Port}" : "")}
        default_user = guest
        default_pass = {server.Password.Read()}
        log.console = true
        log.console.level = warning
        log.connection.level = error
        log.file = false
        vm_memory_high_watermark.absolute = 1GB
        disk_free_limit.absolute = 100MB
        """ + "\n";

    private Dictionary<string, string> Variables(string home, string data)
    {
        var variables = Bare(home);
        variables["RABBITMQ_NODENAME"] = "gdx@localhost"; // Always the same, since the data belongs to this name; unique through the name server of our own.
        variables["RABBITMQ_MNESIA_BASE"] = data;
        variables["RABBITMQ_MNESIA_DIR"] = Path.Combine(data, "gdx");
        variables["RABBITMQ_LOG_BASE"] = Path.Combine(home, "log");
        variables["RABBITMQ_LOGS"] = "-";
        variables["RABBITMQ_LOG"] = "warning"; // Until the configuration file is read.
        variables["RABBITMQ_CONFIG_FILE"] = Path.Combine(home, "rabbitmq");
        variables["RABBITMQ_CONF_ENV_FILE"] = Path.Combine(home, "none");
        variables["RABBITMQ_ADVANCED_CONFIG_FILE"] = Path.Combine(home, "none.config");
        variables["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(home, "enabled_plugins");
        variables["RABBITMQ_DIST_PORT"] = $"{Ports.Free()}";
        variables["ERL_EPMD_PORT"] = $"{nameServerPort}";
        variables["ERL_EPMD_ADDRESS"] = "127.0.0.1";
        // Erlang's name server is a program of ours too (NameServerProgram), so that none is left behind.
        variables["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-start_epmd false -kernel inet_dist_use_interface {127,0,0,1}";
        variables["RUNNING_UNDER_SYSTEMD"] = "true"; // The script then becomes the broker instead of staying its parent.
        return variables;
    }

    private static async Task<bool> UserExistsAsync(string user, CancellationToken cancellation) =>
        await File.ReadLinesAsync("/etc/passwd", cancellation).AnyAsync(line => line.StartsWith(user + ":", StringComparison.Ordinal), cancellation);

    // Debian's own rabbitmq-server on the PATH is a wrapper for the machine's broker; the script behind it is what we need.
    private static string Server() =>
        new[] { "/usr/lib/rabbitmq/bin", "/opt/rabbitmq/sbin" }.Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'))
            .Select(directory => Path.Combine(directory, "rabbitmq-server")).FirstOrDefault(File.Exists)
        ?? throw new HostException("RabbitMQ is not installed. On Debian: apt-get install rabbitmq-server");
}

/// <summary>Erlang's name server (epmd) for the private RabbitMQ, as a process that we own: Erlang's own start of it would outlive everything.</summary>
internal sealed class NameServerProgram(string server, int port) : HostedProgram(server + "-names")
{
    public override Task<ProgramStart> PrepareAsync(Launcher launcher, CancellationToken cancellation) =>
        Task.FromResult(new ProgramStart(Name, "epmd", ["-port", $"{port}", "-address", "127.0.0.1"], launcher.State.Home, Bare("/")));

    public override async Task<string?> ProblemAsync(CancellationToken cancellation)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", port, cancellation);
            return null;
        }
        catch (SocketException problem)
        {
            return problem.Message;
        }
    }
}
