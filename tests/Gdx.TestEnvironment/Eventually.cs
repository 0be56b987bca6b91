namespace Gdx.TestEnvironment;

/// <summary>Waits for an effect, with a deadline. The only place where tests wait.</summary>
public static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60); // Long enough for a busy build machine, and for a bus whose broker came late; a passing test never waits for it.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(25);

    /// <summary>Returns when <paramref name="condition"/> holds; fails with <paramref name="what"/> when it still does not at the deadline.</summary>
    public static Task True(Func<Task<bool>> condition, string what = "the expected effect", TimeSpan? deadline = null) =>
        Succeeds(async () =>
        {
            if (!await condition())
            {
                throw new TimeoutException($"Waited in vain for {what}.");
            }
        }, deadline);

    /// <inheritdoc cref="True(Func{Task{bool}}, string, TimeSpan?)"/>
    public static Task True(Func<bool> condition, string what = "the expected effect", TimeSpan? deadline = null) =>
        True(() => Task.FromResult(condition()), what, deadline);

    /// <summary>Returns the first answer of <paramref name="read"/> that is not null.</summary>
    public static async Task<T> Get<T>(Func<Task<T?>> read, string what = "a value", TimeSpan? deadline = null)
        where T : class
    {
        T? found = null;
        await True(async () => (found = await read()) is not null, what, deadline);
        return found!;
    }

    /// <summary>Repeats <paramref name="attempt"/> (an assertion, a call) until it does not throw; at the deadline its exception is the failure.</summary>
    public static async Task Succeeds(Func<Task> attempt, TimeSpan? deadline = null)
    {
        var end = DateTime.UtcNow + (deadline ?? Deadline);
        using var timer = new PeriodicTimer(Interval);
        while (true)
        {
            try
            {
                await attempt();
                return;
            }
            catch (Exception) when (DateTime.UtcNow < end)
            {
                await timer.WaitForNextTickAsync();
            }
        }
    }
}
