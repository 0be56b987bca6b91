using System.Collections.Concurrent;
using System.Diagnostics;
using Gdx.FaultProgram;
using MassTransit;
using Servers = Gdx.TestEnvironment.TestEnvironment;

namespace Gdx.ServiceDefaults.Tests;

public sealed class OutboxTests
{
    [Fact]
    public async Task Four_dispatchers_side_by_side_keep_the_order_of_each_aggregate_and_send_nothing_twice()
    {
        var (database, broker) = (await Servers.CreateDatabaseAsync(), await Servers.CreateBrokerAsync());
        var observer = await Node.ObserveAsync(broker);
        await using var first = await Node.StartAsync(database, broker);
        await using var second = await Node.StartAsync(database, broker);
        await using var third = await Node.StartAsync(database, broker);
        await using var fourth = await Node.StartAsync(database, broker);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            var aggregate = Guid.NewGuid();
            for (var sequence = 1; sequence <= 25; sequence++)
            {
                await Node.WriteAsync(database, aggregate, sequence);
            }
        }));
        await Node.OutboxIsEmptyAsync(database);

        var heard = await Node.TakeAsync(observer);
        Assert.Equal(8 * 25, heard.Count);
        Assert.All(heard.GroupBy(fact => fact.Aggregate), facts => Assert.Equal(Enumerable.Range(1, 25).Select(n => (long)n), facts.Select(fact => fact.Sequence)));
    }

    [Fact]
    public async Task What_is_rolled_back_is_never_told()
    {
        var (database, broker) = (await Servers.CreateDatabaseAsync(), await Servers.CreateBrokerAsync());
        var observer = await Node.ObserveAsync(broker);
        await using var node = await Node.StartAsync(database, broker);
        var aggregate = Guid.NewGuid();

        await Node.WriteAsync(database, aggregate, commit: false);
        var committed = await Node.WriteAsync(database, aggregate);
        await Node.OutboxIsEmptyAsync(database);

        Assert.Equal([committed], (await Node.TakeAsync(observer)).Select(fact => fact.FactId));
    }

    [Fact]
    public async Task A_row_of_another_process_is_sent_at_once()
    {
        var (database, broker) = (await Servers.CreateDatabaseAsync(), await Servers.CreateBrokerAsync());
        await using var node = await Node.StartAsync(database, broker);
        await Node.WriteAsync(database, Guid.NewGuid());
        await Node.OutboxIsEmptyAsync(database);

        var clock = Stopwatch.StartNew();
        for (var i = 0; i < 5; i++)
        {
            await Node.WriteAsync(database, Guid.NewGuid());
            await Node.OutboxIsEmptyAsync(database);
        }

        // Without being woken the dispatcher looks every 5 s, which would make 25 s.
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(12), $"Five messages took {clock.Elapsed}.");
    }

    [Fact]
    public async Task The_consumer_works_in_the_trace_of_the_change()
    {
        var (database, broker) = (await Servers.CreateDatabaseAsync(), await Servers.CreateBrokerAsync());
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "MassTransit" or "Gdx.Outbox" or "test.outbox",
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        await using var node = await Node.StartAsync(database, broker, bus => bus.AddConsumer<TraceConsumer>());
        using var source = new ActivitySource("test.outbox");
        using var change = source.StartActivity("change")!;

        var fact = await Node.WriteAsync(database, Guid.NewGuid());

        await TestEnvironment.Eventually.True(() => TraceConsumer.Traces.ContainsKey(fact), "the message");
        Assert.Equal(change.TraceId, TraceConsumer.Traces[fact]);
    }

    [Fact]
    public async Task A_broker_that_comes_late_gets_what_was_written_before()
    {
        var (database, broker) = (await Servers.CreateDatabaseAsync(), new Uri(await Servers.CreateBrokerAsync()));
        var isThere = false;
        await using var proxy = new FaultProxy(FaultPoint.Broker, () => Volatile.Read(ref isThere) ? (broker.Host, broker.Port) : throw new System.Net.Sockets.SocketException(), new());
        await using var node = await Node.StartAsync(database, new UriBuilder(broker) { Host = "127.0.0.1", Port = proxy.Port }.Uri.AbsoluteUri, bus => bus.AddConsumer<RecordEffectConsumer>());

        var fact = await Node.WriteAsync(database, Guid.NewGuid());
        await TestEnvironment.Eventually.True(() => proxy.Refused > 1, "attempts to reach the broker");
        Volatile.Write(ref isThere, true);

        await Node.EffectAsync(database, fact);
    }
}

/// <summary>Notes in which trace each fact arrived.</summary>
public sealed class TraceConsumer : IConsumer<FactWritten>
{
    public static ConcurrentDictionary<Guid, ActivityTraceId> Traces { get; } = [];

    public Task Consume(ConsumeContext<FactWritten> context)
    {
        Traces[context.Message.FactId] = Activity.Current!.TraceId;
        return Task.CompletedTask;
    }
}
