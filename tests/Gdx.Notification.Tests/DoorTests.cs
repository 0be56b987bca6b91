using Gdx.TestEnvironment;

namespace Gdx.Notification.Tests;

/// <summary>Every route of the running service × everybody who may knock.</summary>
public sealed class DoorTests(NotificationApp app) : IClassFixture<NotificationApp>
{
    private const Who Keepers = Who.Admin | Who.TechnicalContact;

    private static readonly Dictionary<string, Who> Doors = new()
    {
        ["/gdx.notification.v1.Deliveries/Find"] = Who.Operator,
        ["/gdx.notification.v1.Deliveries/Resend"] = Who.Operator,
        ["/gdx.notification.v1.Inbox/List"] = Who.SignedIn,
        ["/gdx.notification.v1.Inbox/UnreadCount"] = Who.SignedIn,
        ["/gdx.notification.v1.Inbox/MarkRead"] = Who.SignedIn,
        ["/gdx.notification.v1.Inbox/MarkAllRead"] = Who.SignedIn,
        ["/gdx.notification.v1.Webhooks/Register"] = Keepers,
        ["/gdx.notification.v1.Webhooks/List"] = Keepers | Who.Operator,
        ["/gdx.notification.v1.Webhooks/Remove"] = Keepers,
        ["/gdx.notification.v1.Webhooks/RotateSecret"] = Keepers,
        ["/gdx.notification.v1.Webhooks/FindDeliveries"] = Keepers | Who.Operator,
        ["/gdx.notification.v1.Webhooks/Replay"] = Keepers,
        ["GET /templates"] = Who.Everyone, // In development only: samples.
        ["GET /templates/{name}"] = Who.Everyone,
        ["GET /alive"] = Who.Everyone,
        ["GET /health"] = Who.Everyone,
    };

    [Fact]
    public async Task Only_those_enter_who_may() => Assert.Empty(await Knock.SurprisesAsync(
        app.Services, Doors, _ => app.CreateDefaultClient(), Authorization));

    private string? Authorization(Who who) => who == Who.Anonymous ? null
        : (Who.Services.HasFlag(who) ? app.As([.. Knock.RolesOf(who)]) : app.AsMember(Guid.NewGuid(), [.. Knock.RolesOf(who)])).GetValue("authorization");
}
