using System.Security.Cryptography;
using System.Text.Json;
using Gdx.ServiceDefaults;
using Microsoft.IdentityModel.Tokens;

namespace Gdx.Identity.Features;

/// <summary>Public keys of API clients: what may be registered, and how it is used again.</summary>
public static class ClientKeys
{
    private const int LongestJwk = 4096; // A certificate chain would not fit, and is not wanted.

    /// <summary>The thumbprint (RFC 7638) and the bare public key of a JWK; refuses private keys and weak ones.</summary>
    public static (string Id, string Jwk) Read(string field, string text)
    {
        if (text.Length is 0 or > LongestJwk)
        {
            throw Problems.Invalid(field, "must be a JWK of at most 4096 characters");
        }

        try
        {
            // The library skips what it cannot place, so what counts is read again from what it understood.
            using var json = JsonDocument.Parse(text);
            var given = new JsonWebKey(json.RootElement.ValueKind == JsonValueKind.Object ? text : throw Problems.Invalid(field, "must be a JSON object"));
            if (given.HasPrivateKey || json.RootElement.TryGetProperty("d", out _) || json.RootElement.TryGetProperty("k", out _))
            {
                throw Problems.Invalid(field, "is or holds a secret key: register the public half only, and make a new pair, for this one has been sent around");
            }

            var bare = given.Kty switch
            {
                "EC" when given.Crv == "P-256" => new JsonWebKey { Kty = "EC", Crv = given.Crv, X = given.X, Y = given.Y },
                "RSA" => new JsonWebKey { Kty = "RSA", N = given.N, E = given.E },
                _ => throw Problems.Invalid(field, "must be an RSA key or an EC key on P-256"),
            };
            using var key = Open(bare);
            if (key is RSA { KeySize: < 2048 or > 4096 })
            {
                throw Problems.Invalid(field, "must have 2048 to 4096 bits");
            }

            if (key is RSA rsa && rsa.ExportParameters(false).Exponent is not [1, 0, 1])
            {
                throw Problems.Invalid(field, "must have the public exponent 65537");
            }

            return (Base64UrlEncoder.Encode(bare.ComputeJwkThumbprint()), bare.Kty == "EC"
                ? JsonSerializer.Serialize(new { kty = bare.Kty, crv = bare.Crv, x = bare.X, y = bare.Y })
                : JsonSerializer.Serialize(new { kty = bare.Kty, n = bare.N, e = bare.E }));
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or FormatException or CryptographicException or NullReferenceException)
        {
            throw Problems.Invalid(field, "is not a public key in the form of RFC 7517");
        }
    }

    public static string Kind(Data.ApiClientKey key) => key.Jwk.Contains("\"EC\"", StringComparison.Ordinal) ? "EC" : "RSA";

    /// <summary>For checking signatures.</summary>
    public static SecurityKey ForChecking(Data.ApiClientKey key) => new JsonWebKey(key.Jwk) { KeyId = key.Id };

    private static AsymmetricAlgorithm Open(JsonWebKey key)
    {
        return key.Kty == "EC"
            ? ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new() { X = Bytes(key.X), Y = Bytes(key.Y) } })
            : RSA.Create(new RSAParameters { Modulus = Bytes(key.N), Exponent = Bytes(key.E) });

        static byte[] Bytes(string? value) => Base64UrlEncoder.DecodeBytes(value ?? throw new FormatException());
    }
}
