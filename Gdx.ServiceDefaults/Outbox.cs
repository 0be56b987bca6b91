using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gdx.ServiceDefaults;

/// <summary>A fact waiting to be told. The row commits with the change it announces, and goes when the broker has confirmed it.</summary>
public sealed class OutboxMessage
{
    /// <summary>Order of writing; the order kept within one aggregate.</summary>
    public long Id { get; init; }

    /// <summary>The message id on the bus: the same for every attempt.</summary>
    public Guid MessageId { get; init; }

    /// <summary>Whose facts must stay in order.</summary>
    [MaxLength(128)]
    public required string Aggregate { get; init; }

    /// <summary>Assembly-qualified name (without version) of the contract.</summary>
    [MaxLength(512)]
    public required string Type { get; init; }

    /// <summary>The contract as JSON.</summary>
    public required string Body { get; init; }

    /// <summary>W3C trace context of the change, so that one trace covers it and what follows.</summary>
    [MaxLength(64)]
    public string? TraceParent { get; init; }

    /// <summary>When the change was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>The transactional outbox: <c>db.Publish(grant.Id, new GrantRevoked { … })</c>, then one <c>SaveChangesAsync</c>.</summary>
public static class Outbox
{
    internal const string Channel = "gdx_outbox";

    /// <summary>Adds the table; call it from <c>OnModelCreating</c>.</summary>
    public static void AddOutbox(this ModelBuilder model) => model.Entity<OutboxMessage>(entity =>
    {
        entity.ToTable("outbox");
        entity.Property(message => message.Body).HasColumnType("text");
        entity.HasIndex(message => new { message.Aggregate, message.Id });
        entity.Notifies(Channel);
    });

    /// <summary>Tells the other services, once this context saves. Facts of one <paramref name="aggregate"/> arrive in the order in which they were saved.</summary>
    public static void Publish<T>(this DbContext db, Guid aggregate, T fact)
        where T : class => db.Add(new OutboxMessage
        {
            MessageId = Guid.CreateVersion7(),
            Aggregate = aggregate.ToString(),
            Type = $"{typeof(T).FullName}, {typeof(T).Assembly.GetName().Name}",
            Body = JsonSerializer.Serialize(fact),
            TraceParent = Activity.Current?.Id,
            CreatedAt = DateTimeOffset.UtcNow,
        });
}

/// <summary>
/// Sends what waits in the outbox. Any number of dispatchers may run: each takes only the oldest row of an aggregate that nobody
/// else holds, and a row goes only after the broker's confirm, so a crash at any point repeats a message but never loses or overtakes one.
/// </summary>
internal sealed partial class OutboxDispatcher<TDb>(IServiceScopeFactory scopes, IBus bus, DatabaseSignals signals, SchemaState schema, ILogger<OutboxDispatcher<TDb>> log) : BackgroundService
    where TDb : DbContext
{
    private const int BatchSize = 100; // Rows held locked while one round of confirms is awaited.
    private static readonly TimeSpan ConfirmTimeout = TimeSpan.FromSeconds(10); // A confirm takes milliseconds; past this the broker is away and the rows are better released.
    private static readonly ActivitySource Source = new("Gdx.Outbox");
    private static readonly Histogram<double> Lag = new Meter("Gdx.Outbox").CreateHistogram<double>("gdx.outbox.lag", "s", "Time from the change to the broker's confirm.");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await schema.Ready.WaitAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            var next = signals.Next(Outbox.Channel);
            try
            {
                if (await DispatchAsync(stoppingToken) == 0)
                {
                    await DatabaseSignals.WaitAsync(next, TimeSpan.FromSeconds(5), stoppingToken); // Rows another dispatcher held when it died.
                }
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                Interrupted(exception.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), stoppingToken); // Broker or database is away; both come back in seconds.
            }
        }
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
        if (heads.Count == 0)
        {
            return 0;
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(ConfirmTimeout);
        await Task.WhenAll(heads.Select(message => SendAsync(message, patience.Token)));
        var ids = heads.Select(message => message.Id).ToList();
        await db.Set<OutboxMessage>().Where(message => ids.Contains(message.Id)).ExecuteDeleteAsync(ct);
        await transaction.CommitAsync(ct);
        return heads.Count;
    }

    private async Task SendAsync(OutboxMessage message, CancellationToken ct)
    {
        // The delay between change and dispatch is a span of its own, so that a trace shows it.
        var parent = ActivityContext.TryParse(message.TraceParent, null, out var context) ? context : default;
        using var activity = Source.StartActivity("outbox dispatch", ActivityKind.Internal, parent, startTime: message.CreatedAt);
        var type = Type.GetType(message.Type, throwOnError: true)!;
        var fact = JsonSerializer.Deserialize(message.Body, type)!;
        await bus.Publish(fact, type, publish =>
        {
            publish.MessageId = message.MessageId;
            publish.Headers.Set("Gdx-Aggregate", message.Aggregate);
        }, ct);
        Lag.Record((DateTimeOffset.UtcNow - message.CreatedAt).TotalSeconds);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Dispatching the outbox was interrupted, trying again in 1 s: {Reason}")]
    private partial void Interrupted(string reason);
}
