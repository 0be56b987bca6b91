using Gdx.TestEnvironment;

namespace Gdx.Entitlement.Tests;

/// <summary>Every route of the running service × everybody who may knock.</summary>
public sealed class DoorTests(EntitlementApp app)
{
    private const Who GrantDeciders = Who.Operator | Who.DataOwner | Who.Admin;
    private const Who GrantReaders = GrantDeciders | Who.Auditor | Who.SuperUser | Who.Officer;

    private static readonly Dictionary<string, Who> Doors = new()
    {
        ["/gdx.entitlement.v1.Permissions/Record"] = Who.Operator,
        ["/gdx.entitlement.v1.Permissions/Confirm"] = Who.Operator,
        ["/gdx.entitlement.v1.Permissions/Get"] = Who.Operator,
        ["/gdx.entitlement.v1.Grants/Get"] = GrantReaders,
        ["/gdx.entitlement.v1.Grants/Find"] = GrantReaders,
        ["/gdx.entitlement.v1.Grants/Revoke"] = GrantDeciders,
        ["/gdx.entitlement.v1.Grants/Suspend"] = GrantDeciders,
        ["/gdx.entitlement.v1.Grants/Resume"] = GrantDeciders,
        ["/gdx.entitlement.v1.Grants/Recertify"] = GrantDeciders,
        ["/gdx.entitlement.v1.Grants/Watch"] = Who.LinkageAdapter,
        ["/gdx.entitlement.v1.OfficerGroups/Save"] = Who.SuperUser | Who.Admin,
        ["/gdx.entitlement.v1.OfficerGroups/AddOfficers"] = Who.SuperUser | Who.Admin,
        ["/gdx.entitlement.v1.OfficerGroups/RemoveOfficers"] = Who.SuperUser | Who.Admin,
        ["/gdx.entitlement.v1.OfficerGroups/Dissolve"] = Who.SuperUser | Who.Admin,
        ["/gdx.entitlement.v1.OfficerGroups/RaiseLimit"] = Who.Operator,
        ["/gdx.entitlement.v1.OfficerGroups/Get"] = Who.SuperUser | Who.Admin | Who.Operator | Who.Auditor,
        ["/gdx.entitlement.v1.OfficerGroups/Find"] = Who.SuperUser | Who.Admin | Who.Operator | Who.Auditor,
        ["/gdx.entitlement.v1.OfficerGroups/Import"] = Who.SuperUser | Who.Admin,
        ["/gdx.entitlement.v1.Procedures/Get"] = Who.SignedIn | Who.Services,
        ["/gdx.entitlement.v1.Procedures/Find"] = Who.SignedIn | Who.Services,
        ["/gdx.entitlement.v1.Requests/Save"] = Who.Admin | Who.Officer,
        ["/gdx.entitlement.v1.Requests/Get"] = Who.Admin | Who.Officer | Who.SuperUser | Who.DataOwner | Who.Operator | Who.Auditor,
        ["/gdx.entitlement.v1.Requests/Find"] = Who.Admin | Who.Officer | Who.SuperUser | Who.DataOwner | Who.Operator | Who.Auditor,
        ["/gdx.entitlement.v1.Requests/Submit"] = Who.Admin | Who.Officer,
        ["/gdx.entitlement.v1.Requests/Narrow"] = Who.Admin | Who.Officer,
        ["/gdx.entitlement.v1.Requests/Withdraw"] = Who.Admin | Who.Officer,
        ["/gdx.entitlement.v1.Requests/CompleteStep"] = Who.Admin | Who.Officer | Who.SuperUser | Who.DataOwner | Who.Operator,
        ["/gdx.entitlement.v1.Requests/Decide"] = Who.Admin | Who.DataOwner | Who.Operator,
        ["/gdx.entitlement.v1.Requests/Return"] = Who.Admin | Who.DataOwner | Who.Operator,
        ["/gdx.entitlement.v1.Requests/AttachLetter"] = Who.Admin | Who.Officer | Who.SuperUser | Who.DataOwner | Who.Operator,
        ["/gdx.entitlement.v1.Requests/GetLetter"] = Who.Admin | Who.Officer | Who.SuperUser | Who.DataOwner | Who.Operator | Who.Auditor,
        ["/gdx.entitlement.v1.Decisions/Explain"] = Who.Operator | Who.Admin | Who.SuperUser | Who.Officer,
        ["/gdx.entitlement.v1.Decisions/Preview"] = Who.Operator,
        ["GET /alive"] = Who.Everyone,
        ["GET /health"] = Who.Everyone,
    };

    [Fact]
    public async Task Only_those_enter_who_may() => Assert.Empty(await Knock.SurprisesAsync(
        app.Services, Doors, _ => app.CreateDefaultClient(), who => who == Who.Anonymous ? null : app.AsMember(Guid.NewGuid(), Guid.NewGuid(), [.. Knock.RolesOf(who)]).GetValue("authorization")));

    [Theory]
    [InlineData("Operator")]
    [InlineData("operator ")]
    [InlineData("service")]
    public async Task A_role_that_is_written_otherwise_opens_nothing(string role)
    {
        using var http = app.CreateDefaultClient();
        // How to get data is told to every service, whichever it is.
        foreach (var route in Doors.Where(door => !door.Value.HasFlag(Who.Anonymous) && !(role == "service" && door.Value.HasFlag(Who.Services))).Select(door => door.Key))
        {
            Assert.Equal(Knock.Denied, await Knock.AtAsync(http, route, app.As(Guid.NewGuid(), role).GetValue("authorization")));
        }
    }

    [Fact]
    public async Task A_token_that_no_issuer_signed_opens_nothing()
    {
        using var http = app.CreateDefaultClient();
        foreach (var route in Doors.Where(door => !door.Value.HasFlag(Who.Anonymous)).Select(door => door.Key))
        {
            Assert.Equal(Knock.Unauthenticated, await Knock.AtAsync(http, route, "Bearer eyJhbGciOiJub25lIn0.eyJyb2xlIjoib3BlcmF0b3IifQ."));
        }
    }
}
