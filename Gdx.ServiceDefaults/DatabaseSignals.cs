namespace Gdx.ServiceDefaults;

/// <summary>Wakes waiters on this replica when any replica commits a change (PostgreSQL LISTEN/NOTIFY).</summary>
public sealed class DatabaseSignals(NpgsqlDataSource source, ILogger<DatabaseSignals> log) : RepeatedWork(log)
{
    /// <summary>Wakes the watch streams (<see cref="Watch"/>) or the service's own background work (<see cref="Work"/>).</summary>
    public const string Watch = "gdx_watch", Work = "gdx_work";

    private readonly ConcurrentDictionary<string, TaskCompletionSource> waiting = new();

    /// <summary>The channels this service listens on; fixed, so that a LISTEN is never missing when somebody waits.</summary>
    public static IReadOnlyList<string> Channels { get; } = [Outbox.Channel, Watch, Work];

    /// <summary>
    /// A task that completes at the next change on <paramref name="channel"/>. Take it before you read, await it after: a change
    /// in between is then not missed. A lost connection completes it too, since changes may have been missed.
    /// </summary>
    public Task Next(string channel) => waiting.GetOrAdd(channel, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Awaits <paramref name="next"/>, at most <paramref name="atMost"/>.</summary>
    public static async Task WaitAsync(Task next, TimeSpan atMost, CancellationToken ct)
    {
        await Task.WhenAny(next, Task.Delay(atMost, ct));
        ct.ThrowIfCancellationRequested();
    }

    /// <inheritdoc/>
    protected override async Task<bool> RoundAsync(CancellationToken ct)
    {
        try
        {
            await using var connection = await source.OpenConnectionAsync(ct);
            connection.Notification += (_, notification) => Wake(notification.Channel);
            await using var listen = new NpgsqlCommand(string.Join(';', Channels.Select(channel => $"LISTEN {channel}")), connection);
            while (true)
            {
                await listen.ExecuteNonQueryAsync(ct); // Repeated when it is quiet: a connection that died without a word shows itself.
                Wake([.. Channels]);
                while (await connection.WaitAsync(TimeSpan.FromSeconds(10), ct)) { }
            }
        }
        finally { Wake([.. Channels]); }
    }

    private void Wake(params ReadOnlySpan<string> channels)
    {
        foreach (var channel in channels) { if (waiting.TryRemove(channel, out var waiter)) { waiter.TrySetResult(); } }
    }
}
