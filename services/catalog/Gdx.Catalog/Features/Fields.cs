using System.Globalization;
using System.Net.Mail;
using System.Text.RegularExpressions;
using Gdx.ServiceDefaults;
using Google.Protobuf.WellKnownTypes;
using Enum = System.Enum;

namespace Gdx.Catalog.Features;

/// <summary>Reads the fields of requests; what does not fit is refused with the field's name and never repeated in the answer.</summary>
public static partial class Fields
{
    // What the database keeps of a moment: what is answered now is what will be read later.
    private const long Microsecond = TimeSpan.TicksPerMicrosecond;

    public const int DefaultPage = 50;
    public const int LargestPage = 100;

    /// <summary>The present moment, in microseconds.</summary>
    public static DateTimeOffset Now(this TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        return now.AddTicks(-(now.Ticks % Microsecond));
    }

    /// <summary>A UUID with hyphens, not all zeros.</summary>
    public static Guid Id(string field, string value) =>
        Guid.TryParseExact(value, "D", out var id) && id != Guid.Empty ? id : throw Problems.Invalid(field, "must be a UUID");

    public static Guid? OptionalId(string field, string value) => value.Length == 0 ? null : Id(field, value);

    /// <summary>Trimmed text of 1 to <paramref name="longest"/> characters without control characters.</summary>
    public static string Text(string field, string value, int longest, bool lines = false) =>
        OptionalText(field, value, longest, lines) is { Length: > 0 } text ? text : throw Problems.Invalid(field, string.Create(CultureInfo.InvariantCulture, $"must have 1 to {longest} characters"));

    public static string OptionalText(string field, string value, int longest, bool lines = false)
    {
        var text = value.Trim();
        return text.Length > longest ? throw Problems.Invalid(field, string.Create(CultureInfo.InvariantCulture, $"must have at most {longest} characters"))
            : text.Any(character => IsUnprintable(character) && !(lines && character is '\n' or '\r' or '\t')) ? throw Problems.Invalid(field, "must not hold control characters")
            : text;
    }

    /// <summary>An address that mail can be sent to, or nothing.</summary>
    public static string OptionalMail(string field, string value) => OptionalText(field, value, 200) is var text && (text.Length == 0 || (MailAddress.TryCreate(text, out var mail) && mail.Address == text))
        ? text : throw Problems.Invalid(field, "must be an e-mail address");

    public static T Known<T>(string field, T value)
        where T : struct, Enum => Enum.IsDefined(value) && !value.Equals(default(T)) ? value : throw Problems.Invalid(field, "must be one of the known values");

    /// <summary>A moment that a calendar has.</summary>
    public static DateTimeOffset Time(string field, Timestamp? value) =>
        value is { Seconds: >= 0 and < 253_402_300_800, Nanos: >= 0 and < 1_000_000_000 } ? value.ToDateTimeOffset() : throw Problems.Invalid(field, "must be a time between 1970 and 9999");

    /// <summary>1 to 100; 0 means 50.</summary>
    public static int PageSize(int value) => value switch
    {
        0 => DefaultPage,
        >= 1 and <= LargestPage => value,
        _ => throw Problems.Invalid("page_size", "must be 1-100, or 0 for 50."),
    };

    /// <summary>The order of the last row of the page before, in lists of which the newest come first.</summary>
    public static long PageToken(string value) => value.Length == 0 ? long.MaxValue
        : long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var last) ? last
        : throw Problems.Invalid("page_token", "must be the next_page_token of an earlier answer");

    public static string DatasetSlug(string field, string value) => IsSlug(value) ? value : throw Problems.Invalid(field, "must be a slug such as dopa.person, at most 64 characters.");

    public static string DatasetVersion(string field, string value) => IsVersion(value) ? value : throw Problems.Invalid(field, "must be a whole number from 1, such as 1.");

    public static bool IsSlug(string value) => SlugForm().IsMatch(value);

    public static bool IsVersion(string value) => VersionForm().IsMatch(value);

    // Line separators and the marks that turn the direction of writing would let a name show as something else.
    private static bool IsUnprintable(char character) => char.IsControl(character) || character is (>= '\u2028' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    [GeneratedRegex(@"\A(?=.{1,64}\z)[a-z][a-z0-9-]*(\.[a-z0-9-]+)+\z")]
    private static partial Regex SlugForm();

    [GeneratedRegex(@"\A[1-9][0-9]{0,3}\z")]
    private static partial Regex VersionForm();
}
