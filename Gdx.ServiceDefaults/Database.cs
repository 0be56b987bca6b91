using System.Linq.Expressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Gdx.ServiceDefaults;

/// <summary>The one database of a service: its context, its schema, and what wakes up when a table changes.</summary>
public static class Database
{
    private const string NotifyAnnotation = "Gdx:Notify";
    private const string RevisionAnnotation = "Gdx:Revision";

    /// <summary>Adds the context over the connection string <paramref name="name"/>, its health check and its <see cref="DatabaseSignals"/>.</summary>
    public static WebApplicationBuilder AddServiceDatabase<TDb>(this WebApplicationBuilder builder, string name)
        where TDb : DbContext
    {
        builder.Services.AddNpgsqlDataSource(builder.Configuration.GetConnectionString(name)
            ?? throw new InvalidOperationException($"Setting ConnectionStrings:{name} is missing: the PostgreSQL database of this service."));
        builder.Services.AddDbContext<TDb>((services, options) => options
            .UseNpgsql(services.GetRequiredService<NpgsqlDataSource>())
            .UseSnakeCaseNamingConvention());
        builder.Services.AddSingleton<SchemaState>().AddHostedService<SchemaStartup<TDb>>();
        builder.Services.AddSingleton<DatabaseSignals>().AddHostedService(services => services.GetRequiredService<DatabaseSignals>());
        builder.Services.AddHealthChecks().AddCheck<DatabaseHealth>("database");
        return builder;
    }

    /// <summary>With <c>migrate</c> as the only argument brings the schema up and returns true: the program then exits.</summary>
    public static async Task<bool> MigrateOnlyAsync<TDb>(this WebApplication app, string[] args)
        where TDb : DbContext
    {
        if (args is not ["migrate"])
        {
            return false;
        }

        await using var scope = app.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<TDb>().MigrateSchemaAsync(app.Lifetime.ApplicationStopping);
        return true;
    }

    /// <summary>Every committed change of this table wakes <see cref="DatabaseSignals.WaitAsync"/> on <paramref name="channel"/>, on every replica.</summary>
    public static void Notifies<T>(this EntityTypeBuilder<T> entity, string channel)
        where T : class => entity.HasAnnotation(NotifyAnnotation, channel);

    /// <summary>
    /// The database numbers every insert and update of the table, in the order in which they become visible: whoever has
    /// read up to revision n has missed nothing below n. Writers of such tables wait for each other until they commit.
    /// </summary>
    public static void HasRevision<T>(this EntityTypeBuilder<T> entity, Expression<Func<T, long>> property)
        where T : class
    {
        entity.Property(property).ValueGeneratedOnAddOrUpdate().HasDefaultValue(0L);
        entity.HasIndex(Expression.Lambda<Func<T, object?>>(Expression.Convert(property.Body, typeof(object)), property.Parameters)).IsUnique();
        entity.HasAnnotation(RevisionAnnotation, true);
    }

    /// <summary>Which database this is (it differs after a restore into a fresh one), and the highest revision given so far: a watcher that claims a higher one starts anew.</summary>
    public static async Task<(string Epoch, long Highest)> ReadEpochAsync(this DbContext db, CancellationToken ct)
    {
        var epoch = await db.Database.SqlQuery<Guid>($"SELECT id AS \"Value\" FROM gdx_epoch").SingleAsync(ct);
        return (epoch.ToString(), await db.Database.SqlQuery<long>($"SELECT last_value AS \"Value\" FROM gdx_revision").SingleAsync(ct));
    }

    /// <summary>Applies the migrations, then the triggers that <see cref="Notifies"/> and <see cref="HasRevision"/> ask for. Safe to run twice and side by side.</summary>
    public static async Task MigrateSchemaAsync(this DbContext db, CancellationToken ct = default)
    {
        await db.Database.MigrateAsync(ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.Database.ExecuteSqlRawAsync("""
            SELECT pg_advisory_xact_lock(4938);
            CREATE SEQUENCE IF NOT EXISTS gdx_revision;
            CREATE TABLE IF NOT EXISTS gdx_epoch (id uuid PRIMARY KEY);
            INSERT INTO gdx_epoch SELECT gen_random_uuid() WHERE NOT EXISTS (SELECT FROM gdx_epoch);
            CREATE OR REPLACE FUNCTION gdx_notify() RETURNS trigger LANGUAGE plpgsql AS $f$
            BEGIN PERFORM pg_notify(TG_ARGV[0], ''); RETURN NULL; END $f$;
            CREATE OR REPLACE FUNCTION gdx_number() RETURNS trigger LANGUAGE plpgsql AS $f$
            BEGIN PERFORM pg_advisory_xact_lock(4939); NEW.revision := nextval('gdx_revision'); RETURN NEW; END $f$;
            """, ct);
        foreach (var entity in db.GetService<IDesignTimeModel>().Model.GetEntityTypes())
        {
            var table = entity.GetTableName();
            if (entity.FindAnnotation(RevisionAnnotation) is not null)
            {
                await Run($"CREATE OR REPLACE TRIGGER gdx_number BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION gdx_number()");
            }

            if (entity.FindAnnotation(NotifyAnnotation)?.Value is string channel)
            {
                await Run($"CREATE OR REPLACE TRIGGER gdx_notify AFTER INSERT OR UPDATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION gdx_notify('{channel}')");
            }
        }

        await transaction.CommitAsync(ct);

        Task<int> Run(string sql) => db.Database.ExecuteSqlRawAsync(sql, ct);
    }
}

/// <summary>Work that needs the schema and runs once at start: seeds, keys. Retried until it succeeds; the service is not ready before. Safe to run on several replicas.</summary>
public interface IStartupWork
{
    /// <summary>Does the work; throws to be tried again.</summary>
    Task RunAsync(CancellationToken ct);
}

/// <summary>Whether the schema is there and the start-up work is done.</summary>
public sealed class SchemaState
{
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the schema is there and the start-up work is done: background work awaits this first.</summary>
    public Task Ready => ready.Task;

