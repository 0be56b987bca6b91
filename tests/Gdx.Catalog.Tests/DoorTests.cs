using Gdx.TestEnvironment;

namespace Gdx.Catalog.Tests;

/// <summary>Every route of the running service × everybody who may knock.</summary>
public sealed class DoorTests(CatalogApp app)
{
    private static readonly Dictionary<string, Who> Doors = new()
    {
        ["/gdx.catalog.v1.Datasets/Get"] = Who.Services | Who.Operator,
        ["/gdx.catalog.v1.Datasets/Find"] = Who.Services | Who.Operator,
        ["GET /alive"] = Who.Everyone,
        ["GET /health"] = Who.Everyone,
    };

    [Fact]
    public async Task Only_those_enter_who_may() => Assert.Empty(await Knock.SurprisesAsync(
        app.Services, Doors, _ => app.CreateDefaultClient(), who => who == Who.Anonymous ? null : app.As([.. Knock.RolesOf(who)]).GetValue("authorization")));
}
