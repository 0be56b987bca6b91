using System.Globalization;
using System.Text.RegularExpressions;
using Gdx.Entitlement.Contracts.V1;
using Gdx.Entitlement.Data;
using Gdx.Numbers;
using Gdx.ServiceDefaults;
using PurposeTerms = Gdx.Entitlement.Data.PurposeTerms;

namespace Gdx.Entitlement.Features;

/// <summary>Reads the fields of requests for data; what does not fit is refused with the field's name and never repeated in the answer.</summary>
public static partial class RequestFields
{
    private const int MostFields = 200;
    private const int MostPurposes = 10;
    private const int MostASecond = 1_000; // What a whole source answers.
    private const int MostADay = 10_000_000;
    private const int MostForOfficer = 10_000; // One every three seconds of a working day: no longer a person's work.
    private static readonly TimeSpan Bangkok = TimeSpan.FromHours(7); // All year.

    public static Guid Id(string field, string value) =>
        Guid.TryParseExact(value, "D", out var id) && id != Guid.Empty ? id : throw Problems.Invalid(field, "must be a UUID");

    public static int PageSize(int value) => value switch
    {
        0 => 50,
        >= 1 and <= 100 => value,
        _ => throw Problems.Invalid("page_size", "must be 1-100, or 0 for 50"),
    };

    /// <summary>Trimmed text without control characters (which PostgreSQL cannot hold) and marks that turn the direction of writing.</summary>
    public static string Text(string field, string value, int longest, bool lines = false) =>
        value.Trim() is var text && text.Length >= 1 && text.Length <= longest && !text.Any(character => Unprintable(character) && !(lines && character is '\n' or '\r' or '\t'))
            ? text
            : throw Problems.Invalid(field, string.Create(CultureInfo.InvariantCulture, $"must have 1-{longest} characters, without control characters"));

    public static string? OptionalText(string field, string value, int longest) => value.Trim().Length == 0 ? null : Text(field, value, longest, lines: true);

    public static string DatasetId(string value) => Slug().IsMatch(value) ? value : throw Problems.Invalid("dataset_id", "must be a slug such as dopa.person");

    public static string DatasetVersion(string value) => Number().IsMatch(value) ? value : throw Problems.Invalid("dataset_version", "must be a number such as 1");

    public static string StepId(string value) => value.Length is >= 1 and <= 64 ? value : throw Problems.Invalid("step_id", "must be a step of the request");

    /// <summary>The first moment of a Thai day.</summary>
    public static DateTimeOffset StartOf(DateOnly day) => new DateTimeOffset(day, TimeOnly.MinValue, Bangkok).ToUniversalTime();

    /// <summary>The Thai day that ends just before this instant.</summary>
    public static DateOnly LastDayBefore(DateTimeOffset end) => WorkingDays.DayOf(end.AddTicks(-1));

