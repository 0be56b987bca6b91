using CsCheck;

namespace Gdx.Numbers.Tests;

public sealed class BuddhistDateTests
{
    [Theory]
    [InlineData(25010228, 2501, 2, 28)]
    [InlineData(25030229, 2503, 2, 29)]
    [InlineData(24981200, 2498, 12, null)]
    [InlineData(24750000, 2475, null, null)]
    [InlineData(0, null, null, null)]
    public void What_is_unknown_stays_unknown(int number, int? year, int? month, int? day)
    {
        Assert.True(BuddhistDate.TryParse(number, out var date));

        Assert.Equal((year, month, day), (date.Year, date.Month, date.Day));
        Assert.Equal(number, date.Number);
        Assert.Equal(day is not null, date.TryGetDate(out _));
    }

    [Theory]
    [InlineData(25020229)]
    [InlineData(25021301)]
    [InlineData(25020431)]
    [InlineData(25020015)]
    [InlineData(20240101)]
    [InlineData(28000101)]
    [InlineData(-25020101)]
    [InlineData(250201)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    public void Days_that_do_not_exist_and_gregorian_years_are_refused(int number) => Assert.False(BuddhistDate.TryParse(number, out _));

    [Theory]
    [InlineData("2024-02-29", 25670229)]
    [InlineData("1941-01-01", 24840101)]
    [InlineData("1940-12-31", 24831231)]
    [InlineData("1940-04-01", 24830401)]
    [InlineData("1940-03-31", 24820331)]
    [InlineData("1938-01-15", 24800115)]
    public void The_year_began_in_april_until_2483(string gregorian, int number)
    {
        var date = DateOnly.Parse(gregorian, System.Globalization.CultureInfo.InvariantCulture);

        Assert.Equal(number, BuddhistDate.From(date).Number);
        Assert.True(BuddhistDate.From(date).TryGetDate(out var back));
        Assert.Equal(date, back);
    }

    [Fact]
    public void Every_gregorian_day_survives_the_round_trip() =>
        Gen.Int[DateOnly.FromDateTime(new DateTime(1758, 1, 1)).DayNumber, DateOnly.FromDateTime(new DateTime(2256, 12, 31)).DayNumber].Sample(dayNumber =>
        {
            var day = DateOnly.FromDayNumber(dayNumber);
            var date = BuddhistDate.From(day);
            return date.TryGetDate(out var back) && back == day && BuddhistDate.TryParse(date.Number, out var read) && read == date;
        });

    [Fact]
    public void Any_number_is_read_or_refused_without_a_fault() =>
        Gen.Int.Sample(number => BuddhistDate.TryParse(number, out var date) ? date.Number == number : date == default);

    [Fact]
    public void Dates_sort_by_what_is_known()
    {
        Assert.True(BuddhistDate.TryParse(25000000, out var year));
        Assert.True(BuddhistDate.TryParse(25000100, out var month));
        Assert.True(BuddhistDate.TryParse(25000101, out var day));

        Assert.True(year < month && month < day && day > year && day >= month && month <= day);
        Assert.Equal("25000100", month.ToString());
    }
}
