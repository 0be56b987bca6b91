using System.Diagnostics;
using Gdx.Identity.Contracts.V1;
using Gdx.Notification.Contracts.V1;
using Gdx.TestEnvironment;
using Npgsql;

namespace Gdx.Notification.Tests;

public sealed class MailConsumerKeyTests(NotificationApp app) : IClassFixture<NotificationApp>
{
    private static ApiClientCreated Created(Guid client) => new() { ApiClientId = client, AgencyId = Guid.NewGuid(), ConsumerKey = client, CreatedAt = DateTimeOffset.UtcNow };

    [Fact]
    public async Task A_new_client_brings_its_contact_the_key_and_a_claim_link_in_Thai_and_English()
    {
        var client = Guid.NewGuid();

        await app.TellAsync(Created(client));
        await app.DeliveryAsync(client, DeliveryState.Sent);

        var mail = Assert.Single(app.Mails.Find(FakeIdentity.ContactOf(client)));
        Assert.Contains(client.ToString(), mail.Text!, StringComparison.Ordinal);
        Assert.Contains($"/claim?code={app.Identity.Codes[client]}", mail.Text!, StringComparison.Ordinal);
        Assert.Contains("01/12/2569 09:30", mail.Text!, StringComparison.Ordinal);
        Assert.Contains("until 1 December 2026 09:30 (Bangkok)", mail.Text!, StringComparison.Ordinal);
        Assert.Contains("กรม &lt;ตัวอย่าง&gt;", System.Net.WebUtility.HtmlDecode(mail.Html!).Replace("<ตัวอย่าง>", "&lt;ตัวอย่าง&gt;", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("<ตัวอย่าง>", mail.Html!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_that_comes_twice_makes_one_mail()
    {
        var client = Guid.NewGuid();
        var last = Guid.NewGuid();

        await app.TellAsync(Created(client));
        await app.DeliveryAsync(client, DeliveryState.Sent);
        await app.TellAsync(Created(client));
        await app.TellAsync(Created(last));
        await app.DeliveryAsync(last, DeliveryState.Sent);

        Assert.Single(app.Mails.Find(FakeIdentity.ContactOf(client)));
    }

    [Fact]
    public async Task Each_renewal_makes_a_mail_of_its_own()
    {
        var client = Guid.NewGuid();
        await app.TellAsync(Created(client));

        await app.TellAsync(new ApiClientRenewed { ApiClientId = client, AgencyId = Guid.NewGuid(), RenewalId = Guid.NewGuid(), RenewedAt = DateTimeOffset.UtcNow });

        await Eventually.True(() => app.Mails.Find(FakeIdentity.ContactOf(client)).Count == 2, "two mails");
    }

    [Fact]
    public async Task A_client_with_nothing_to_claim_gets_no_mail_and_is_not_tried_again()
    {
        var client = Guid.NewGuid();
        app.Identity.Gone[client] = true;

        await app.TellAsync(Created(client));
        var dropped = await app.DeliveryAsync(client, DeliveryState.Dropped);

        Assert.Equal(0, dropped.Attempts);
        Assert.Empty(app.Mails.Find(FakeIdentity.ContactOf(client)));
    }

    [Fact]
    public async Task The_mail_is_in_the_trace_of_what_caused_it()
    {
        var client = Guid.NewGuid();
        var mails = new System.Collections.Concurrent.ConcurrentBag<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Gdx.Notification" or "MassTransit" or "test",
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                if (activity.OperationName == "send mail")
                {
                    mails.Add(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        using var source = new ActivitySource("test");
        using var approval = source.StartActivity("approval")!;

        await app.TellAsync(Created(client));

        await Eventually.True(() => mails.Any(mail => mail.TraceId == approval.TraceId), "a mail in the trace of the approval");
    }

    [Fact]
    public async Task The_claim_link_and_the_address_are_kept_nowhere()
    {
        var client = Guid.NewGuid();

        await app.TellAsync(Created(client));
        await app.DeliveryAsync(client, DeliveryState.Sent);

        await using var connection = new NpgsqlConnection(app.ConnectionString);
        await connection.OpenAsync();
        await using var rows = new NpgsqlCommand("SELECT string_agg(d::text, ';') || coalesce((SELECT string_agg(o::text, ';') FROM outbox o), '') FROM deliveries d", connection);
        var tables = (string)(await rows.ExecuteScalarAsync())!;
        var logs = string.Join('\n', app.Logs);
        Assert.Contains(client.ToString(), tables, StringComparison.Ordinal);
        foreach (var canary in new[] { app.Identity.Codes[client], FakeIdentity.ContactOf(client) })
        {
            Assert.DoesNotContain(canary, tables, StringComparison.Ordinal);
            Assert.DoesNotContain(canary, logs, StringComparison.Ordinal);
        }
    }
}
