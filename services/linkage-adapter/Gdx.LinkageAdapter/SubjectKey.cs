using System.Security.Cryptography;
using System.Text;
using Gdx.Numbers;

namespace Gdx.LinkageAdapter;

/// <summary>The key under which citizen numbers are hashed where they must be correlated (<c>Gdx:SubjectKey</c>; Identity has the same).</summary>
public sealed class SubjectKey(IConfiguration settings)
{
    private readonly byte[] key = Encoding.UTF8.GetBytes(settings["Gdx:SubjectKey"] is { Length: > 0 } text ? text
        : throw new InvalidOperationException("Setting Gdx:SubjectKey is missing: the key under which citizen numbers are hashed in evidence."));

    /// <summary>HMAC-SHA-256 of the 13 ASCII digits.</summary>
    public byte[] Hash(CitizenId citizen)
    {
        Span<byte> digits = stackalloc byte[13];
        Encoding.ASCII.GetBytes(citizen.Value, digits);
        return HMACSHA256.HashData(key, digits);
    }
}
