namespace Gdx.ServiceDefaults;

/// <summary>Takes values that must not be written down out of addresses and texts. A last line of defence: code does not write them in the first place.</summary>
public static partial class Redaction
{
    /// <summary>Keeps the names in a query string and drops every value: <c>?CitizenID=***&amp;Version=***</c>.</summary>
    public static string Query(string query) => QueryValue().Replace(query, "=***");

    /// <summary>Drops the query values of addresses, 13-digit numbers, bearer tokens and values that follow the name of a secret.</summary>
    public static string Text(string text) => Numbers(Secret().Replace(QueryInText().Replace(text, match => Query(match.Value)), "$1***"));

    /// <summary>Drops 13-digit numbers; the same text where there are none.</summary>
    public static string Numbers(string text) => ThirteenDigits().Replace(text, match => match.Groups["id"].Success ? match.Value : "*************");

    [GeneratedRegex(@"=[^&#\s]*")] private static partial Regex QueryValue();

    [GeneratedRegex(@"\?[\w.%-]+=[^\s""']*")] private static partial Regex QueryInText();

    [GeneratedRegex(@"((?:bearer|basic)\s+|(?:secret|password|token|pin|consumer-key)[""']?\s*[=:]\s*[""']?)[^\s""',;&]+", RegexOptions.IgnoreCase)] private static partial Regex Secret();

    // \d also takes Thai digits, which is wanted here. UUIDs and trace ids may hold thirteen digits in a row and stay as they are.
    [GeneratedRegex(@"(?<id>\b(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32})\b)|(?<!\d)\d(?:[- ]?\d){12}(?!\d)")] private static partial Regex ThirteenDigits();
}

internal sealed class ActivityRedaction : BaseProcessor<Activity>
{
    public override void OnEnd(Activity data)
    {
        foreach (var (key, value) in data.TagObjects.Where(tag => tag.Value is string { Length: >= 8 } || tag.Key == "url.query").ToList()) // Shorter than a secret with its name.
        {
            data.SetTag(key, key == "url.query" ? Redaction.Query($"{value}") : Redaction.Text($"{value}"));
        }

        if (data.StatusDescription is { } description) { data.SetStatus(data.Status, Redaction.Text(description)); }
    }
}

internal sealed class LogRedaction : BaseProcessor<LogRecord>
{
    public override void OnEnd(LogRecord data)
    {
        data.FormattedMessage = data.FormattedMessage is { } message ? Redaction.Text(message) : null;
        var attributes = data.Attributes?.Select(Clean).ToList() ?? [];
        if (data.Exception is { } exception)
        {
            attributes.AddRange([new("exception.type", exception.GetType().FullName), new("exception.stacktrace", Redaction.Text(exception.ToString()))]);
            data.Exception = null;
        }

        data.Attributes = attributes;
    }

    // An address or a number logged as such is a value like any other once it is written down.
    private static KeyValuePair<string, object?> Clean(KeyValuePair<string, object?> pair)
    {
        var text = Convert.ToString(pair.Value, CultureInfo.InvariantCulture) ?? "";
        return Redaction.Text(text) is var clean && clean == text ? pair : new(pair.Key, clean);
    }
}

internal sealed class RedactingConsoleFormatter() : ConsoleFormatter(Key)
{
    public const string Key = "gdx";
    private static readonly string[] Levels = ["trce", "dbug", "info", "warn", "fail", "crit", "none"];

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        textWriter.WriteLine($"{Levels[(int)logEntry.LogLevel]} {logEntry.Category}: {Redaction.Text(logEntry.Formatter(logEntry.State, logEntry.Exception))}");
        if (logEntry.Exception is { } exception) { textWriter.WriteLine(Redaction.Text(exception.ToString())); }
    }
}
