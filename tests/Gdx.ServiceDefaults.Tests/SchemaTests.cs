using Gdx.FaultProgram;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Servers = Gdx.TestEnvironment.TestEnvironment;

namespace Gdx.ServiceDefaults.Tests;

public sealed class SchemaTests
{
    [Fact]
    public async Task Replicas_that_migrate_at_the_same_time_and_again_make_one_schema_and_one_epoch()
    {
        var database = await Servers.CreateDatabaseAsync();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => MigrateAsync(database)));
        await using var db = Node.Context(database);
        var (epoch, _) = await db.ReadEpochAsync(default);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => MigrateAsync(database)));

        Assert.Equal(epoch, (await db.ReadEpochAsync(default)).Epoch);
        Assert.Empty(await db.Database.GetPendingMigrationsAsync());
    }

    [Fact]
    public async Task Whoever_has_seen_a_revision_has_missed_none_below_it()
    {
        var database = await Servers.CreateDatabaseAsync();
        await MigrateAsync(database);
        using var writing = new CancellationTokenSource();
        var watching = WatchAsync(database, writing.Token);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => WriteAsync(database, rows: 40, rollBackEvery: writer % 3 + 3)));
        await writing.CancelAsync();
        var (seen, inOrder) = await watching;

        await using var db = Node.Context(database);
        var all = await db.Watched.ToDictionaryAsync(row => row.Id, row => row.Revision);
        Assert.True(inOrder);
        Assert.Equal(all.OrderBy(row => row.Value), seen.OrderBy(row => row.Value));
        Assert.True((await db.ReadEpochAsync(default)).Highest >= all.Values.Max()); // Numbers of what was rolled back are spent.
    }

    [Fact]
    public async Task A_committed_change_wakes_who_waits_and_one_that_is_rolled_back_does_not()
    {
        var (database, broker) = (await Servers.CreateDatabaseAsync(), await Servers.CreateBrokerAsync());
        await using var node = await Node.StartAsync(database, broker);
        var signals = node.Services.GetRequiredService<DatabaseSignals>();
        await ListeningAsync(database, signals);
        var rolledBack = signals.Next(DatabaseSignals.Watch);
        await InsertAsync(database, commit: false);

        // Notifications keep their order, so one of another channel afterwards proves that there was none before it.
        var later = signals.Next(DatabaseSignals.Work);
        await using var db = Node.Context(database);
        await db.Database.ExecuteSqlAsync($"SELECT pg_notify({DatabaseSignals.Work}, '')");
        await later.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.False(rolledBack.IsCompleted);

        await InsertAsync(database, commit: true);
        await rolledBack.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Commits_are_on_disk_before_they_are_confirmed_whatever_the_servers_default_is()
    {
        var database = await Servers.CreateDatabaseAsync();
        await SqlAsync<object>(database, "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database()); END $$");
        await using var node = await Node.StartAsync(database, await Servers.CreateBrokerAsync());

        await using var command = node.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand("SHOW synchronous_commit");
        Assert.Equal("on", await command.ExecuteScalarAsync());
    }

    [Fact]
    public async Task A_server_that_does_not_write_to_disk_is_refused()
    {
        await using var server = await TestEnvironment.TestServer.StartPostgresAsync();
        await SqlAsync<object>(server.ConnectionString, "ALTER SYSTEM SET fsync = off");
        await SqlAsync<bool>(server.ConnectionString, "SELECT pg_reload_conf()");
        var starting = Node.StartAsync(server.ConnectionString, await Servers.CreateBrokerAsync());

        await TestEnvironment.Eventually.True(() => SqlAsync<bool>(server.ConnectionString, "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND state = 'idle' AND query LIKE '%fsync%boolean%')"), "the service to look");
        Assert.False(starting.IsCompleted);
        Assert.True(await SqlAsync<bool>(server.ConnectionString, "SELECT to_regclass('facts') IS NULL"));

        await SqlAsync<object>(server.ConnectionString, "ALTER SYSTEM RESET fsync");
        await SqlAsync<bool>(server.ConnectionString, "SELECT pg_reload_conf()");
        await using var node = await starting.WaitAsync(TimeSpan.FromSeconds(60));
    }

    private static async Task<T?> SqlAsync<T>(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T?)await command.ExecuteScalarAsync();
    }

    private static async Task MigrateAsync(string database)
    {
        await using var db = Node.Context(database);
        await db.MigrateSchemaAsync();
    }

    private static async Task WriteAsync(string database, int rows, int rollBackEvery)
    {
        for (var i = 1; i <= rows; i++)
        {
            await using var db = Node.Context(database);
            await using var transaction = await db.Database.BeginTransactionAsync();
            var row = new Watched { Id = Guid.NewGuid() };
            db.Add(row);
            await db.SaveChangesAsync();
            row.Value = i;
            await db.SaveChangesAsync();
            await db.Database.ExecuteSqlAsync($"SELECT pg_sleep(random() * 0.005)"); // The commits of different writers would come out of order.
            await (i % rollBackEvery == 0 ? transaction.RollbackAsync() : transaction.CommitAsync());
        }
    }

    /// <summary>Reads on from the last revision seen, as a watch stream does, and once more when the writers are done.</summary>
    private static async Task<(Dictionary<Guid, long> Seen, bool InOrder)> WatchAsync(string database, CancellationToken writing)
    {
        var seen = new Dictionary<Guid, long>();
        var (last, inOrder, done) = (0L, true, false);
        while (!done)
        {
            done = writing.IsCancellationRequested;
            await using var db = Node.Context(database);
            foreach (var row in await db.Watched.AsNoTracking().Where(row => row.Revision > last).OrderBy(row => row.Revision).ToListAsync(CancellationToken.None))
            {
                inOrder &= row.Revision > last;
                last = row.Revision;
                seen[row.Id] = row.Revision;
            }
        }

        return (seen, inOrder);
    }

    private static async Task ListeningAsync(string database, DatabaseSignals signals)
    {
        // LISTEN itself wakes everybody once; after a notification of our own that is over.
        await TestEnvironment.Eventually.True(async () =>
        {
            await using var db = Node.Context(database);
            return await db.Database.SqlQuery<bool>($"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%' AND state = 'idle') AS \"Value\"").SingleAsync();
        }, "a listening connection");
        var next = signals.Next(DatabaseSignals.Watch);
        await InsertAsync(database, commit: true);
        await next.WaitAsync(TimeSpan.FromSeconds(30));
    }

    private static async Task InsertAsync(string database, bool commit)
    {
        await using var db = Node.Context(database);
        await using var transaction = await db.Database.BeginTransactionAsync();
        db.Add(new Watched { Id = Guid.NewGuid() });
        await db.SaveChangesAsync();
        await (commit ? transaction.CommitAsync() : transaction.RollbackAsync());
    }
}
