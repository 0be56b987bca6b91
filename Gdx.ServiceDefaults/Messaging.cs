using MassTransit;

namespace Gdx.ServiceDefaults;

/// <summary>RabbitMQ through MassTransit: quorum queues with the service's prefix, publisher confirms, the outbox, retries, and <c>_error</c> queues that are counted.</summary>
public static class Messaging
{
    private const int SideBySide = 16; // Enough to hide the broker's and the database's round trips.
    private static readonly Counter<long> DeadLetters = new Meter("Gdx.Messaging").CreateCounter<long>("gdx.messaging.dead_letters", "{message}", "Messages moved to an _error queue.");

    /// <summary>Adds the bus over the connection string <c>messaging</c> and the dispatcher of the outbox of <typeparamref name="TDb"/>. Consumers are added by name.</summary>
    public static WebApplicationBuilder AddMessaging<TDb>(this WebApplicationBuilder builder, Action<IRegistrationConfigurator>? consumers = null) where TDb : DbContext
    {
        var address = new Uri(builder.Configuration.GetConnectionString("messaging")
            ?? throw new InvalidOperationException("Setting ConnectionStrings:messaging is missing: the address of RabbitMQ (amqp://user:password@host:port/vhost)."));
        var prefix = builder.Services.Select(service => service.ImplementationInstance).OfType<ServiceIdentity>().Single().Name;
        builder.Services.AddHostedService<OutboxDispatcher<TDb>>();
        // The broker may be late; health says so until it is there. Stopping takes less than the host gives everything together.
        builder.Services.Configure<MassTransitHostOptions>(host => (host.WaitUntilStarted, host.StopTimeout) = (false, TimeSpan.FromSeconds(3)));
        builder.Services.AddMassTransit(bus =>
        {
            // Without the broker a service still answers and its facts wait in the outbox: degraded, not out of order.
            bus.ConfigureHealthCheckOptions(health => health.MinimalFailureStatus = HealthStatus.Degraded);
            bus.SetEndpointNameFormatter(new KebabCaseEndpointNameFormatter(prefix, includeNamespace: false));
            consumers?.Invoke(bus);
            bus.UsingRabbitMq((context, rabbit) => { rabbit.Host(address, host => host.PublisherConfirmation = true); rabbit.PrefetchCount = SideBySide; rabbit.ConfigureEndpoints(context); });
            bus.AddConfigureEndpointsCallback((_, endpoint) => Configure((IRabbitMqReceiveEndpointConfigurator)endpoint));
        });
        return builder;
    }

    private static void Configure(IRabbitMqReceiveEndpointConfigurator endpoint)
    {
        endpoint.SetQuorumQueue();
        // From RabbitMQ 4.0 on a message that was under way in 20 crashes is dropped in silence; a crash loop must lose nothing.
        endpoint.SetQueueArgument("x-delivery-limit", int.MaxValue);
        // One replica consumes one aggregate's facts in turn. Several replicas share a queue, so a consumer that minds goes by the fact's revision.
        // (A single active consumer would order them too, but its _error queue could not be looked into: RabbitMQ refuses basic.get there.)
        endpoint.UsePartitioner(SideBySide, context => context.Headers.Get<string>(Outbox.AggregateHeader) ?? $"{context.MessageId}");
        // While the database is away a message waits for it; it is not the message's fault.
        endpoint.UseMessageRetry(retry => retry.Interval(10_000, TimeSpan.FromSeconds(2)).Handle<Exception>(Database.IsAway));
        // A consumer that fails is tried again over about a minute; then the message goes to _error.
        endpoint.UseMessageRetry(retry => retry.Exponential(8, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(20), TimeSpan.FromMilliseconds(400)).Ignore<Exception>(Database.IsAway));
        // Whatever is given up, by a consumer or because it cannot be read, is counted and waits in the queue's _error queue.
        endpoint.ConfigureError(error => { error.UseExecute(given => DeadLetters.Add(1, new KeyValuePair<string, object?>("queue", given.InputAddress.AbsolutePath.Trim('/')))); error.UseFilter(new MassTransit.Middleware.ErrorTransportFilter()); });
    }
}
