using System.Security.Cryptography;
using System.Text;
using Gdx.Numbers;

namespace Gdx.Identity.Features;

/// <summary>Turns citizen numbers into keyed hashes: what is stored and sent where a person must be recognised again. LinkageAdapter has the same key.</summary>
public sealed class SubjectKey
{
    private readonly byte[] key;

    public SubjectKey(IConfiguration settings) => key = Encoding.UTF8.GetBytes(settings["Gdx:SubjectKey"] is { Length: >= 32 } value
        ? value
        : throw new InvalidOperationException("Setting Gdx:SubjectKey is missing or shorter than 32 characters: the key under which citizen numbers are hashed."));

    /// <summary>HMAC-SHA-256 of the 13 ASCII digits.</summary>
    public byte[] Hash(CitizenId citizen) => HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(citizen.Value));

    /// <summary>HMAC-SHA-256 of an account at an outside provider: its subject may be anything there, also a citizen number.</summary>
    public byte[] Hash(string provider, string subject) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{provider}\n{subject}"));
}
