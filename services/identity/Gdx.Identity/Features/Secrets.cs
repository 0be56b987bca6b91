using System.Security.Cryptography;
using System.Text;

namespace Gdx.Identity.Features;

/// <summary>Consumer secrets and claim codes: 43 characters of base 62 (256 random bits), safe in a query without escaping; kept only as SHA-256.</summary>
public static class Secrets
{
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    public const int Length = 43;

    public static string New() => RandomNumberGenerator.GetString(Alphabet, Length);

    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    /// <summary>Whether the text can be a secret at all; what cannot is not asked of the database.</summary>
    public static bool HasForm(string text) => text.Length == Length && text.All(char.IsAsciiLetterOrDigit);
}
