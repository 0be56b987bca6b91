using Gdx.TestEnvironment;
using Google.Protobuf;

namespace Gdx.Identity.Tests;

/// <summary>Every route of the running service × everybody who may knock.</summary>
public sealed class DoorTests(IdentityApp app) : IClassFixture<IdentityApp>
{
    public static TheoryData<string> Routes => [.. Doors.All.Select(door => door.Route)];

    [Fact]
    public void Every_route_of_the_running_service_is_in_the_table() => Assert.Equal(Knock.RoutesOf(app.Services), Doors.All.Select(door => door.Route).Order());

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Only_those_enter_who_may(string route)
    {
        var door = Doors.All.Single(one => one.Route == route);
        var agency = await SignedIn.AgencyAsync(app);
        using var http = app.CreateDefaultClient();
        foreach (var caller in Knock.Callers)
        {
            var (outcome, expected) = (await Knock.AtAsync(http, route, await TokenAsync(caller, agency)), Knock.Expected(door.Allowed, caller));
            Assert.True((outcome == Knock.Unknown ? Knock.LetIn : outcome) == expected, $"{route} as {caller}: {outcome}, expected: {expected}");
        }
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Nobody_reaches_into_another_agency(string route)
    {
        var door = Doors.All.Single(one => one.Route == route);
        var (own, other) = (await SignedIn.AgencyAsync(app), await SignedIn.AgencyAsync(app));
        using var http = app.CreateDefaultClient();
        foreach (var caller in Knock.Callers.Where(caller => door.Foreign is not null && door.Allowed.HasFlag(caller) && (Who.Members & ~(Who.Operator | Who.Auditor)).HasFlag(caller)))
        {
            var outcome = await Knock.AtAsync(http, route, await TokenAsync(caller, own), (await door.Foreign!(app, other)).ToByteArray());
            Assert.True(outcome is Knock.Denied or Knock.Unknown, $"{route} as {caller} of another agency: {outcome}");
        }
    }

    [Theory]
    [InlineData("Bearer nonsense")]
    [InlineData("Basic bWFrZXI6c2VjcmV0")]
    public async Task A_token_that_is_none_opens_nothing(string authorization)
    {
        using var http = app.CreateDefaultClient();
        foreach (var door in Doors.All.Where(door => !door.Allowed.HasFlag(Who.Anonymous)))
        {
            Assert.Equal(Knock.Unauthenticated, await Knock.AtAsync(http, door.Route, authorization));
        }
    }

    /// <summary>The Authorization header of a caller of this kind, in this agency where it is in one.</summary>
    private async Task<string?> TokenAsync(Who who, Guid agency) => who switch
    {
        Who.Anonymous => null,
        Who.LinkageAdapter => $"Bearer {await app.TokenAsync(IdentityApp.Adapter)}",
        Who.Notification => $"Bearer {await app.TokenAsync(IdentityApp.Mailer)}",
        Who.Entitlement => $"Bearer {await app.TokenAsync(IdentityApp.Entitlement)}",
        Who.ApiClient => $"Bearer {(await TestClient.TokenAsync(await (await TestClient.InAsync(app, agency)).AskAsync(app))).EncodedToken}",
        Who.Person => $"Bearer {(await SignedIn.AnyoneAsync(app)).Token}",
        _ => $"Bearer {(await SignedIn.AsAsync(app, agency, [.. Knock.RolesOf(who).Except([Contracts.Roles.Person])])).Token}",
    };
}
