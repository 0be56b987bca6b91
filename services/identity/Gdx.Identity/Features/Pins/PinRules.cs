using System.Globalization;
using System.Security.Cryptography;
using Gdx.ServiceDefaults;

namespace Gdx.Identity.Features;

/// <summary>What a PIN and a set-up code may be.</summary>
public static class PinRules
{
    private const int BuddhistEra = 543;

    // Without 0/O, 1/I/L: it is read from paper. 31^8 is 40 bits; five tries against it are nothing.
    private const string CodeAlphabet = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
    private const int CodeLength = 8;

    /// <summary>Four ASCII digits; whether they are somebody's PIN is not asked here.</summary>
    public static string ReadPin(string field, string pin) => pin.Length == 4 && pin.All(char.IsAsciiDigit) ? pin : throw Problems.Invalid(field, "must be four digits");

    /// <summary>A PIN that somebody may choose.</summary>
    public static string ReadNewPin(string field, string pin, int? birthYear) => Weakness(ReadPin(field, pin), birthYear) is { } why ? throw Problems.Invalid(field, why) : pin;

    /// <summary>Why nobody should have this PIN, or null. The year is of the Buddhist era.</summary>
    public static string? Weakness(string pin, int? birthYear)
    {
        // From digit to digit, past 9 comes 0: 7890 is a run on every keypad, too.
        var steps = Enumerable.Range(1, 3).Select(at => (pin[at] - pin[at - 1] + 10) % 10).Distinct().ToList();
        return steps is [0] ? "must not be one digit four times"
            : steps is [1] or [9] ? "must not be digits in a row"
            : birthYear is { } year && (Year(year) == pin || Year(year - BuddhistEra) == pin) ? "must not be the year of birth"
            : null;

        static string Year(int year) => year.ToString("0000", CultureInfo.InvariantCulture);
    }

    public static string NewCode() => RandomNumberGenerator.GetString(CodeAlphabet, CodeLength);

    /// <summary>As people type it: small letters, blanks and hyphens do not matter.</summary>
    public static string ReadCode(string text)
    {
        var code = text.Replace(" ", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToUpperInvariant();
        return code.Length == CodeLength && code.All(CodeAlphabet.Contains) ? code : throw Problems.Invalid("code", "must be the 8 letters and digits from the registrar");
    }

    /// <summary>A year of birth as it stands on the card: of the Buddhist era, of somebody who lives.</summary>
    public static int ReadBirthYear(int year, DateTimeOffset now) => year > now.Year + BuddhistEra - 130 && year <= now.Year + BuddhistEra
        ? year
        : throw Problems.Invalid("birth_year", "must be a year of the Buddhist era within a lifetime");
}
