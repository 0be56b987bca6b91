using Gdx.Identity.Contracts.V1;
using Gdx.Notification.Contracts.V1;
using Gdx.TestEnvironment;

namespace Gdx.Notification.Tests;

/// <summary>Each with servers of its own, since it puts them out of order.</summary>
public sealed class OutageTests
{
    [Fact]
    public async Task A_mail_server_that_was_away_gets_the_mail_once_when_it_is_back()
    {
        await using var app = new NotificationApp();
        await app.InitializeAsync();
        app.Mails.RefuseWith = 451;
        var client = Guid.NewGuid();

        await TellAsync(app, client);
        await Eventually.True(async () => (await app.DeliveryAsync(client, DeliveryState.Waiting)).Attempts > 0, "a failed attempt");
        app.Mails.RefuseWith = null;

        var sent = await app.DeliveryAsync(client, DeliveryState.Sent);
        Assert.True(sent.Attempts > 1);
        Assert.Single(app.Mails.Find(FakeIdentity.ContactOf(client)));
    }

    [Fact]
    public async Task An_Identity_that_was_away_is_asked_again()
    {
        await using var app = new NotificationApp();
        await app.InitializeAsync();
        app.Identity.OutOfOrder = true;
        var client = Guid.NewGuid();

        await TellAsync(app, client);
        await Eventually.True(async () => await app.SqlAsync<long>($"SELECT count(*) FROM facts WHERE about_id = '{client}' AND attempts > 0 AND last_error = 'Identity: Unavailable'") == 1, "a failed attempt");
        app.Identity.OutOfOrder = false;
        await app.DeliveryAsync(client, DeliveryState.Sent);

        Assert.Single(app.Mails.Find(FakeIdentity.ContactOf(client)));
    }

    private static Task TellAsync(NotificationApp app, Guid client) =>
        app.TellAsync(new ApiClientCreated { ApiClientId = client, AgencyId = Guid.NewGuid(), ConsumerKey = client, CreatedAt = DateTimeOffset.UtcNow });
}
