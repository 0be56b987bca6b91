using System.Globalization;
using Gdx.ServiceDefaults;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Gdx.Identity.Features;

/// <summary>Reads the fields of requests; what does not fit is refused with the field's name and never repeated in the answer.</summary>
public static class Fields
{
    public const int DefaultPage = 50;
    public const int LargestPage = 100;

    /// <summary>A UUID with hyphens, not all zeros.</summary>
    public static Guid Id(string field, string value) =>
        Guid.TryParseExact(value, "D", out var id) && id != Guid.Empty ? id : throw Problems.Invalid(field, "must be a UUID");

    /// <summary>Trimmed text of 1 to <paramref name="longest"/> characters without control characters (which PostgreSQL and mail headers cannot hold).</summary>
    public static string Text(string field, string value, int longest, bool lines = false)
    {
        var text = value.Trim();
        if (text.Length == 0 || text.Length > longest)
        {
            throw Problems.Invalid(field, string.Create(CultureInfo.InvariantCulture, $"must have 1 to {longest} characters"));
        }

        return text.Any(character => IsUnprintable(character) && !(lines && character is '\n' or '\r' or '\t'))
            ? throw Problems.Invalid(field, "must not hold control characters")
            : text;
    }

    // Line separators and the marks that turn the direction of writing would let a name show as something else in a mail.
    public static bool IsUnprintable(char character) => char.IsControl(character) || character is (>= '\u2028' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    /// <summary>A moment that a calendar has.</summary>
    public static DateTimeOffset Time(string field, Timestamp? value) =>
        value is { Seconds: >= 0 and < 253_402_300_800, Nanos: >= 0 and < 1_000_000_000 } ? value.ToDateTimeOffset() : throw Problems.Invalid(field, "must be a time between 1970 and 9999");

    /// <summary>1 to 100; 0 means 50.</summary>
    public static int PageSize(int value) => value switch
    {
        0 => DefaultPage,
        >= 1 and <= LargestPage => value,
        _ => throw Problems.Invalid("page_size", "must be 1 to 100, or 0 for 50"),
    };

    /// <summary>The last id of the page before; null for the first page.</summary>
    public static Guid? PageToken(string value) => value.Length == 0 ? null
        : Guid.TryParseExact(value, "N", out var id) ? id
        : throw Problems.Invalid("page_token", "must be the next_page_token of an earlier answer");

    /// <summary>What to search for: a part of a text (LIKE pattern, escaped by \) or the whole; null where nothing is asked.</summary>
    public static Sought? Search(string field, string value) => value.Trim().Length == 0 ? null
        : Text(field, value, 200) is var text ? new(text, $"%{text.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal)}%") : null;

    /// <summary>The person (UUID) who calls.</summary>
    public static Guid Person(this ServerCallContext context) =>
        Guid.TryParse(context.GetHttpContext().User.FindFirst("sub")?.Value, out var person)
            ? person
            : throw Problems.Rpc(StatusCode.PermissionDenied, "caller.not_a_person", "Only a person may do this.");
}

/// <summary>A text that is searched for.</summary>
public sealed record Sought(string Whole, string Pattern);
