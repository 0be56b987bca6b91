using Gdx.TestEnvironment;

namespace Gdx.Entitlement.Tests;

/// <summary>Every route of the running service × everybody who may knock.</summary>
public sealed class DoorTests(EntitlementApp app)
{
    private static readonly Dictionary<string, Who> Doors = new()
    {
        ["/gdx.entitlement.v1.Permissions/Record"] = Who.Operator,
        ["/gdx.entitlement.v1.Permissions/Confirm"] = Who.Operator,
        ["/gdx.entitlement.v1.Permissions/Get"] = Who.Operator,
        ["/gdx.entitlement.v1.Grants/Get"] = Who.Operator,
        ["/gdx.entitlement.v1.Grants/Find"] = Who.Operator,
        ["/gdx.entitlement.v1.Grants/Revoke"] = Who.Operator,
        ["/gdx.entitlement.v1.Grants/Watch"] = Who.LinkageAdapter,
        ["/gdx.entitlement.v1.Decisions/Explain"] = Who.Operator | Who.Admin | Who.SuperUser | Who.Officer,
        ["/gdx.entitlement.v1.Decisions/Preview"] = Who.Operator,
        ["GET /alive"] = Who.Everyone,
        ["GET /health"] = Who.Everyone,
    };

    [Fact]
    public async Task Only_those_enter_who_may() => Assert.Empty(await Knock.SurprisesAsync(
        app.Services, Doors, _ => app.CreateDefaultClient(), who => who == Who.Anonymous ? null : app.As(Guid.NewGuid(), [.. Knock.RolesOf(who)]).GetValue("authorization")));

    [Theory]
    [InlineData("Operator")]
    [InlineData("operator ")]
    [InlineData("service")]
    public async Task A_role_that_is_written_otherwise_opens_nothing(string role)
    {
        using var http = app.CreateDefaultClient();
        foreach (var route in Doors.Where(door => !door.Value.HasFlag(Who.Anonymous)).Select(door => door.Key))
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
