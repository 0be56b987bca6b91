using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using System.Text;
using Konscious.Security.Cryptography;

namespace Gdx.Identity.Features;

/// <summary>The slow hash of PINs: Argon2id with a salt, the pepper as its secret and the person as its associated data, so that no hash fits another person.</summary>
public sealed class PinHasher(Peppers peppers, IMeterFactory meters) : IDisposable
{
    // OWASP's least for Argon2id: 19 MiB, two passes. No cost protects ten thousand possible PINs from somebody who has database and pepper;
    // it keeps a stolen database busy where the pepper leaks later, and costs a check some 50 ms.
    private const int Memory = 19 * 1024, Passes = 2;
    private const int SaltSize = 16, HashSize = 32;

    // Each takes a core and 19 MiB: as many at once as there are cores, the others wait.
    private readonly SemaphoreSlim cores = new(Environment.ProcessorCount);
    private readonly Histogram<double> durations = meters.Create("Gdx.Identity").CreateHistogram<double>("gdx.pin.hash.duration", "s", "Time to hash one PIN, waiting for a core included.");

    public string PepperId => peppers.CurrentId;

    public static byte[] NewSalt() => RandomNumberGenerator.GetBytes(SaltSize);

    /// <summary>32 bytes.</summary>
    public async Task<byte[]> HashAsync(Guid person, string pin, byte[] salt, string pepperId, CancellationToken ct)
    {
        var start = Stopwatch.GetTimestamp();
        await cores.WaitAsync(ct);
        try
        {
            using var argon = new Argon2id(Encoding.ASCII.GetBytes(pin))
            {
                Salt = salt,
                KnownSecret = peppers[pepperId],
                AssociatedData = person.ToByteArray(bigEndian: true),
                MemorySize = Memory,
                Iterations = Passes,
                DegreeOfParallelism = 1,
            };
            return await Task.Run(() => argon.GetBytes(HashSize), ct);
        }
        finally
        {
            cores.Release();
            durations.Record(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
    }

    /// <summary>Whether this is the PIN behind the hash. Where there is none, the same work is done on a hash that nothing fits.</summary>
    public async Task<bool> FitsAsync(Guid person, string pin, Data.Pin? kept, CancellationToken ct)
    {
        var hash = await HashAsync(person, pin, kept?.Salt ?? NewSalt(), kept?.PepperId ?? PepperId, ct);
        return CryptographicOperations.FixedTimeEquals(hash, kept?.Hash ?? new byte[HashSize]) && kept is not null;
    }

    public void Dispose() => cores.Dispose();
}
