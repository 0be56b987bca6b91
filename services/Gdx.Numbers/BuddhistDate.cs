using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Gdx.Numbers;

/// <summary>
/// A date as Thai registers keep it: an integer YYYYMMDD of the Buddhist era. The day, or month and day, may be unknown (00), the whole
/// date too (0); what is unknown stays unknown. Samples: <c>25010229</c>, <c>24750000</c>, <c>24981200</c>, <c>0</c>.
/// </summary>
public readonly record struct BuddhistDate : IComparable<BuddhistDate>
{
    // A source that sends a Gregorian year (2024…) is refused rather than read as the 15th century.
    private const int FirstYear = 2300;
    private const int LastYear = 2799;

    // Until 2483 the year began on 1 April; 2483 itself had nine months, so that 2484 could begin on 1 January 1941.
    private const int LastAprilYear = 2482;

    private BuddhistDate(int number) => Number = number;

    /// <summary>YYYYMMDD as the source has it; 0 where nothing is known.</summary>
    public int Number { get; }

    /// <summary>Year of the Buddhist era as written; null where the whole date is unknown.</summary>
    public int? Year => Known(Number / 10_000);

    /// <summary>1-12; null where unknown.</summary>
    public int? Month => Known(Number / 100 % 100);

    /// <summary>1-31; null where unknown.</summary>
    public int? Day => Known(Number % 100);

    /// <summary>Reads YYYYMMDD; refuses days that no calendar has and years outside 2300-2799.</summary>
    public static bool TryParse(int number, out BuddhistDate date)
    {
        var (year, month, day) = (number / 10_000, number / 100 % 100, number % 100);
        var valid = number == 0 || (year is >= FirstYear and <= LastYear && (month, day) switch
        {
            (0, 0) => true,
            (0, _) or ( > 12, _) => false,
            _ => day <= DateTime.DaysInMonth(Gregorian(year, month), month),
        });
        date = valid ? new(number) : default;
        return valid;
    }

    /// <summary>The date in the Buddhist era, with the year that was written at the time.</summary>
    public static BuddhistDate From(DateOnly date)
    {
        var number = ((date.Year + 543) * 10_000) + (date.Month * 100) + date.Day;
        number = date < new DateOnly(1940, 4, 1) && date.Month < 4 ? number - 10_000 : number;
        return TryParse(number, out var result) ? result : throw new ArgumentOutOfRangeException(nameof(date));
    }

    /// <summary>The same day in the Gregorian calendar, where year, month and day are known.</summary>
    public bool TryGetDate([NotNullWhen(true)] out DateOnly? date)
    {
        date = (Year, Month, Day) is ({ } year, { } month, { } day) ? new DateOnly(Gregorian(year, month), month, day) : null;
        return date is not null;
    }

    /// <summary>By what is known: an unknown month sorts before January, an unknown day before the first.</summary>
    public int CompareTo(BuddhistDate other) => Number.CompareTo(other.Number);

    public static bool operator <(BuddhistDate left, BuddhistDate right) => left.Number < right.Number;

    public static bool operator >(BuddhistDate left, BuddhistDate right) => left.Number > right.Number;

    public static bool operator <=(BuddhistDate left, BuddhistDate right) => left.Number <= right.Number;

    public static bool operator >=(BuddhistDate left, BuddhistDate right) => left.Number >= right.Number;

    /// <summary>The eight digits of the source, or <c>0</c>.</summary>
    public override string ToString() => Number.ToString(CultureInfo.InvariantCulture);

    private static int? Known(int part) => part == 0 ? null : part;

    private static int Gregorian(int year, int month) => year <= LastAprilYear && month < 4 ? year - 542 : year - 543;
}