    public static string Say(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static DateOnly? Day(string field, string value) =>
        value.Length == 0 ? null
        // 2000-2200 are the years in which a right can begin or end.
        : DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is >= 2000 and <= 2200 ? day
        : throw Problems.Invalid(field, "must be a day such as 2027-01-31, of the years 2000-2200 of the Common Era");

    /// <summary>What is asked for. What is left unset is as before, or in a new request as the procedure has it.</summary>
    public static Scope Scope(RequestScope? asked, Scope? before, ProcedureFile procedure, DateTimeOffset now)
    {
        if (asked is null)
        {
            throw Problems.Invalid("scope", "must say what is asked for");
        }

        var first = Day("scope.first_day", asked.FirstDay) ?? (before is null ? WorkingDays.DayOf(now) : WorkingDays.DayOf(before.ValidFrom));
        var last = Day("scope.last_day", asked.LastDay) ?? (before is null ? first.AddMonths(procedure.DefaultMonths).AddDays(-1) : LastDayBefore(before.ValidUntil));
        if (last < first || last >= first.AddMonths(procedure.LargestMonths))
        {
            throw Problems.Invalid("scope.last_day", $"must not be before the first, and within {procedure.LargestMonths} months");
        }

        if (last < WorkingDays.DayOf(now))
        {
            throw Problems.Invalid("scope.last_day", "is past already");
        }

        return new Scope
        {
            Fields = Distinct("scope.fields", [.. asked.Fields], MostFields, FieldName(), "a field's name such as firstName"),
            Purposes = Purposes(asked, first, last),
            Channels = asked.Channels.Count is >= 1 and <= 2 && asked.Channels.All(channel => channel is Channel.Api or Channel.Web)
                ? [.. asked.Channels.Distinct().Order().Select(channel => (Decisions.Channel)channel)]
                : throw Problems.Invalid("scope.channels", "must name the API, the web, or both"),
            ValidFrom = StartOf(first),
            ValidUntil = StartOf(last.AddDays(1)),
            Budget = Budget("scope.budget", asked.Budget) ?? before?.Budget ?? GrantBudget.Default with { },
        };
    }

    public static GrantBudget? Budget(string field, Budget? budget) => budget is null ? null : new()
    {
        CallsPerSecond = Limit(field, "calls_per_second", budget.CallsPerSecond, MostASecond),
        CallsPerDay = Limit(field, "calls_per_day", budget.CallsPerDay, MostADay),
        PersonsPerDay = Limit(field, "persons_per_day", budget.PersonsPerDay, MostADay),
        CallsPerOfficerAndDay = Limit(field, "calls_per_officer_and_day", budget.CallsPerOfficerAndDay, MostForOfficer),
        PersonsPerOfficerAndDay = Limit(field, "persons_per_officer_and_day", budget.PersonsPerOfficerAndDay, MostForOfficer),
    };

    /// <summary>One verdict for each of <paramref name="asked"/>, no more and no fewer.</summary>
    public static List<StepVerdict> Verdicts(string field, IEnumerable<Verdict> given, IReadOnlyList<string> asked)
    {
        var verdicts = given.Take(MostFields + 1).Select(verdict => new StepVerdict(
            verdict.Name, verdict.Granted, verdict.Granted ? null : Text($"{field}.reason", verdict.Reason, 500, lines: true))).ToList();
        return verdicts.Count == asked.Count && verdicts.Select(verdict => verdict.Name).Distinct().Count() == asked.Count && verdicts.TrueForAll(verdict => asked.Contains(verdict.Name))
            ? verdicts
            : throw Problems.Invalid(field, "must decide about each that is asked for, once, and about no other");
    }

    private static List<PurposeTerms> Purposes(RequestScope asked, DateOnly first, DateOnly last)
    {
        var codes = Distinct("scope.purposes", [.. asked.Purposes.Select(purpose => purpose.Code)], MostPurposes, Purpose(), "a code of 3-64 lower-case letters, digits, dots and hyphens such as welfare.eligibility");
        return codes.Count != asked.Purposes.Count ? throw Problems.Invalid("scope.purposes", "must each be named once") : [.. asked.Purposes.Select(purpose =>
        {
            var (from, until) = (Day("scope.purposes.first_day", purpose.FirstDay), Day("scope.purposes.last_day", purpose.LastDay));
            return (from ?? first) > (until ?? last) || from < first || until > last
                ? throw Problems.Invalid("scope.purposes.last_day", "must not be before the purpose's first day, and both within the period")
                : new PurposeTerms
                {
                    Code = purpose.Code,
                    NameTh = Text("scope.purposes.name_th", purpose.NameTh, 200),
                    NameEn = Text("scope.purposes.name_en", purpose.NameEn, 200),
                    ValidFrom = from > first ? StartOf(from.Value) : null,
                    ValidUntil = until < last ? StartOf(until.Value.AddDays(1)) : null,
                    CaseRequired = purpose.CaseRequired,
                };
        })];
    }

    private static int Limit(string field, string name, int value, int most) =>
        value >= 1 && value <= most ? value : throw Problems.Invalid($"{field}.{name}", string.Create(CultureInfo.InvariantCulture, $"must be 1-{most}"));

    private static List<string> Distinct(string field, IReadOnlyList<string> values, int most, Regex form, string what) =>
        values.Count < 1 || values.Count > most ? throw Problems.Invalid(field, $"must have 1-{most} entries")
        : values.Any(value => !form.IsMatch(value)) ? throw Problems.Invalid(field, $"each must be {what}")
        : [.. values.Distinct()];

    private static bool Unprintable(char character) => char.IsControl(character) || character is (>= '\u2028' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    [GeneratedRegex(@"^(?=.{3,64}\z)[a-z][a-z0-9-]*(\.[a-z0-9-]+){0,4}\z")]
    private static partial Regex Slug();

    [GeneratedRegex(@"^[1-9][0-9]{0,3}\z")]
    private static partial Regex Number();

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_]{0,63}\z")]
    private static partial Regex FieldName();

    [GeneratedRegex(@"^[a-z][a-z0-9.-]{2,63}\z")]
    private static partial Regex Purpose();
}
