using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.Notification.Contracts.V1;
using Gdx.TestEnvironment;
using Google.Protobuf;

namespace Gdx.Notification.Tests;

/// <summary>Every route of the running service × everybody who may knock, and what each may ask for that is another agency's or another person's.</summary>
public sealed class DoorTests(NotificationApp app) : IClassFixture<NotificationApp>
{
    private const Who Keepers = Who.Admin | Who.TechnicalContact;

    /// <summary>Things of somebody else: an agency's webhook with what was sent to it, and a person's message.</summary>
    private sealed record Others(string Agency, string Webhook, string Delivery, string Message);

    /// <summary>Who may enter; where the request names a thing, one that is somebody else's.</summary>
    private sealed record Door(Who Allowed, Func<Others, IMessage>? Foreign = null);

    private static readonly Dictionary<string, Door> Doors = new()
    {
        ["/gdx.notification.v1.Deliveries/Find"] = new(Who.Operator),
        ["/gdx.notification.v1.Deliveries/Resend"] = new(Who.Operator),
        ["/gdx.notification.v1.Deliveries/FindFacts"] = new(Who.Operator),
        ["/gdx.notification.v1.Deliveries/RetryFact"] = new(Who.Operator),
        ["/gdx.notification.v1.Inbox/List"] = new(Who.SignedIn),
        ["/gdx.notification.v1.Inbox/UnreadCount"] = new(Who.SignedIn),
        ["/gdx.notification.v1.Inbox/MarkRead"] = new(Who.SignedIn, other => new MarkReadRequest { Ids = { other.Message } }),
        ["/gdx.notification.v1.Inbox/MarkAllRead"] = new(Who.SignedIn, other => new MarkAllReadRequest { UpToId = other.Message }),
        ["/gdx.notification.v1.Webhooks/Register"] = new(Keepers),
        ["/gdx.notification.v1.Webhooks/List"] = new(Keepers | Who.Operator, other => new ListWebhooksRequest { AgencyId = other.Agency }),
        ["/gdx.notification.v1.Webhooks/Remove"] = new(Keepers, other => new RemoveWebhookRequest { WebhookId = other.Webhook }),
        ["/gdx.notification.v1.Webhooks/RotateSecret"] = new(Keepers, other => new RotateWebhookSecretRequest { WebhookId = other.Webhook }),
        ["/gdx.notification.v1.Webhooks/FindDeliveries"] = new(Keepers | Who.Operator, other => new FindWebhookDeliveriesRequest { WebhookId = other.Webhook }),
        ["/gdx.notification.v1.Webhooks/Replay"] = new(Keepers, other => new ReplayWebhookDeliveryRequest { DeliveryId = other.Delivery }),
        ["GET /templates"] = new(Who.Everyone), // In development only: samples.
        ["GET /templates/{name}"] = new(Who.Everyone),
        ["GET /alive"] = new(Who.Everyone),
        ["GET /health"] = new(Who.Everyone),
    };

    public static TheoryData<string> NamingRoutes => [.. Doors.Where(door => door.Value.Foreign is not null).Select(door => door.Key)];

    [Fact]
    public async Task Only_those_enter_who_may() => Assert.Empty(await Knock.SurprisesAsync(
        app.Services, Doors.ToDictionary(door => door.Key, door => door.Value.Allowed), _ => app.CreateDefaultClient(), Authorization));

    [Fact]
    public void Every_door_at_which_something_can_be_named_says_what_is_somebody_elses()
    {
        var naming = new[] { NotificationReflection.Descriptor, InboxReflection.Descriptor, WebhooksReflection.Descriptor }.SelectMany(file => file.Services).SelectMany(service => service.Methods)
            .Where(method => method.InputType.Fields.InDeclarationOrder().Any(field => field.Name.EndsWith("_id", StringComparison.Ordinal) || field.Name == "ids"))
            .Select(method => $"/{method.Service.FullName}/{method.Name}");

        Assert.Equal(naming.Where(route => Doors[route].Allowed != Who.Operator).Order(), Doors.Where(door => door.Value.Foreign is not null).Select(door => door.Key).Order());
    }

    [Theory]
    [MemberData(nameof(NamingRoutes))]
    public async Task Nobody_sees_or_touches_what_is_another_agencys_or_another_persons(string route)
    {
        var door = Doors[route];
        var others = await OthersAsync();
        var before = await RowsAsync(others);
        using var http = app.CreateDefaultClient();
        foreach (var caller in Knock.Callers.Where(caller => door.Allowed.HasFlag(caller) && caller != Who.Operator))
        {
            var outcome = await Knock.AtAsync(http, route, Authorization(caller), door.Foreign!(others).ToByteArray());

            // Messages of others are passed over, so that nobody learns whether there is one.
            Assert.True(outcome is Knock.Denied or Knock.Unknown || (outcome == Knock.LetIn && route.Contains("Inbox", StringComparison.Ordinal)), $"{route} as {caller} of elsewhere: {outcome}");
        }

        Assert.Equal(before, await RowsAsync(others));
    }

    private async Task<Others> OthersAsync()
    {
        await using var receiver = await Receiver.StartAsync();
        var (agency, person, membership) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        var webhook = (await app.Webhooks().RegisterAsync(new() { Url = receiver.Url, Kinds = { "membership-requested" } }, app.AsMember(agency, Roles.OrganizationAdmin))).Webhook.Id;
        app.Identity.Concerns(NoticeKind.MembershipRequested, membership, agency, FakeIdentity.Person(Audience.OrganizationAdmin, person));
        await app.TellAsync(new MembershipRequested { MembershipId = membership, AgencyId = agency, PersonId = Guid.NewGuid(), At = DateTimeOffset.UtcNow });
        var message = await Eventually.Get(async () => (await app.Inbox().ListAsync(new(), app.AsPerson(person))).Messages.SingleOrDefault(), "the message");
        var delivery = await Eventually.Get(async () => (await app.Webhooks().FindDeliveriesAsync(new() { WebhookId = webhook, State = DeliveryState.Sent }, app.AsMember(agency, Roles.OrganizationAdmin))).Deliveries.SingleOrDefault(), "the call");
        return new(agency.ToString(), webhook, delivery.Id, message.Id);
    }

    private async Task<string> RowsAsync(Others others) => await app.SqlAsync<string>($"""
        SELECT (SELECT i::text FROM inbox i WHERE id = '{others.Message}') || (SELECT w::text FROM webhooks w WHERE id = '{others.Webhook}') || (SELECT d::text FROM webhook_deliveries d WHERE id = '{others.Delivery}')
        """);

    private string? Authorization(Who who) => who == Who.Anonymous ? null
        : (Who.Services.HasFlag(who) ? app.As([.. Knock.RolesOf(who)]) : app.AsMember(Guid.NewGuid(), [.. Knock.RolesOf(who)])).GetValue("authorization");
}
