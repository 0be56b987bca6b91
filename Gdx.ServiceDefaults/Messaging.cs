using System.Diagnostics.Metrics;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Gdx.ServiceDefaults;

/// <summary>RabbitMQ through MassTransit: quorum queues with the service's prefix, publisher confirms, the outbox, retries, and <c>_error</c> queues that are counted.</summary>
public static class Messaging
{
    /// <summary>Adds the bus over the connection string <c>messaging</c> and the dispatcher of the outbox of <typeparamref name="TDb"/>. Consumers are added by name.</summary>
    public static WebApplicationBuilder AddMessaging<TDb>(this WebApplicationBuilder builder, Action<IRegistrationConfigurator>? consumers = null)
        where TDb : DbContext
    {
        var address = new Uri(builder.Configuration.GetConnectionString("messaging")
            ?? throw new InvalidOperationException("Setting ConnectionStrings:messaging is missing: the address of RabbitMQ (amqp://user:password@host:port/vhost)."));
        var prefix = builder.Services.Select(service => service.ImplementationInstance).OfType<ServiceIdentity>().Single().Name;
        builder.Services.AddHostedService<OutboxDispatcher<TDb>>();
        builder.Services.AddReceiveObserver<DeadLetterCount>();
        builder.Services.AddOptions<MassTransitHostOptions>().Configure(host =>
        {
            host.WaitUntilStarted = false; // The broker may be late; health says so until it is there.
            host.StopTimeout = TimeSpan.FromSeconds(5); // The host is given 10 s to stop everything.
        });
        builder.Services.AddMassTransit(bus =>
        {
            // Without the broker a service still answers and its facts wait in the outbox: degraded, not out of order.
            bus.ConfigureHealthCheckOptions(health => health.MinimalFailureStatus = HealthStatus.Degraded);
            bus.SetEndpointNameFormatter(new KebabCaseEndpointNameFormatter(prefix, includeNamespace: false));
            consumers?.Invoke(bus);
            bus.UsingRabbitMq((context, rabbit) =>
            {
                rabbit.Host(address, host => host.PublisherConfirmation = true);
                rabbit.PrefetchCount = 16; // Enough to hide the broker's round trip, few enough to share among replicas.
                // A consumer that fails is tried again over about a minute, which outlasts a restart of the database; then the message goes to _error.
                rabbit.UseMessageRetry(retry => retry.Exponential(8, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(20), TimeSpan.FromMilliseconds(400)));
                rabbit.ConfigureEndpoints(context);
            });
            bus.AddConfigureEndpointsCallback((_, endpoint) =>
            {
                if (endpoint is IRabbitMqReceiveEndpointConfigurator rabbit)
                {
                    rabbit.SetQuorumQueue();
                    // From RabbitMQ 4.0 on a message that was under way in 20 crashes is dropped in silence; a crash loop must lose nothing.
                    rabbit.SetQueueArgument("x-delivery-limit", int.MaxValue);
                }
            });
        });
        return builder;
    }
}

/// <summary>Counts messages that a consumer gave up on; they wait in the queue's <c>_error</c> queue.</summary>
internal sealed class DeadLetterCount : IReceiveObserver
{
    private static readonly Counter<long> DeadLetters = new Meter("Gdx.Messaging").CreateCounter<long>("gdx.messaging.dead_letters", "{message}", "Messages moved to an _error queue.");

    public Task PreReceive(ReceiveContext context) => Task.CompletedTask;

    public Task PostReceive(ReceiveContext context) => Task.CompletedTask;

    public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType)
        where T : class => Task.CompletedTask;

    public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception)
        where T : class => Count(context.ReceiveContext);

    // Bytes that no consumer could read go to _error as well.
    public Task ReceiveFault(ReceiveContext context, Exception exception) => Count(context);

    private static Task Count(ReceiveContext context)
    {
        DeadLetters.Add(1, new KeyValuePair<string, object?>("queue", context.InputAddress.AbsolutePath.Trim('/')));
        return Task.CompletedTask;
    }
}
