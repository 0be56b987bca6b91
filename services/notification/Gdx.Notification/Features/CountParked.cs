using System.Diagnostics.Metrics;
using Gdx.Notification.Data;
using Gdx.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Notification.Features;

/// <summary>The gauge gdx.notification.parked: facts, mails and webhook deliveries that wait for a person to look.</summary>
public sealed class CountParked(IServiceScopeFactory scopes, SchemaState schema, ILogger<CountParked> log) : RepeatedWork(log)
{
    private static readonly Gauge<int> Parked = new Meter("Gdx.Notification").CreateGauge<int>("gdx.notification.parked", "{item}", "What was given up and waits for a person to look, by what it is.");

    protected override async Task<bool> RoundAsync(CancellationToken ct)
    {
        await schema.Ready.WaitAsync(ct);
        await using (var scope = scopes.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<NotificationDb>();
            Parked.Record(await db.Facts.CountAsync(fact => fact.State == FactState.Parked, ct), new KeyValuePair<string, object?>("what", "fact"));
            Parked.Record(await db.Deliveries.CountAsync(delivery => delivery.State == DeliveryState.Parked, ct), new KeyValuePair<string, object?>("what", "mail"));
            Parked.Record(await db.WebhookDeliveries.CountAsync(delivery => delivery.State == DeliveryState.Parked, ct), new KeyValuePair<string, object?>("what", "webhook"));
        }

        await Task.Delay(TimeSpan.FromSeconds(5), ct); // As often as metrics are collected; three counts over an index.
        return true;
    }
}
