using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Gdx.Identity.Features;

/// <summary>How an API client says who it is at the token endpoint: its consumer key, with a secret or with an assertion that one of its keys signed.</summary>
public sealed record ClientCredentials(Guid ConsumerKey, string? Secret, JsonWebToken? Assertion)
{
    /// <summary>Of RFC 7523.</summary>
    public const string JwtBearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private static readonly JsonWebTokenHandler Tokens = new();

    /// <summary>Null where the request is no API client's (services and people's applications have names, not UUIDs); an error where it says so in more than one way, or in none.</summary>
    public static (ClientCredentials Found, string? Error)? Read(HttpRequest request, IFormCollection form)
    {
        var (name, secret, assertionText) = (Only(form, "client_id"), Only(form, "client_secret"), Only(form, "client_assertion"));
        var basic = Basic(request.Headers.Authorization);
        var assertion = assertionText is null ? null : Parse(assertionText);
        if (!Guid.TryParseExact(basic?.Name ?? name ?? assertion?.Issuer, "D", out var key))
        {
            return null;
        }

        var found = new ClientCredentials(key, basic?.Secret ?? secret, assertion);
        var ways = (basic is null ? 0 : 1) + (secret is null ? 0 : 1) + (assertionText is null ? 0 : 1);
        return (found, ways != 1 ? "Prove who you are in exactly one way: client_secret_basic, client_secret_post or private_key_jwt."
            : name is not null && !(Guid.TryParseExact(name, "D", out var said) && said == key) ? "client_id differs from the credentials."
            : assertionText is not null && Only(form, "client_assertion_type") != JwtBearer ? $"client_assertion_type must be {JwtBearer}."
            : null);
    }

    /// <summary>The one value of a parameter; null where it is absent, empty or repeated (which OAuth forbids, and nothing then fits).</summary>
    public static string? Only(IFormCollection form, string name) => form[name] is [{ Length: > 0 } value] ? value : null;

    /// <summary>Name and secret of client_secret_basic; null where the header is none.</summary>
    public static (string Name, string Secret)? Basic(string? header)
    {
        Span<byte> bytes = stackalloc byte[256];
        if (header is null || !header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase) || !Convert.TryFromBase64String(header[6..].Trim(), bytes, out var length))
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(bytes[..length]);
        return text.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon ? (text[..colon], text[(colon + 1)..]) : null;
    }

    private static JsonWebToken? Parse(string text)
    {
        try
        {
            return Tokens.ReadJsonWebToken(text);
        }
        catch (ArgumentException) // What is no JWT proves nothing: it is refused like a wrong signature.
        {
            return null;
        }
    }
}
