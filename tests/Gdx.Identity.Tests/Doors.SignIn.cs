using Gdx.TestEnvironment;

namespace Gdx.Identity.Tests;

public static partial class Doors
{
    private static IEnumerable<Door> SignIn =>
    [
        new("GET /connect/authorize", Who.Everyone),
        new("GET /connect/endsession", Who.Everyone),
        new("GET /connect/userinfo", Who.SignedIn),
        new("GET /signin", Who.Everyone),
        new("GET /callback/{provider}", Who.Everyone),
        new("GET /callback/{provider}/signed-out", Who.Everyone),
        new("GET /operator", Who.Everyone),
        new("GET /prove", Who.Everyone),
        new("/gdx.identity.v1.Sessions/Find", Who.SignedIn),
        new("/gdx.identity.v1.Sessions/End", Who.SignedIn),
        new("/gdx.identity.v1.Sessions/EndAll", Who.SignedIn),
        new("/gdx.identity.v1.Sessions/SwitchMembership", Who.SignedIn),
        new("/gdx.identity.v1.Sessions/EndOf", Who.Operator),
        new("/gdx.identity.v1.Sessions/Watch", Who.Services),
    ];
}
