using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.Notification.Contracts.V1;
using Gdx.TestEnvironment;

namespace Gdx.Notification.Tests;

public sealed class MetricsTests
{
    [Fact]
    public async Task Attempts_are_counted_and_what_is_parked_can_be_seen()
    {
        var seen = new ConcurrentBag<(string Instrument, long Value, string Tags)>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, self) => { if (instrument.Meter.Name == "Gdx.Notification") { self.EnableMeasurementEvents(instrument); } } };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => seen.Add((instrument.Name, value, Join(tags))));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => seen.Add((instrument.Name, value, Join(tags))));
        listener.Start();
        await using var smtp = new ScriptedSmtp { Reply = step => Task.FromResult(step == "RCPT" ? "550 5.1.1 no such user" : null) };
        await using var receiver = await Receiver.StartAsync();
        await using var app = new NotificationApp { Settings = { ["Gdx:Smtp"] = smtp.Address } };
        await app.InitializeAsync();
        var (agency, closed) = (Guid.NewGuid(), Guid.NewGuid());
        await app.Webhooks().RegisterAsync(new() { Url = receiver.Url, Kinds = { "agency-reinstated" } }, app.AsMember(agency, Roles.OrganizationAdmin));
        app.Identity.Concerns(NoticeKind.AgencyReinstated, closed, agency, FakeIdentity.Person(Audience.OrganizationAdmin));

        await app.TellAsync(new AgencyReinstated { AgencyId = closed, At = DateTimeOffset.UtcNow, By = Guid.NewGuid() });
        await app.DeliveryAsync(closed, DeliveryState.Parked);

        await Eventually.True(() => seen.Contains(("gdx.notification.mails", 1, "outcome=parked template=agency-reinstated")), "the mail to be counted");
        await Eventually.True(() => seen.Contains(("gdx.notification.webhooks", 1, "kind=agency-reinstated outcome=sent")), "the call to be counted");
        await Eventually.True(() => seen.Contains(("gdx.notification.parked", 1, "what=mail")), "the parked mail on the gauge");
    }

    private static string Join(ReadOnlySpan<KeyValuePair<string, object?>> tags) => string.Join(' ', tags.ToArray().OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => $"{tag.Key}={tag.Value}"));
}