    internal void SetReady() => ready.TrySetResult();
}

/// <summary>Waits for the database as long as it takes, migrates where <c>Gdx:MigrateOnStart</c> is true (development), runs the <see cref="IStartupWork"/>.</summary>
internal sealed partial class SchemaStartup<TDb>(IServiceScopeFactory scopes, SchemaState state, IConfiguration settings, ILogger<SchemaStartup<TDb>> log) : BackgroundService
    where TDb : DbContext
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                var db = scope.ServiceProvider.GetRequiredService<TDb>();
                if (settings.GetValue("Gdx:MigrateOnStart", false))
                {
                    await db.MigrateSchemaAsync(stoppingToken);
                }
                else if ((await db.Database.GetPendingMigrationsAsync(stoppingToken)).Any())
                {
                    throw new InvalidOperationException("The schema is behind this version: run the service once with the argument 'migrate'.");
                }

                foreach (var work in scope.ServiceProvider.GetServices<IStartupWork>())
                {
                    await work.RunAsync(stoppingToken);
                }

                state.SetReady();
                return;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                NotYet(exception.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), stoppingToken); // A database that restarts is back within seconds.
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database is not ready, trying again in 1 s: {Reason}")]
    private partial void NotYet(string reason);
}

internal sealed class DatabaseHealth(NpgsqlDataSource source, SchemaState state) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (!state.Ready.IsCompletedSuccessfully)
        {
            return HealthCheckResult.Unhealthy("The schema or the start-up work is not finished.");
        }

        try
        {
            await using var command = source.CreateCommand("SELECT 1");
            await command.ExecuteScalarAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (NpgsqlException exception)
        {
            return HealthCheckResult.Unhealthy("The database does not answer.", exception);
        }
    }
}

/// <summary>Wakes waiters on this replica when any replica commits a change (PostgreSQL LISTEN/NOTIFY, channel <c>gdx</c> names as declared).</summary>
public sealed partial class DatabaseSignals(NpgsqlDataSource source, ILogger<DatabaseSignals> log) : BackgroundService
{
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, TaskCompletionSource> waiting = new();
    private NpgsqlConnection? connection;

    /// <summary>
    /// A task that completes at the next change on <paramref name="channel"/>. Take it before you read, await it after: a change
    /// in between is then not missed. A lost connection completes it too, since changes may have been missed.
    /// </summary>
    public Task Next(string channel) => waiting.GetOrAdd(channel, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Awaits <paramref name="next"/>, at most <paramref name="atMost"/>.</summary>
    public static async Task WaitAsync(Task next, TimeSpan atMost, CancellationToken ct)
    {
        await Task.WhenAny(next, Task.Delay(atMost, ct));
        ct.ThrowIfCancellationRequested();
    }

    /// <summary>Wakes the waiters of <paramref name="channel"/> on this replica.</summary>
    internal void Wake(string channel)
    {
        if (waiting.TryRemove(channel, out var waiter))
        {
            waiter.TrySetResult();
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using (connection = await source.OpenConnectionAsync(stoppingToken))
                {
                    connection.Notification += (_, notification) => Wake(notification.Channel);
                    var channels = string.Join(';', Channels.Select(channel => $"LISTEN {channel}"));
                    await using var listen = new NpgsqlCommand(channels, connection);
                    await listen.ExecuteNonQueryAsync(stoppingToken);
                    WakeAll();
                    while (true)
                    {
                        await connection.WaitAsync(stoppingToken);
                    }
                }
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                Lost(exception.Message);
                WakeAll();
                await Task.Delay(TimeSpan.FromSeconds(1), stoppingToken);
            }
        }
    }

    /// <summary>Wakes the watch streams.</summary>
    public const string Watch = "gdx_watch";

    /// <summary>Wakes the service's own background work.</summary>
    public const string Work = "gdx_work";

    /// <summary>The channels this service listens on; fixed, so that a LISTEN is never missing when somebody waits.</summary>
    public static IReadOnlyList<string> Channels { get; } = [Outbox.Channel, Watch, Work];

    private void WakeAll()
    {
        foreach (var channel in Channels)
        {
            Wake(channel);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Listening to the database was interrupted: {Reason}")]
    private partial void Lost(string reason);
}
