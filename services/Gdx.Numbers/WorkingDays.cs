namespace Gdx.Numbers;

/// <summary>Thai working days: Monday to Friday without the given holidays. A day is a day in Bangkok, which is UTC+7 all year.</summary>
public sealed class WorkingDays(IReadOnlySet<DateOnly> holidays)
{
    private static readonly TimeSpan Bangkok = TimeSpan.FromHours(7);

    /// <summary>The day in Bangkok at this instant.</summary>
    public static DateOnly DayOf(DateTimeOffset instant) => DateOnly.FromDateTime(instant.ToOffset(Bangkok).DateTime);

    /// <summary>Whether offices are open on this day.</summary>
    public bool Contains(DateOnly day) => day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !holidays.Contains(day);

    /// <summary>When the <paramref name="days"/>-th working day after the day of <paramref name="since"/> is over; the day itself does not count.</summary>
    public DateTimeOffset EndOf(DateTimeOffset since, int days) => StartOf(Step(DayOf(since), days, 1).AddDays(1));

    /// <summary>Whatever began before this instant has had <paramref name="days"/> whole working days by <paramref name="now"/>: the inverse of <see cref="EndOf"/>, for queries.</summary>
    public DateTimeOffset Cutoff(DateTimeOffset now, int days) => StartOf(Step(DayOf(now), days, -1));

    private static DateTimeOffset StartOf(DateOnly day) => new DateTimeOffset(day, TimeOnly.MinValue, Bangkok).ToUniversalTime();

    private DateOnly Step(DateOnly day, int days, int direction)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(days, 1);
        for (var left = days; left > 0;)
        {
            day = day.AddDays(direction);
            left -= Contains(day) ? 1 : 0;
        }

        return day;
    }
}
