using System.Collections.Concurrent;
using System.Diagnostics;
using Gdx.Entitlement.Contracts.V1;
using Gdx.TestEnvironment;
using Grpc.Core;

namespace Gdx.Entitlement.Tests;

/// <summary>Reads a watch stream in the background and keeps every message with the time of its arrival.</summary>
public sealed class Watcher : IAsyncDisposable
{
    private readonly AsyncServerStreamingCall<WatchGrantsReply> call;
    private readonly ConcurrentQueue<(WatchGrantsReply Reply, long At)> messages = [];
    private readonly Task reading;

    public Watcher(AsyncServerStreamingCall<WatchGrantsReply> call)
    {
        this.call = call;
        reading = ReadAsync();
    }

    public IEnumerable<Grant> Grants => messages.Select(message => message.Reply.Grant).OfType<Grant>();

    public IEnumerable<OfficerGroup> Groups => messages.Select(message => message.Reply.OfficerGroup).OfType<OfficerGroup>();

    /// <summary>Of grants and groups, as they arrived.</summary>
    public IEnumerable<long> Revisions => messages.Select(message => message.Reply.Grant?.Revision ?? message.Reply.OfficerGroup?.Revision).OfType<long>();

    public IEnumerable<WatchHeartbeat> Heartbeats => messages.Select(message => message.Reply.Heartbeat).OfType<WatchHeartbeat>();

    /// <summary>The times between one heartbeat and the next.</summary>
    public IEnumerable<TimeSpan> Pauses
    {
        get
        {
            var times = messages.Where(message => message.Reply.Heartbeat is not null).Select(message => message.At).ToList();
            return times.Zip(times.Skip(1), Stopwatch.GetElapsedTime);
        }
    }

    public bool WasReset => messages.FirstOrDefault().Reply?.Reset is not null;

    public int Resets => messages.Count(message => message.Reply.Reset is not null);

    /// <summary>True once the server has ended the stream in order.</summary>
    public bool Ended => reading.IsCompletedSuccessfully;

    /// <summary>The first heartbeat whose revision has reached <paramref name="revision"/>: up to there everything has arrived.</summary>
    public Task<WatchHeartbeat> CaughtUpAsync(long revision = 0) =>
        Eventually.Get(() => Task.FromResult(Heartbeats.FirstOrDefault(heartbeat => heartbeat.Revision >= revision)), $"a heartbeat at revision {revision}");

    public Task<Grant> SawAsync(string grantId, GrantState state) =>
        Eventually.Get(() => Task.FromResult(Grants.FirstOrDefault(grant => grant.Id == grantId && grant.State == state)), $"grant {grantId} to arrive as {state}");

    public Task<OfficerGroup> SawAsync(string groupId, long revision) =>
        Eventually.Get(() => Task.FromResult(Groups.FirstOrDefault(group => group.Id == groupId && group.Revision >= revision)), $"group {groupId} to arrive at revision {revision}");

    public async ValueTask DisposeAsync()
    {
        call.Dispose();
        await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task ReadAsync()
    {
        await foreach (var reply in call.ResponseStream.ReadAllAsync())
        {
            messages.Enqueue((reply, Stopwatch.GetTimestamp()));
        }
    }
}
