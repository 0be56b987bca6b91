using System.Text.Json.Nodes;
using Gdx.Simulators.People;

namespace Gdx.Simulators.SignIn;

/// <summary>A simulated identity provider: where its endpoints are below its issuer, and what it tells of a person.</summary>
internal sealed record Provider(string Name, string NameTh, Paths Paths, Func<Person, JsonObject> Claims)
{
    /// <summary>GovID, MailGoThai, OpenID: protocol not public, so OpenID Connect as everyone speaks it. They do not vouch for the number, and do not tell it.</summary>
    private static readonly Paths Usual = new("authorize", "token", "userinfo", "endsession", "jwks", ".well-known/openid-configuration");

    public static IReadOnlyList<Provider> All { get; } =
    [
        new("govid", "GovID จำลอง", Usual, person => Names(person)),
        new("mailgothai", "MailGoThai จำลอง", Usual, person => Names(person)),
        new("openid", "OpenID จำลอง", Usual, person => Names(person)),
        // facts/sign-in.md 6.1: seen at integrators; no discovery known.
        new("dga", "DGA Digital ID จำลอง", new("connect/authorize", "connect/token", "connect/userinfo", "connect/endsession", ".well-known/openid-configuration/jwks", null), person =>
        {
            var claims = Names(person);
            (claims["user_id"], claims["citizen_id"], claims["citizen_id_verified"], claims["ial_level"]) = (Subject("dga", person), person.Id.Value, true, 2.3);
            return claims;
        }),
        // facts/sign-in.md 6.2: no discovery and no keys known.
        new("thaid", "ThaID จำลอง", new("api/v2/oauth2/auth", "api/v2/oauth2/token", "api/v2/oauth2/userinfo", null, null, null), person =>
        {
            var claims = Names(person);
            (claims["pid"], claims["birthdate"], claims["gender"]) = (person.Id.Value, Birthdate(person), person.IsMale ? "male" : "female");
            claims.Remove("email");
            return claims;
        }),
    ];

    public bool IsDga => Name == "dga";

    /// <summary>Stable, and another one at each provider.</summary>
    public static string Subject(string provider, Person person) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{provider} {person.Id.Value}")))[..32];

    private static JsonObject Names(Person person) => new()
    {
        ["name"] = $"{person.FirstName.Thai} {person.LastName.Thai}",
        ["given_name"] = person.FirstName.Thai,
        ["family_name"] = person.LastName.Thai,
        ["preferred_username"] = $"{person.FirstName.English}.{person.LastName.English[..1]}".ToLowerInvariant(),
        ["email"] = $"{person.FirstName.English}.{person.Id.Value[^5..^1]}@agency.go.th".ToLowerInvariant(),
    };

    private static string Birthdate(Person person) => $"{(person.Born.Year ?? 2500) - 543:D4}-{person.Born.Month ?? 1:D2}-{person.Born.Day ?? 1:D2}";
}

/// <summary>Paths of the endpoints below the issuer; null where the provider has none.</summary>
internal sealed record Paths(string Authorize, string Token, string UserInfo, string? EndSession, string? Keys, string? Discovery);
