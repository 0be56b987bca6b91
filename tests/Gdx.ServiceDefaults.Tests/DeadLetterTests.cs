using System.Diagnostics.Metrics;
using System.Text.Json;
using Gdx.FaultProgram;
using Gdx.TestEnvironment;
using MassTransit;
using Servers = Gdx.TestEnvironment.TestEnvironment;

namespace Gdx.ServiceDefaults.Tests;

/// <summary>Both count on a metric of the process, so they run one after the other; each looks at its own queue.</summary>
public sealed class DeadLetterTests : IDisposable
{
    private readonly MeterListener listener = new();
    private readonly List<string> counted = [];

    public DeadLetterTests()
    {
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == "gdx.messaging.dead_letters")
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
        {
            lock (counted)
            {
                counted.AddRange(Enumerable.Repeat(tags.ToArray().Single(tag => tag.Key == "queue").Value?.ToString() ?? "", (int)count));
            }
        });
        listener.Start();
    }

    [Fact]
    public async Task A_message_that_always_fails_is_tried_again_then_waits_in_the_error_queue_and_is_counted_once()
    {
        var (database, broker) = (await Servers.CreateDatabaseAsync(), await Servers.CreateBrokerAsync());
        await using var node = await Node.StartAsync(database, broker, bus => bus.AddConsumer<PoisonedConsumer>());

        var fact = await Node.WriteAsync(database, Guid.NewGuid());
        var waiting = await DeadAsync(broker, "fault-poisoned_error", TimeSpan.FromMinutes(3));

        Assert.Contains(fact.ToString(), Assert.Single(waiting), StringComparison.Ordinal);
        Assert.Equal(9, PoisonedConsumer.Attempts); // The first, and eight more.
        Assert.Equal(1, Counted(broker, "fault-poisoned"));
    }

    [Fact]
    public async Task Bytes_that_are_no_message_wait_in_the_error_queue_and_are_counted_once()
    {
        var (database, broker) = (await Servers.CreateDatabaseAsync(), await Servers.CreateBrokerAsync());
        await using var node = await Node.StartAsync(database, broker, bus => bus.AddConsumer<RecordEffectConsumer>());
        await Node.EffectAsync(database, await Node.WriteAsync(database, Guid.NewGuid()));

        await Node.ManageAsync(HttpMethod.Post, $"exchanges/{Vhost(broker)}/fault-record-effect/publish", """{"properties":{"content_type":"application/vnd.masstransit+json"},"routing_key":"","payload":"{ this is no JSON","payload_encoding":"string"}""");
        var waiting = await DeadAsync(broker, "fault-record-effect_error", TimeSpan.FromSeconds(30));

        Assert.Equal(["{ this is no JSON"], waiting);
        Assert.Equal(1, Counted(broker, "fault-record-effect"));
    }

    [Fact]
    public async Task Every_queue_is_a_quorum_queue_that_drops_nothing()
    {
        var (database, broker) = (await Servers.CreateDatabaseAsync(), await Servers.CreateBrokerAsync());
        await using var node = await Node.StartAsync(database, broker, bus => bus.AddConsumer<RecordEffectConsumer>());
        await Node.EffectAsync(database, await Node.WriteAsync(database, Guid.NewGuid()));

        using var queues = JsonDocument.Parse(await Node.ManageAsync(HttpMethod.Get, $"queues/{Vhost(broker)}"));
        var durable = queues.RootElement.EnumerateArray().Where(queue => queue.GetProperty("durable").GetBoolean()).ToList();
        Assert.Equal(["fault-record-effect"], durable.Select(queue => queue.GetProperty("name").GetString()));
        Assert.All(durable, queue =>
        {
            Assert.Equal("quorum", queue.GetProperty("arguments").GetProperty("x-queue-type").GetString());
            Assert.Equal(int.MaxValue, queue.GetProperty("arguments").GetProperty("x-delivery-limit").GetInt32());
        });
    }

    public void Dispose() => listener.Dispose();

    private static string Vhost(string broker) => new Uri(broker).AbsolutePath.Trim('/');

    private static async Task<IReadOnlyList<string>> DeadAsync(string broker, string queue, TimeSpan deadline) => await Eventually.Get(async () =>
    {
        using var messages = JsonDocument.Parse(await Node.ManageAsync(HttpMethod.Post, $"queues/{Vhost(broker)}/{queue}/get", """{"count":100,"ackmode":"ack_requeue_true","encoding":"auto"}"""));
        var payloads = messages.RootElement.EnumerateArray().Select(message => message.GetProperty("payload").GetString()!).ToList();
        return payloads.Count > 0 ? payloads : null;
    }, $"a message in {queue}", deadline);

    private int Counted(string broker, string queue)
    {
        lock (counted)
        {
            return counted.Count(name => name == $"{Vhost(broker)}/{queue}");
        }
    }
}

/// <summary>Fails every time.</summary>
public sealed class PoisonedConsumer : IConsumer<FactWritten>
{
    private static int attempts;

    public static int Attempts => attempts;

    public Task Consume(ConsumeContext<FactWritten> context)
    {
        Interlocked.Increment(ref attempts);
        throw new InvalidOperationException("poison");
    }
}
