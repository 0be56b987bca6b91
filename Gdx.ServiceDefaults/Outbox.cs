using MassTransit;

namespace Gdx.ServiceDefaults;

/// <summary>A fact waiting to be told. The row commits with the change it announces, and goes when the broker has confirmed it.</summary>
public sealed class OutboxMessage
{
    /// <summary>Order of committing within one aggregate.</summary>
    public long Id { get; init; }

    /// <summary>The message id on the bus: the same for every attempt.</summary>
    public Guid MessageId { get; init; }

    /// <summary>Whose facts must stay in order.</summary>
    [MaxLength(128)] public required string Aggregate { get; init; }

    /// <summary>Assembly-qualified name (without version) of the contract.</summary>
    [MaxLength(512)] public required string Type { get; init; }

    /// <summary>The contract as JSON.</summary>
    public required string Body { get; init; }

    /// <summary>W3C trace context of the change, so that one trace covers it and what follows.</summary>
    [MaxLength(64)] public string? TraceParent { get; init; }

    /// <summary>When the change was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>The transactional outbox: <c>db.Publish(grant.Id, new GrantRevoked { … })</c>, then one <c>SaveChangesAsync</c>.</summary>
public static class Outbox
{
    internal const string Channel = "gdx_outbox", AggregateHeader = "Gdx-Aggregate";

    // An identity column numbers rows as they are written, and a transaction that wrote first may commit last. Numbering again just
    // before the commit, one transaction per aggregate at a time, makes the numbers follow the commits.
    internal const string NumberAtCommit = """
        CREATE OR REPLACE FUNCTION gdx_order() RETURNS trigger LANGUAGE plpgsql AS $f$
        BEGIN
            PERFORM pg_advisory_xact_lock(4940, hashtext(NEW.aggregate));
            UPDATE outbox SET id = nextval(pg_get_serial_sequence('outbox', 'id')) WHERE id = NEW.id; RETURN NULL;
        END $f$;
        DO $do$ BEGIN CREATE CONSTRAINT TRIGGER gdx_order AFTER INSERT ON outbox DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION gdx_order();
        EXCEPTION WHEN duplicate_object THEN NULL; END $do$;
        """;

    /// <summary>Adds the table; call it from <c>OnModelCreating</c>.</summary>
    public static void AddOutbox(this ModelBuilder model) => model.Entity<OutboxMessage>(entity =>
    {
        entity.ToTable("outbox").Property(message => message.Body).HasColumnType("text");
        entity.HasIndex(message => new { message.Aggregate, message.Id });
        entity.Notifies(Channel);
    });

    /// <summary>Tells the other services, once this context saves. Facts of one <paramref name="aggregate"/> arrive in the order in which they were committed.</summary>
    public static void Publish<T>(this DbContext db, Guid aggregate, T fact) where T : class => db.Add(new OutboxMessage
    {
        MessageId = Guid.CreateVersion7(),
        Aggregate = aggregate.ToString(),
        CreatedAt = DateTimeOffset.UtcNow,
        TraceParent = Activity.Current?.Id,
        Type = $"{typeof(T).FullName}, {typeof(T).Assembly.GetName().Name}",
        Body = JsonSerializer.Serialize(fact),
    });
}

/// <summary>
/// Sends what waits in the outbox. Any number of dispatchers may run: each takes only the oldest row of an aggregate that nobody
/// else holds, and a row goes only after the broker's confirm, so a crash at any point repeats a message but never loses or overtakes one.
/// </summary>
internal sealed class OutboxDispatcher<TDb>(IServiceScopeFactory scopes, IBusControl bus, DatabaseSignals signals, SchemaState schema, ILogger<OutboxDispatcher<TDb>> log) : RepeatedWork(log) where TDb : DbContext
{
    private const int BatchSize = 100; // Rows held locked while one round of confirms is awaited.
    private static readonly TimeSpan ConfirmTimeout = TimeSpan.FromSeconds(10); // A confirm takes milliseconds; past this the broker is away and the rows are better released.
    private static readonly ActivitySource Source = new("Gdx.Outbox");
    private static readonly Histogram<double> Lag = new Meter("Gdx.Outbox").CreateHistogram<double>("gdx.outbox.lag", "s", "Time from the change to the broker's confirm.");
    private Task<BusHealthStatus>? listening;

    protected override async Task<bool> RoundAsync(CancellationToken ct)
    {
        await schema.Ready.WaitAsync(ct);
        await (listening ??= bus.WaitForHealthStatus(BusHealthStatus.Healthy, ct)); // The broker confirms and drops what no queue is bound for yet; ours are now.
        var next = signals.Next(Outbox.Channel);
        if (await DispatchAsync(ct) == 0) { await DatabaseSignals.WaitAsync(next, TimeSpan.FromSeconds(5), ct); } // Rows another dispatcher held when it died.

        return true;
    }

    private async Task<int> DispatchAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<TDb>();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var heads = await db.Set<OutboxMessage>().FromSql($"""
            SELECT * FROM outbox o
            WHERE NOT EXISTS (SELECT FROM outbox p WHERE p.aggregate = o.aggregate AND p.id < o.id)
            ORDER BY id LIMIT {BatchSize} FOR UPDATE SKIP LOCKED
            """).AsNoTracking().ToListAsync(ct);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(ConfirmTimeout);
        var sending = heads.ToDictionary(message => message.Id, message => SendAsync(message, patience.Token));
        await ((Task)Task.WhenAll(sending.Values)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // One fact that cannot be sent holds back its own aggregate, and no other.
        var sent = sending.Where(pair => pair.Value.IsCompletedSuccessfully).Select(pair => pair.Key).ToList();
        await db.Set<OutboxMessage>().Where(message => sent.Contains(message.Id)).ExecuteDeleteAsync(ct);
        await transaction.CommitAsync(ct);
        await Task.WhenAll(sending.Values); // Now its exception, if there is one.
        return sent.Count;
    }

    private async Task SendAsync(OutboxMessage message, CancellationToken ct)
    {
        // The delay between change and dispatch is a span of its own, so that a trace shows it.
        var parent = ActivityContext.TryParse(message.TraceParent, null, out var context) ? context : default;
        using var activity = Source.StartActivity("outbox dispatch", ActivityKind.Internal, parent, startTime: message.CreatedAt);
        var type = Type.GetType(message.Type, throwOnError: true)!;
        await bus.Publish(JsonSerializer.Deserialize(message.Body, type)!, type, publish => { publish.MessageId = message.MessageId; publish.Headers.Set(Outbox.AggregateHeader, message.Aggregate); }, ct);
        Lag.Record((DateTimeOffset.UtcNow - message.CreatedAt).TotalSeconds);
    }
}
