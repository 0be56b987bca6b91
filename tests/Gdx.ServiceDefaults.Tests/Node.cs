using System.Text.Json;
using Gdx.FaultProgram;
using Gdx.TestEnvironment;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Gdx.ServiceDefaults.Tests;

/// <summary>One replica of a small service, in this process: database, outbox, dispatcher and bus.</summary>
public sealed class Node : IAsyncDisposable
{
    private readonly WebApplication app;

    // EF makes the model of a context at its first use, and two first uses at once trip over each other.
    static Node()
    {
        using var db = Context("Host=unused");
        db.Model.GetRelationalModel();
    }

    private Node(WebApplication app) => this.app = app;

    public IServiceProvider Services => app.Services;

    /// <summary>Starts a replica; <paramref name="consumers"/> are what it listens to.</summary>
    public static async Task<Node> StartAsync(string database, string broker, Action<IRegistrationConfigurator>? consumers = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:fault-db"] = database,
            ["ConnectionStrings:messaging"] = broker,
            ["Gdx:MigrateOnStart"] = "true",
        });
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(new ServiceIdentity("fault"));
        builder.AddServiceDatabase<FaultDb>("fault-db");
        builder.AddMessaging<FaultDb>(consumers);
        var node = new Node(builder.Build());
        await node.app.StartAsync();
        await node.Services.GetRequiredService<SchemaState>().Ready;
        return node;
    }

    /// <summary>A queue that hears every <see cref="FactWritten"/> from now on and that nobody empties.</summary>
    public static async Task<string> ObserveAsync(string broker)
    {
        var vhost = new Uri(broker).AbsolutePath.Trim('/');
        var exchange = Uri.EscapeDataString($"{typeof(FactWritten).Namespace}:{nameof(FactWritten)}");
        await ManageAsync(HttpMethod.Put, $"exchanges/{vhost}/{exchange}", """{"type":"fanout","durable":true}""");
        await ManageAsync(HttpMethod.Put, $"queues/{vhost}/observer", """{"durable":true}""");
        await ManageAsync(HttpMethod.Post, $"bindings/{vhost}/e/{exchange}/q/observer", "{}");
        return $"queues/{vhost}/observer";
    }

    /// <summary>Takes everything out of an observer's queue, in its order.</summary>
    public static async Task<IReadOnlyList<FactWritten>> TakeAsync(string observer)
    {
        using var messages = JsonDocument.Parse(await ManageAsync(HttpMethod.Post, $"{observer}/get", """{"count":10000,"ackmode":"ack_requeue_false","encoding":"auto"}"""));
        return [.. messages.RootElement.EnumerateArray().Select(message =>
        {
            using var envelope = JsonDocument.Parse(message.GetProperty("payload").GetString()!);
            return envelope.RootElement.GetProperty("message").Deserialize<FactWritten>(JsonSerializerOptions.Web)!;
        })];
    }

    /// <summary>A context over this database that belongs to no replica.</summary>
    public static FaultDb Context(string database) =>
        new(new DbContextOptionsBuilder<FaultDb>().UseNpgsql(database).UseSnakeCaseNamingConvention().Options);

    /// <summary>Commits (or rolls back) a fact and its message from a connection of its own.</summary>
    public static async Task<Guid> WriteAsync(string database, Guid aggregate, long sequence = 1, bool commit = true)
    {
        await using var db = Context(database);
        await using var transaction = await db.Database.BeginTransactionAsync();
        var fact = new Fact { Id = Guid.CreateVersion7(), Aggregate = aggregate, Sequence = sequence };
        db.Add(fact);
        db.Publish(aggregate, new FactWritten { FactId = fact.Id, Aggregate = aggregate, Sequence = sequence });
        await db.SaveChangesAsync();
        await (commit ? transaction.CommitAsync() : transaction.RollbackAsync());
        return fact.Id;
    }

    public static Task OutboxIsEmptyAsync(string database) => Eventually.True(async () =>
    {
        await using var db = Context(database);
        return !await db.Set<OutboxMessage>().AnyAsync();
    }, "an empty outbox");

    public static Task EffectAsync(string database, Guid fact) => Eventually.True(async () =>
    {
        await using var db = Context(database);
        return await db.Effects.AnyAsync(effect => effect.FactId == fact);
    }, "the effect of the fact", TimeSpan.FromSeconds(60));

    public static Task<string> ManageAsync(HttpMethod method, string path, string? body = null) => TestEnvironment.TestEnvironment.ManageBrokerAsync(method, path, body);

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
