using Npgsql;

namespace Gdx.TestEnvironment;

/// <summary>The machine's own <c>postgres</c> on a free port and a temporary data directory.</summary>
internal sealed class LocalPostgres : PostgresServer
{
    private const string User = "postgres";
    private readonly int port = LocalPrograms.FreePort();
    private string? directory;
    private GuardedProcess? process;

    public override string ConnectionString => $"Host=127.0.0.1;Port={port};Username={User};Database=postgres";

    public override async Task StartAsync()
    {
        if (directory is null)
        {
            directory = await LocalPrograms.CreateDirectoryAsync("postgres", User);
            await LocalPrograms.RunAsync([.. LocalPrograms.As(User), LocalPrograms.Find("initdb"), "-D", $"{directory}/data", "-U", User, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]);
        }

        process = GuardedProcess.Start("QUIT", directory,
        [
            .. LocalPrograms.As(User), LocalPrograms.Find("postgres"), "-D", $"{directory}/data", "-p", $"{port}",
            "-c", "listen_addresses=127.0.0.1", "-c", $"unix_socket_directories={directory}", "-c", "max_connections=500",
        ]);
        await LocalPrograms.ReadyAsync(directory, async () =>
        {
            await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false;Timeout=2");
            await connection.OpenAsync();
        });
    }

    public override async Task KillAsync()
    {
        await process!.KillAsync();
        process = null;
    }

    private protected override async Task DeleteAsync()
    {
        if (process is not null)
        {
            await process.DisposeAsync();
        }
        else if (directory is not null)
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
