using Grpc.Core;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gdx.Watching;

/// <summary>What one message of a watch stream means; exactly one of the three is set.</summary>
public readonly record struct WatchMessage<TItem>(bool IsReset, (TItem Item, long Revision)? Change, (string Epoch, long Revision)? Heartbeat);

/// <summary>Where the changes of a watch stream go. Called by one loop only; readers see every change at once and whole.</summary>
public interface IWatchedState<TItem>
{
    /// <summary>Begins a snapshot beside what readers see.</summary>
    void BeginSnapshot();

    /// <summary>Into the snapshot that has begun, else into what readers see.</summary>
    void Apply(TItem item);

    /// <summary>Readers see the snapshot from now on.</summary>
    void CompleteSnapshot();
}

/// <summary>
/// Follows a watch stream of another service for as long as the process runs: snapshot, changes, heartbeats that renew the
/// <see cref="Lease"/>, and after an interruption the rest from the last revision on. A stream that is silent for a whole lease
/// (a half-open connection) is given up and opened again.
/// </summary>
public sealed partial class WatchLoop<TReply, TItem>(
    string service,
    Func<string, long, CancellationToken, AsyncServerStreamingCall<TReply>> open,
    Func<TReply, WatchMessage<TItem>> read,
    IWatchedState<TItem> state,
    TimeProvider clock,
    ILogger log) : BackgroundService, IHealthCheck
{
    private string epoch = "";
    private long revision;
    private bool inSnapshot;
    private string trouble = "not connected yet";

    /// <summary>Whether decisions may be made from what this stream told.</summary>
    public Lease Lease { get; } = new(clock);

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Lease.IsLive
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Degraded($"The watch stream from {service} is stale, calls are refused: {trouble}.")); // Degraded, not unhealthy: this service answers (with refusals), and starts without the other.

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var failures = 0; !stoppingToken.IsCancellationRequested; failures++)
        {
            try
            {
                await FollowAsync(() => failures = 0, stoppingToken);
                trouble = "the other side ended it";
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                trouble = exception is RpcException rpc ? $"{rpc.StatusCode}" : exception.GetType().Name;
            }

            if (stoppingToken.IsCancellationRequested)
            {
                return;
            }

            Interrupted(service, trouble);
            // 0.2 to 2 s, jittered so that replicas do not come back in step; well inside the lease. Real time: it only spares the other side.
            var delay = Math.Min(2000, 200 << Math.Min(failures, 4)) * (0.5 + (Random.Shared.NextDouble() / 2));
            await Task.Delay(TimeSpan.FromMilliseconds(delay), stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task FollowAsync(Action alive, CancellationToken ct)
    {
        if (inSnapshot)
        {
            // Half a snapshot is nothing: ask for a whole one.
            (epoch, revision) = ("", 0);
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var call = open(epoch, revision, stop.Token);
        try
        {
            while (await call.ResponseStream.MoveNext(stop.Token).WaitAsync(Lease.Length, clock, stop.Token))
            {
                alive();
                Take(read(call.ResponseStream.Current));
            }
        }
        finally
        {
            await stop.CancelAsync(); // Also ends a MoveNext that was waited for too long.
        }
    }

    private void Take(WatchMessage<TItem> message)
    {
        if (message.IsReset)
        {
            Lease.End(); // What we know is of another database.
            inSnapshot = true;
            revision = 0;
            state.BeginSnapshot();
        }
        else if (message.Change is { } change)
        {
            if (change.Revision > revision)
            {
                state.Apply(change.Item);
                revision = change.Revision;
            }
        }
        else if (message.Heartbeat is { } heartbeat)
        {
            if (inSnapshot)
            {
                state.CompleteSnapshot();
                inSnapshot = false;
            }

            if (!Lease.IsLive)
            {
                Live(service, heartbeat.Revision);
            }

            epoch = heartbeat.Epoch;
            revision = Math.Max(revision, heartbeat.Revision);
            trouble = "no heartbeat for 5 s";
            Lease.Renew();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The watch stream from {Service} was interrupted ({Trouble}), opening it again.")]
    private partial void Interrupted(string service, string trouble);

    [LoggerMessage(Level = LogLevel.Information, Message = "The watch stream from {Service} is live at revision {Revision}.")]
    private partial void Live(string service, long revision);
}
