using System.Globalization;
using System.Text.Json;
using Gdx.Identity.Data;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Gdx.Identity.Features;

/// <summary>Checks client assertions (RFC 7523): a JWT that one of the client's registered keys signed, for this issuer, short-lived and good once.</summary>
public static class ClientAssertion
{
    /// <summary>How far ahead an assertion may expire: it is made for one request.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30); // Clocks of agencies' servers are not as good as ours.
    private static readonly JsonWebTokenHandler Tokens = new();

    /// <summary>The algorithms of signatures that are accepted; discovery names them.</summary>
    public static IReadOnlyList<string> Algorithms { get; } = [SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSsaPssSha256];

    // Tried where the client is unknown or has no key, so that an unknown client takes as long as a known one.
    private static readonly ApiClientKey[] Nobodys = [Nobody()];

    /// <summary>The key that signed the assertion; null where none of the client's did.</summary>
    public static async Task<ApiClientKey?> SignerAsync(JsonWebToken assertion, IReadOnlyList<ApiClientKey> registered)
    {
        var keys = registered.Count == 0 ? Nobodys : registered;
        foreach (var key in keys.Where(key => keys.Count == 1 || ClientKeys.Kind(key) == (assertion.Alg.StartsWith("ES", StringComparison.Ordinal) ? "EC" : "RSA")))
        {
            var checkedToken = await Tokens.ValidateTokenAsync(assertion, new TokenValidationParameters
            {
                IssuerSigningKey = ClientKeys.ForChecking(key),
                TryAllIssuerSigningKeys = true, // A kid of the client's own is no reason to refuse.
                ValidAlgorithms = Algorithms,
                // The claims are checked after this, by Fits: a wrong signature is a guess, a late assertion is not.
                ValidateIssuer = false,
                ValidateAudience = false,
                ValidateLifetime = false,
            });
            if (checkedToken.IsValid)
            {
                return registered.Count == 0 ? null : key;
            }
        }

        return null;
    }

    /// <summary>Whether the claims of a signed assertion are what this client may say to this issuer now; then until when its id must not come again.</summary>
    public static (string Id, DateTimeOffset ExpiresAt)? Fits(JsonWebToken assertion, Guid consumerKey, IEnumerable<string> audiences, DateTimeOffset now)
    {
        try
        {
            var claims = JsonDocument.Parse(Base64UrlEncoder.Decode(assertion.EncodedPayload)).RootElement;
            return IsClient("iss") && IsClient("sub")
                && Audiences().Intersect(audiences, StringComparer.Ordinal).Any()
                && Time("exp") is { } end && end > now - Skew && end <= now + Longest + Skew
                && (!claims.TryGetProperty("nbf", out _) || Time("nbf") <= now + Skew)
                && (!claims.TryGetProperty("iat", out _) || Time("iat") <= now + Skew)
                && claims.TryGetProperty("jti", out var jti) && jti.GetString() is { Length: > 0 and <= 256 } id
                ? (id, end)
                : null;

            bool IsClient(string name) => claims.TryGetProperty(name, out var value) && Guid.TryParseExact(value.GetString(), "D", out var key) && key == consumerKey;

            IEnumerable<string> Audiences() => !claims.TryGetProperty("aud", out var aud) ? []
                : aud.ValueKind == JsonValueKind.Array ? [.. aud.EnumerateArray().Select(one => one.GetString() ?? "")]
                : [aud.GetString() ?? ""];

            DateTimeOffset? Time(string name) => claims.TryGetProperty(name, out var value) && value.GetDouble() is >= 0 and < 253_402_300_800 and var seconds ? DateTimeOffset.UnixEpoch.AddSeconds(seconds) : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException or ArgumentException)
        {
            return null; // A claim of another kind than it must be.
        }
    }

    private static ApiClientKey Nobody()
    {
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return new("", string.Create(CultureInfo.InvariantCulture, $$"""{"kty":"EC","crv":"P-256","x":"{{Base64UrlEncoder.Encode(point.X!)}}","y":"{{Base64UrlEncoder.Encode(point.Y!)}}"}"""), DateTimeOffset.UnixEpoch, Guid.Empty);
    }
}
