using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;

namespace Gdx.Edge;

/// <summary>
/// Makes whoever sends wrong secrets wait, ever longer: per key and address, and per address. Nobody else waits: there is no count per key alone,
/// with which an outsider could shut an agency out, and an address from which a key was right is never made to wait for that key.
/// </summary>
/// <param name="clock">Of the service.</param>
/// <param name="freeOfPair">Wrong secrets of one key from one address before it has to wait: a person who pastes a wrong secret, a program that retries.</param>
/// <param name="freeOfAddress">The same for all keys together: many agencies may share one address of a government network.</param>
public sealed class SecretGuard(TimeProvider clock, int freeOfPair = 5, int freeOfAddress = 50)
{
    private const int Most = 100_000; // About 10 MB. Whoever has more addresses than this is seen by the alert, which counts per key.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5); // 300 guesses a day; an agency that has mended its secret waits no longer than this.
    private static readonly TimeSpan Memory = TimeSpan.FromHours(1);
    private readonly ConcurrentDictionary<(Guid Key, UInt128 Network), Wrongs> wrong = new();
    private readonly ConcurrentDictionary<(Guid Key, UInt128 Network), byte> right = new();

    /// <summary>How long this address has to wait before this key is looked at again; zero where it need not.</summary>
    public TimeSpan WaitFor(Guid key, IPAddress? address)
    {
        var (network, now) = (NetworkOf(address), clock.GetUtcNow());
        return right.ContainsKey((key, network)) ? TimeSpan.Zero : TimeSpan.FromTicks(Math.Max(Left((key, network)).Ticks, Left((Guid.Empty, network)).Ticks));
        TimeSpan Left((Guid, UInt128) entry) => wrong.TryGetValue(entry, out var counted) && counted.Until > now ? counted.Until - now : TimeSpan.Zero;
    }

    /// <summary>A wrong secret. Answers the wait during which it came, in which nothing is counted; zero where it came in time.</summary>
    public TimeSpan Wrong(Guid key, IPAddress? address)
    {
        var network = NetworkOf(address);
        if (WaitFor(key, address) is { Ticks: > 0 } wait) { return wait; }
        if (!right.ContainsKey((key, network)))
        {
            Count((key, network), freeOfPair);
            Count((Guid.Empty, network), freeOfAddress);
        }

        return TimeSpan.Zero;
    }

    /// <summary>The right secret: this address never waits for this key any more.</summary>
    public void Right(Guid key, IPAddress? address)
    {
        var pair = (key, NetworkOf(address));
        if (!right.ContainsKey(pair))
        {
            if (right.Count >= Most) { right.Clear(); }
            right[pair] = 0;
            wrong.TryRemove(pair, out _);
        }
    }

    private void Count((Guid, UInt128) entry, int free)
    {
        var now = clock.GetUtcNow();
        if (wrong.Count >= Most)
        {
            foreach (var (old, counted) in wrong) { if (now - counted.Last > TimeSpan.FromMinutes(1) && counted.Until < now) { wrong.TryRemove(old, out _); } }
            if (wrong.Count >= Most) { return; }
        }

        wrong.AddOrUpdate(entry, _ => Next(0), (_, counted) => Next(now - counted.Last > Memory ? 0 : counted.Count));
        Wrongs Next(int before) => new(before + 1, now, before < free ? now : now + TimeSpan.FromSeconds(Math.Min(Longest.TotalSeconds, Math.Pow(2, Math.Min(before - free, 30)))));
    }

    // One network of IPv6 is /64: whoever has one has 2^64 addresses.
    private static UInt128 NetworkOf(IPAddress? address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address = address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address ?? IPAddress.None;
        address.TryWriteBytes(bytes, out var length);
        return length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : (UInt128)BinaryPrimitives.ReadUInt64BigEndian(bytes) << 64;
    }

    private readonly record struct Wrongs(int Count, DateTimeOffset Last, DateTimeOffset Until);
}
