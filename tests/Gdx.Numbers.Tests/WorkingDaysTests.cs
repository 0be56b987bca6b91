using CsCheck;

namespace Gdx.Numbers.Tests;

public sealed class WorkingDaysTests
{
    // Songkran of 2026: Monday to Wednesday; Constitution Day is a Thursday.
    private static readonly HashSet<DateOnly> Holidays = [new(2026, 4, 13), new(2026, 4, 14), new(2026, 4, 15), new(2026, 12, 10)];
    private static readonly WorkingDays Calendar = new(Holidays);

    [Theory]
    [InlineData("2026-11-23T09:00+07:00", "2026-11-26T00:00+07:00")] // Monday morning: Tuesday and Wednesday.
    [InlineData("2026-11-23T23:59+07:00", "2026-11-26T00:00+07:00")]
    [InlineData("2026-11-22T17:00+00:00", "2026-11-26T00:00+07:00")] // Sunday in London is Monday in Bangkok.
    [InlineData("2026-11-27T09:00+07:00", "2026-12-02T00:00+07:00")] // Friday: Monday and Tuesday.
    [InlineData("2026-11-28T09:00+07:00", "2026-12-02T00:00+07:00")] // Saturday: the same.
    [InlineData("2026-12-08T09:00+07:00", "2026-12-12T00:00+07:00")] // A holiday in between does not count.
    [InlineData("2026-04-10T09:00+07:00", "2026-04-18T00:00+07:00")] // Friday before Songkran: Thursday and Friday after it.
    public void Two_working_days_end_when_offices_have_been_open_twice(string since, string end) =>
        Assert.Equal(DateTimeOffset.Parse(end, null), Calendar.EndOf(DateTimeOffset.Parse(since, null), 2));

    [Theory]
    [InlineData("2026-11-24", true)]
    [InlineData("2026-11-28", false)]
    [InlineData("2026-11-29", false)]
    [InlineData("2026-04-13", false)]
    [InlineData("2027-04-13", true)] // Only what the calendar holds is a holiday.
    public void Offices_are_open_from_Monday_to_Friday_but_not_on_holidays(string day, bool open) => Assert.Equal(open, Calendar.Contains(DateOnly.Parse(day, null)));

    [Fact]
    public void What_began_before_the_cutoff_is_what_has_ended() =>
        Gen.Select(Gen.Int[0, 60 * 24 * 60], Gen.Int[0, 60 * 24 * 60], Gen.Int[1, 5], Gen.Int[0, 59].HashSet[0, 20]).Sample((began, later, days, closed) =>
        {
            var (first, since) = (new DateOnly(2026, 4, 1), new DateTimeOffset(2026, 4, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(began));
            var (calendar, now) = (new WorkingDays(closed.Select(day => first.AddDays(day)).ToHashSet()), since.AddMinutes(later));
            return calendar.EndOf(since, days) <= now == since < calendar.Cutoff(now, days);
        });
}
