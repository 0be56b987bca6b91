using System.ComponentModel.DataAnnotations;

namespace Gdx.Identity.Data;

/// <summary>A key that signs access tokens, shared by all replicas and kept across restarts.</summary>
public sealed class SigningKey
{
    public Guid Id { get; init; }

    /// <summary>RS256 or ES256.</summary>
    [MaxLength(8)]
    public required string Algorithm { get; init; }

    /// <summary>PKCS#8, encrypted by Data Protection.</summary>
    public required byte[] ProtectedKey { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}
