using System.Text.RegularExpressions;
using Gdx.Numbers;

namespace Gdx.LinkageAdapter.Legacy;

/// <summary>What a call of <c>/ws/dopa/linkage/v1/link</c> asks for, once every part of it is well formed.</summary>
public readonly partial record struct LinkRequest(string Office, string Service, string Version, CitizenId Citizen, string? Purpose, string? Case)
{
    private static readonly string[] Names = ["OfficeID", "ServiceID", "Version", "CitizenID"];

    /// <summary>Reads parameters and headers; answers what is wrong, in words that repeat no value, or null.</summary>
    public static string? Read(HttpContext context, out LinkRequest request)
    {
        request = default;
        var values = new string?[Names.Length];
        if (LegacyQuery.Read(context.Request.QueryString.Value ?? "", Names, values) is { } wrong)
        {
            return wrong;
        }

        var missing = Array.FindIndex(values, string.IsNullOrEmpty);
        if (missing >= 0)
        {
            return $"{Names[missing]} is missing.";
        }

        var (office, service, version) = (values[0]!, values[1]!, values[2]!);
        if (!IsDigits(office, 5) || !IsDigits(service, 3) || !IsDigits(version, 2))
        {
            return "OfficeID has 5 digits, ServiceID 3 and Version 2.";
        }

        if (!CitizenId.TryParse(values[3], out var citizen))
        {
            return "CitizenID is not 13 digits with a right check digit.";
        }

        if (!LegacyWire.TryGetSingle(context, "Gdx-Purpose", out var purpose) || (purpose is not null && !PurposeCode().IsMatch(purpose)))
        {
            return "Gdx-Purpose is not one purpose code.";
        }

        if (!LegacyWire.TryGetSingle(context, "Gdx-Case", out var file) || (file is not null && !CaseNumber().IsMatch(file)))
        {
            return "Gdx-Case is not one case number of at most 64 of A-Z a-z 0-9 . / _ -";
        }

        if (purpose is not null && HoldsCitizen(purpose))
        {
            return "Gdx-Purpose holds a citizen number: name one of your grant's purposes.";
        }

        if (file is not null && HoldsCitizen(file))
        {
            return "Gdx-Case holds a citizen number: name the case by your own file number.";
        }

        request = new(office, service, version, citizen, purpose, file);
        return null;
    }

    // Evidence keeps purpose and case number as they are, and citizen numbers only as keyed hashes.
    private static bool HoldsCitizen(string text) => HasNumber(text) || HasNumber(Separators().Replace(text, ""));

    private static bool HasNumber(string file)
    {
        foreach (var match in Thirteen().EnumerateMatches(file))
        {
            if (CitizenId.TryParse(file.Substring(match.Index, match.Length).Replace("-", "", StringComparison.Ordinal), out _))
            {
                return true;
            }
        }

        return false;
    }

    // The wire's digits are ASCII: char.IsDigit would also take Thai ones.
    private static bool IsDigits(string text, int length) => text.Length == length && text.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0;

    [GeneratedRegex(@"\A[a-z][a-z0-9.-]{2,63}\z")]
    private static partial Regex PurposeCode();

    // Plain, or as it is printed on the card: 9-0000-00001-00-1.
    [GeneratedRegex(@"(?<![0-9])([0-9]{13}|[0-9]-[0-9]{4}-[0-9]{5}-[0-9]{2}-[0-9])(?![0-9])")]
    private static partial Regex Thirteen();

    // However it is divided: 9.0000.00001.00.1.
    [GeneratedRegex(@"(?<=[0-9])[./_-]+(?=[0-9])")]
    private static partial Regex Separators();

    [GeneratedRegex(@"\A[A-Za-z0-9./_-]{1,64}\z")]
    private static partial Regex CaseNumber();
}
