using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Gdx.LinkageAdapter.Tokens;

/// <summary>SHA-256 of a token's text, as a value that a dictionary compares without allocating.</summary>
public readonly record struct TokenHash(ulong A, ulong B, ulong C, ulong D)
{
    /// <summary>Null where the text cannot be a token: it is not a UUID of 36 characters.</summary>
    public static TokenHash? Of(string? token) =>
        Guid.TryParseExact(token, "D", out var id) ? Of(id) : null;

    /// <summary>By its value, so that a client that writes its token in capitals is understood.</summary>
    public static TokenHash Of(Guid token)
    {
        Span<byte> text = stackalloc byte[36];
        token.TryFormat(text, out _);
        return Of(SHA256.HashData(text));
    }

    public static TokenHash Of(ReadOnlySpan<byte> hash) => new(
        BinaryPrimitives.ReadUInt64BigEndian(hash),
        BinaryPrimitives.ReadUInt64BigEndian(hash[8..]),
        BinaryPrimitives.ReadUInt64BigEndian(hash[16..]),
        BinaryPrimitives.ReadUInt64BigEndian(hash[24..]));

    public byte[] ToArray()
    {
        var hash = new byte[32];
        BinaryPrimitives.WriteUInt64BigEndian(hash, A);
        BinaryPrimitives.WriteUInt64BigEndian(hash.AsSpan(8), B);
        BinaryPrimitives.WriteUInt64BigEndian(hash.AsSpan(16), C);
        BinaryPrimitives.WriteUInt64BigEndian(hash.AsSpan(24), D);
        return hash;
    }

    /// <summary>SHA-256 of a consumer secret's text.</summary>
    public static byte[] OfSecret(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
