using System.Globalization;
using Npgsql;

namespace Gdx.LocalHosting;

/// <summary>A private PostgreSQL: its own data, port and password, reachable from this machine only.</summary>
internal sealed class PostgresProgram(PostgresServerResource server) : HostedProgram(server.Name)
{
    public override IEnumerable<string> Provides => [Name, .. server.Databases.Select(database => database.Name)];

    // SIGINT ends the sessions of clients; SIGTERM would wait until they leave.
    public override int StopSignal => LeftOvers.Interrupt;

    public override async Task<ProgramStart> PrepareAsync(Launcher launcher, CancellationToken cancellation)
    {
        // PostgreSQL refuses to run as root.
        var user = Environment.IsPrivilegedProcess ? "postgres" : null;
        var home = launcher.State.Data(server.Volume ?? Name, user);
        var data = Path.Combine(home, "postgres");
        if (server.Volume is null && Directory.Exists(data))
        {
            Directory.Delete(data, recursive: true);
        }

        var version = Path.Combine(data, "PG_VERSION");
        var binaries = Binaries(File.Exists(version) ? (await File.ReadAllTextAsync(version, cancellation)).Trim() : null);
        if (!File.Exists(version))
        {
            await InitializeAsync(launcher, binaries, home, data, user, cancellation);
        }

        RemoveStalePid(data);
        string[] settings =
        [
            "listen_addresses=localhost", $"port={server.Port}", "unix_socket_directories=",
            "max_connections=300", // Every service may open a full pool of its own.
            "shared_buffers=128MB", "timezone=UTC", "log_timezone=UTC", "log_min_messages=warning", "log_line_prefix=",
        ];
        return new ProgramStart(Name, Path.Combine(binaries, "postgres"), ["-D", data, .. settings.SelectMany(setting => (string[])["-c", setting])], home, Bare(home), user);
    }

    public override async Task<string?> ProblemAsync(CancellationToken cancellation)
    {
        try
        {
            await using var connection = await OpenAsync(cancellation);
            return null;
        }
        catch (PostgresException problem) when (problem.SqlState == PostgresErrorCodes.InvalidPassword)
        {
            throw new HostException($"The data of {Name} was made with another password than parameter {server.Password.Name} has now. Set the former one, or forget all data with ./gdx reset.");
        }
        catch (Exception problem) when (problem is NpgsqlException or TimeoutException)
        {
            return problem.Message;
        }
    }

    public override async Task ReadyAsync(CancellationToken cancellation)
    {
        await using var connection = await OpenAsync(cancellation);
        foreach (var database in server.Databases)
        {
            await using var find = new NpgsqlCommand("SELECT 1 FROM pg_database WHERE datname = $1", connection) { Parameters = { new() { Value = database.DatabaseName } } };
            if (await find.ExecuteScalarAsync(cancellation) is null)
            {
                await using var create = new NpgsqlCommand($"CREATE DATABASE \"{database.DatabaseName.Replace("\"", "\"\"", StringComparison.Ordinal)}\"", connection);
                await create.ExecuteNonQueryAsync(cancellation);
            }
        }
    }

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellation)
    {
        var connection = new NpgsqlConnection(ProjectEnvironment.PostgresString(server, "postgres") + ";Pooling=false;Timeout=3");
        try
        {
            await connection.OpenAsync(cancellation);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private async Task InitializeAsync(Launcher launcher, string binaries, string home, string data, string? user, CancellationToken cancellation)
    {
        launcher.Say($"{Name}: making its data in {data}");
        var unfinished = data + ".new";
        var password = Path.Combine(home, "password");
        if (Directory.Exists(unfinished))
        {
            Directory.Delete(unfinished, recursive: true);
        }

        await File.WriteAllTextAsync(password, server.Password.Read(), cancellation);
        StateDirectory.Own(home, user);
        string[] arguments = ["-D", unfinished, "--username=postgres", $"--pwfile={password}", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8"];
        try
        {
            await launcher.RunAsync(new ProgramStart(Name, Path.Combine(binaries, "initdb"), arguments, home, Bare(home), user), cancellation);
        }
        finally
        {
            File.Delete(password);
        }

        // Renamed when it is whole: a run that is killed during initdb leaves nothing that looks like data.
        Directory.Move(unfinished, data);
    }

    /// <summary>No PostgreSQL of this state directory runs (we hold its lock), but the number in a stale file may by now be some other process of the same user.</summary>
    private static void RemoveStalePid(string data)
    {
        var file = Path.Combine(data, "postmaster.pid");
        if (!File.Exists(file))
        {
            return;
        }

        var id = int.TryParse(File.ReadLines(file).FirstOrDefault(), CultureInfo.InvariantCulture, out var number) ? number : 0;
        if (id > 0 && File.Exists($"/proc/{id}/cmdline") && File.ReadAllText($"/proc/{id}/cmdline").Contains(data, StringComparison.Ordinal))
        {
            throw new HostException($"A PostgreSQL already runs on {data} (process {id}). End it with: kill -INT {id}");
        }

        File.Delete(file);
    }

    private static string Binaries(string? version)
    {
        var all = (Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql") : [])
            .OrderByDescending(directory => double.TryParse(Path.GetFileName(directory), CultureInfo.InvariantCulture, out var number) ? number : 0)
            .Select(directory => Path.Combine(directory, "bin"))
            .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'))
            .Where(directory => File.Exists(Path.Combine(directory, "postgres")) && File.Exists(Path.Combine(directory, "initdb"))).ToList();
        var usable = version is null ? all : all.Where(directory => !directory.StartsWith("/usr/lib/postgresql/", StringComparison.Ordinal) || directory == $"/usr/lib/postgresql/{version}/bin");
        return usable.FirstOrDefault() ?? throw new HostException(all.Count == 0
            ? "PostgreSQL is not installed. On Debian: apt-get install postgresql"
            : $"The data was made with PostgreSQL {version}, which is not installed. Install it, or forget all data with ./gdx reset.");
    }
}
