namespace Gdx.Identity.Data;

/// <summary>A key that signs access tokens, shared by all replicas and kept across restarts.</summary>
public sealed class SigningKey
{
    public Guid Id { get; init; }

    /// <summary>PKCS#8, encrypted by Data Protection.</summary>
    public required byte[] ProtectedKey { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}
