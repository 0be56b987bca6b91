using Gdx.TestEnvironment;

namespace Gdx.LinkageAdapter.Tests;

/// <summary>Every route of the running service × everybody who may knock. The legacy wire has callers, refusals and tests of its own.</summary>
public sealed class DoorTests(World world)
{
    private static readonly Dictionary<string, Who> Doors = new()
    {
        ["/gdx.linkage_adapter.v1.SourceAccounts/Configure"] = Who.Operator | Who.Admin,
        ["/gdx.linkage_adapter.v1.SourceAccounts/Get"] = Who.Operator,
        ["/gdx.linkage_adapter.v1.Evidence/Recent"] = Who.Entitlement,
        ["GET /v1/evidence"] = Who.Operator | Who.Auditor,
        ["GET /alive"] = Who.Everyone,
        ["GET /health"] = Who.Everyone,
    };

    private static readonly string[] LegacyWire = ["GET /ws/auth/validate", "GET /ws/dopa/linkage/v1/link", "GET /ws/{**rest}"];

    [Fact]
    public async Task Only_those_enter_who_may() => Assert.Empty(await Knock.SurprisesAsync(
        world.App.Services,
        Doors,
        route => new HttpClient { BaseAddress = route[0] == '/' ? world.App.Grpc : world.App.Api },
        who => who == Who.Anonymous ? null : $"Bearer {world.App.Token([.. Knock.RolesOf(who)])}",
        LegacyWire));
}
