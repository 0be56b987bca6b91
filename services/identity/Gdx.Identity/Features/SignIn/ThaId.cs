namespace Gdx.Identity.Features;

/// <summary>
/// What is special about DOPA's ThaID (facts/sign-in.md, 6.2): no known discovery document and no known keys. It is asked as plain OAuth 2.0,
/// without the scope <c>openid</c>: the person is who its userinfo says over our own TLS connection, and its ID token is not used.
/// </summary>
public static class ThaId
{
    /// <summary>Fills in what the settings leave out; every path ends with a slash there.</summary>
    public static Provider Complete(Provider provider, IConfigurationSection section) => provider with
    {
        Scopes = section["Scopes"] is null ? ["pid", "given_name", "family_name", "name", "birthdate"] : provider.Scopes,
        CitizenIdClaim = provider.CitizenIdClaim ?? "pid",
        CitizenIdVerified = section["CitizenIdVerified"] ?? "always", // The Bureau of Registration itself has looked at the face and the card.
        AuthorizationEndpoint = provider.AuthorizationEndpoint ?? provider.At("api/v2/oauth2/auth/"),
        TokenEndpoint = provider.TokenEndpoint ?? provider.At("api/v2/oauth2/token/"),
        UserInfoEndpoint = provider.UserInfoEndpoint ?? provider.At("api/v2/oauth2/userinfo/"),
    };
}
