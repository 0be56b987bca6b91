namespace Gdx.Notification.Data;

/// <summary>How long to wait before the next attempt: longer each time, for a day.</summary>
public static class Pauses
{
    /// <summary>After a day of trying a person must look: a longer outage is noticed by then, and news older than that is none.</summary>
    public static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>1 s, 2 s, 4 s … up to 10 min: an outage of seconds costs seconds, one of hours some dozen attempts.</summary>
    public static TimeSpan After(int attempts) => TimeSpan.FromSeconds(Math.Min(600, Math.Pow(2, Math.Min(attempts - 1, 10))));
}
