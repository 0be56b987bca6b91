using System.Threading.RateLimiting;
using Gdx.ServiceDefaults;
using Grpc.Core;

namespace Gdx.Identity.Features;

/// <summary>How often one person may have a PIN hashed: it costs a core for some 50 ms. What protects the PIN is its lock, which is in the database.</summary>
public sealed class PinLimits(IConfiguration settings) : IDisposable
{
    private const int Default = 10; // A minute, at one replica: a person types fewer, and ten cost half a second of one core.

    private readonly PartitionedRateLimiter<Guid> limiter = PartitionedRateLimiter.Create<Guid, Guid>(person => RateLimitPartition.GetSlidingWindowLimiter(person, _ => new()
    {
        PermitLimit = settings.GetValue("Gdx:PinTriesAMinute", Default),
        Window = TimeSpan.FromMinutes(1),
        SegmentsPerWindow = 6,
    }));

    public void Count(Guid person)
    {
        using var lease = limiter.AttemptAcquire(person);
        if (!lease.IsAcquired)
        {
            throw Problems.Rpc(StatusCode.ResourceExhausted, "caller.too_many_requests", "Too many tries. Wait a minute.");
        }
    }

    public void Dispose() => limiter.Dispose();
}
