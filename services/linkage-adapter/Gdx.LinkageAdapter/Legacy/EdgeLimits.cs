using System.Net;
using System.Threading.RateLimiting;

namespace Gdx.LinkageAdapter.Legacy;

/// <summary>
/// What one caller may ask of the edge. It bounds runaway loops and guessing; what an agency may read is bounded by its grants.
/// Numbers can be set: <c>Gdx:Limits:CallsPerSecond</c>, <c>Gdx:Limits:TokensPerSecond</c>, <c>Gdx:Limits:RefusalsPerSecond</c>.
/// </summary>
public sealed class EdgeLimits(IConfiguration settings) : IDisposable
{
    // The whole exchange carries about 35 million links a year, 1.1/s; a client at 20 000/s is out of control, and no replica serves more anyway.
    private readonly PartitionedRateLimiter<Guid> calls = Limiter<Guid>(settings.GetValue("Gdx:Limits:CallsPerSecond", 20_000));

    // A token serves an hour; even a client that asks for one before each call, for each of its officers, stays below 200/s. Bounds the token table to 720 000 rows per client and hour.
    private readonly PartitionedRateLimiter<Guid> tokens = Limiter<Guid>(settings.GetValue("Gdx:Limits:TokensPerSecond", 200));

    // Refusals of callers that did not prove who they are: programs behind one proxy with expired tokens stay below it, a search for keys or tokens does not get far.
    private readonly PartitionedRateLimiter<IPAddress> refusals = Limiter<IPAddress>(settings.GetValue("Gdx:Limits:RefusalsPerSecond", 100));

    /// <summary>Another call with this proven client; false when it has to slow down.</summary>
    public bool MayCall(Guid client) => Take(calls, client);

    /// <summary>Another token for this proven client.</summary>
    public bool MayHaveToken(Guid client) => Take(tokens, client);

    /// <summary>Whether this address has refusals left, before it costs a look into the database.</summary>
    public bool MayTry(IPAddress? address) => refusals.GetStatistics(address ?? IPAddress.None) is not { CurrentAvailablePermits: 0 };

    /// <summary>One more refusal for this address; false when it has had too many.</summary>
    public bool Refused(IPAddress? address) => Take(refusals, address ?? IPAddress.None);

    public void Dispose()
    {
        calls.Dispose();
        tokens.Dispose();
        refusals.Dispose();
    }

    private static bool Take<T>(PartitionedRateLimiter<T> limiter, T key)
    {
        using var lease = limiter.AttemptAcquire(key);
        return lease.IsAcquired;
    }

    // Idle partitions are dropped by the limiter itself. A second's worth may come at once.
    private static PartitionedRateLimiter<T> Limiter<T>(int perSecond)
        where T : notnull => PartitionedRateLimiter.Create<T, T>(key => RateLimitPartition.GetTokenBucketLimiter(key, _ => new()
        {
            TokenLimit = perSecond,
            TokensPerPeriod = Math.Max(1, perSecond / 10),
            ReplenishmentPeriod = TimeSpan.FromMilliseconds(100),
            AutoReplenishment = true,
            QueueLimit = 0,
        }));
}
