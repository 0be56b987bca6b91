using Gdx.TestEnvironment;

namespace Gdx.Notification.Tests;

/// <summary>Every route of the running service × everybody who may knock.</summary>
public sealed class DoorTests(NotificationApp app) : IClassFixture<NotificationApp>
{
    private static readonly Dictionary<string, Who> Doors = new()
    {
        ["/gdx.notification.v1.Deliveries/Find"] = Who.Operator,
        ["GET /alive"] = Who.Everyone,
        ["GET /health"] = Who.Everyone,
    };

    [Fact]
    public async Task Only_those_enter_who_may() => Assert.Empty(await Knock.SurprisesAsync(
        app.Services, Doors, _ => app.CreateDefaultClient(), who => who == Who.Anonymous ? null : app.As([.. Knock.RolesOf(who)]).GetValue("authorization")));
}
