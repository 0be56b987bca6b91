namespace Gdx.ServiceDefaults;

/// <summary>The one database of a service: its context, its schema, and what wakes up when a table changes.</summary>
public static class Database
{
    private const string NotifyAnnotation = "Gdx:Notify", RevisionAnnotation = "Gdx:Revision";

    /// <summary>Adds the context over the connection string <paramref name="name"/>, its health check and its <see cref="DatabaseSignals"/>.</summary>
    public static WebApplicationBuilder AddServiceDatabase<TDb>(this WebApplicationBuilder builder, string name) where TDb : DbContext
    {
        builder.Services.AddNpgsqlDataSource(builder.Configuration.GetConnectionString(name)
            ?? throw new InvalidOperationException($"Setting ConnectionStrings:{name} is missing: the PostgreSQL database of this service."), source => source.ConnectionStringBuilder.Options += " -c synchronous_commit=on"); // Whatever the server's default is: what is confirmed is on disk.
        builder.Services.AddDbContext<TDb>((services, options) => options.UseNpgsql(services.GetRequiredService<NpgsqlDataSource>()).UseSnakeCaseNamingConvention());
        builder.Services.AddSingleton<SchemaState>().AddHostedService<SchemaStartup<TDb>>().AddSingleton<DatabaseSignals>().AddHostedService(services => services.GetRequiredService<DatabaseSignals>());
        builder.Services.AddHealthChecks().AddCheck<DatabaseHealth>("database");
        return builder;
    }

    /// <summary>With <c>migrate</c> as the only argument brings the schema up and returns true: the program then exits.</summary>
    public static async Task<bool> MigrateOnlyAsync<TDb>(this WebApplication app, string[] args) where TDb : DbContext
    {
        if (args is not ["migrate"]) { return false; }

        await using var scope = app.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<TDb>().MigrateSchemaAsync(app.Lifetime.ApplicationStopping);
        return true;
    }

    /// <summary>Every committed change of this table wakes <see cref="DatabaseSignals.WaitAsync"/> on <paramref name="channel"/>, on every replica.</summary>
    public static void Notifies<T>(this EntityTypeBuilder<T> entity, string channel) where T : class => entity.HasAnnotation(NotifyAnnotation, channel);

    /// <summary>
    /// The database numbers every insert and update of the table, in the order in which they become visible: whoever has
    /// read up to revision n has missed nothing below n. Writers of such tables wait for each other until they commit.
    /// </summary>
    public static void HasRevision<T>(this EntityTypeBuilder<T> entity, Expression<Func<T, long>> property) where T : class
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

    /// <summary>Applies the migrations, then the triggers that <see cref="Notifies"/>, <see cref="HasRevision"/> and the outbox ask for. Safe to run twice and side by side.</summary>
    public static async Task MigrateSchemaAsync(this DbContext db, CancellationToken ct = default)
    {
        await db.Database.MigrateAsync(ct);
        var sql = """
            SELECT pg_advisory_xact_lock(4938);
            CREATE SEQUENCE IF NOT EXISTS gdx_revision; CREATE TABLE IF NOT EXISTS gdx_epoch (id uuid PRIMARY KEY);
            INSERT INTO gdx_epoch SELECT gen_random_uuid() WHERE NOT EXISTS (SELECT FROM gdx_epoch);
            CREATE OR REPLACE FUNCTION gdx_notify() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN PERFORM pg_notify(TG_ARGV[0], ''); RETURN NULL; END $f$;
            CREATE OR REPLACE FUNCTION gdx_number() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN PERFORM pg_advisory_xact_lock(4939); NEW.revision := nextval('gdx_revision'); RETURN NEW; END $f$;
            """;
        foreach (var entity in db.GetService<IDesignTimeModel>().Model.GetEntityTypes())
        {
            sql += entity.FindAnnotation(RevisionAnnotation) is null ? ""
                : $"CREATE OR REPLACE TRIGGER gdx_number BEFORE INSERT OR UPDATE ON {entity.GetTableName()} FOR EACH ROW EXECUTE FUNCTION gdx_number();";
            sql += entity.FindAnnotation(NotifyAnnotation)?.Value is not string channel ? ""
                : $"CREATE OR REPLACE TRIGGER gdx_notify AFTER INSERT OR UPDATE ON {entity.GetTableName()} FOR EACH STATEMENT EXECUTE FUNCTION gdx_notify('{channel}');";
            sql += entity.ClrType == typeof(OutboxMessage) ? Outbox.NumberAtCommit : "";
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.Database.ExecuteSqlRawAsync(sql, ct);
        await transaction.CommitAsync(ct);
    }

    /// <summary>Whether the database was away: trying again later helps. EF wraps such exceptions, hence the whole chain.</summary>
    internal static bool IsAway(Exception? exception) => exception is NpgsqlException { IsTransient: true } || (exception is not null && IsAway(exception.InnerException));
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
internal sealed class SchemaStartup<TDb>(IServiceScopeFactory scopes, SchemaState state, IConfiguration settings, ILogger<SchemaStartup<TDb>> log) : RepeatedWork(log) where TDb : DbContext
{
    protected override async Task<bool> RoundAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TDb>();
        // Without it a crash of the machine takes back what was confirmed: a mail twice, a message without its effect, an answer without its evidence.
        if (!await db.Database.SqlQuery<bool>($"SELECT current_setting('fsync')::boolean AS \"Value\"").SingleAsync(ct)) { throw new InvalidOperationException("The database server runs with fsync off and may lose what it has confirmed: switch it on."); }

        if (settings.GetValue("Gdx:MigrateOnStart", false)) { await db.MigrateSchemaAsync(ct); }

        if ((await db.Database.GetPendingMigrationsAsync(ct)).Any()) { throw new InvalidOperationException("The schema is behind this version: run the service once with the argument 'migrate'."); }

        foreach (var work in scope.ServiceProvider.GetServices<IStartupWork>()) { await work.RunAsync(ct); }

        db.Model.GetRelationalModel(); // Made at first use, and two first uses at once trip over each other in EF.
        state.SetReady();
        return false;
    }
}

internal sealed class DatabaseHealth(NpgsqlDataSource source, SchemaState state) : IHealthCheck
{
    // An exception makes the check unhealthy by itself.
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await using var command = source.CreateCommand("SELECT 1");
        await command.ExecuteScalarAsync(cancellationToken);
        return state.Ready.IsCompletedSuccessfully ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("The schema or the start-up work is not finished.");
    }
}
