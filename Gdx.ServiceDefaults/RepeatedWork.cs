namespace Gdx.ServiceDefaults;

/// <summary>Background work that outlives the absence of the database and the broker: what fails is logged and done again a second later.</summary>
public abstract partial class RepeatedWork(ILogger log) : BackgroundService
{
    /// <summary>One round; false when there will be no other.</summary>
    protected abstract Task<bool> RoundAsync(CancellationToken ct);

    /// <inheritdoc/>
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var more = true; more;)
        {
            try { more = await RoundAsync(stoppingToken); }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                Interrupted(GetType().Name, exception.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), stoppingToken); // A server that restarts is back within seconds.
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Work} was interrupted, trying again in 1 s: {Reason}")] private partial void Interrupted(string work, string reason);
}
