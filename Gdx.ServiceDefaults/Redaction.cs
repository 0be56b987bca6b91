using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using OpenTelemetry;
using OpenTelemetry.Logs;

namespace Gdx.ServiceDefaults;

/// <summary>Takes values that must not be written down out of addresses and texts. A last line of defence: code does not write them in the first place.</summary>
public static partial class Redaction
{
    /// <summary>Keeps the names in a query string and drops every value: <c>?CitizenID=***&amp;Version=***</c>.</summary>
    public static string Query(string query) => QueryValue().Replace(query, "=***");

    /// <summary>Drops the query values of addresses, 13-digit numbers, bearer tokens and values that follow the name of a secret.</summary>
    public static string Text(string text)
    {
        text = QueryInText().Replace(text, match => Query(match.Value));
        text = Secret().Replace(text, "$1***");
        return Numbers(text);
    }

    /// <summary>Drops 13-digit numbers; the same text where there are none.</summary>
    public static string Numbers(string text) => ThirteenDigits().Replace(text, "*************");

    [GeneratedRegex(@"=[^&#\s]*")]
    private static partial Regex QueryValue();

    [GeneratedRegex(@"\?[\w.%-]+=[^\s""']*")]
    private static partial Regex QueryInText();

    [GeneratedRegex(@"((?:bearer|basic)\s+|(?:secret|password|token|pin|consumer-key)[""']?\s*[=:]\s*[""']?)[^\s""',;&]+", RegexOptions.IgnoreCase)]
    private static partial Regex Secret();

    // \d also takes Thai digits, which is wanted here.
    [GeneratedRegex(@"(?<!\d)\d(?:[- ]?\d){12}(?!\d)")]
    private static partial Regex ThirteenDigits();
}

internal sealed class ActivityRedaction : BaseProcessor<Activity>
{
    private static readonly string[] Addresses = ["url.full", "http.url", "http.target"];

    // What a caller writes as it likes; a path that no route knows may hold a person, too.
    private static readonly string[] FreeTexts = ["url.path", "user_agent.original"];

    public override void OnEnd(Activity data)
    {
        if (data.GetTagItem("url.query") is string query)
        {
            data.SetTag("url.query", Redaction.Query(query));
        }

        foreach (var key in Addresses)
        {
            if (data.GetTagItem(key) is string address)
            {
                data.SetTag(key, Redaction.Text(address));
            }
        }

        foreach (var key in FreeTexts)
        {
            if (data.GetTagItem(key) is string text && Redaction.Numbers(text) is var redacted && !ReferenceEquals(redacted, text))
            {
                data.SetTag(key, redacted);
            }
        }

        if (data.StatusDescription is { } description)
        {
            data.SetStatus(data.Status, Redaction.Text(description));
        }
    }
}

internal sealed class LogRedaction : BaseProcessor<LogRecord>
{
    public override void OnEnd(LogRecord data)
    {
        data.FormattedMessage = data.FormattedMessage is { } message ? Redaction.Text(message) : null;
        var attributes = data.Attributes?.Select(pair => pair.Value is string text ? new(pair.Key, Redaction.Text(text)) : pair).ToList() ?? [];
        if (data.Exception is { } exception)
        {
            attributes.Add(new("exception.type", exception.GetType().FullName));
            attributes.Add(new("exception.stacktrace", Redaction.Text(exception.ToString())));
            data.Exception = null;
        }

        data.Attributes = attributes;
    }
}

internal sealed class RedactingConsoleFormatter() : ConsoleFormatter(Key)
{
    public const string Key = "gdx";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var level = logEntry.LogLevel switch
        {
            LogLevel.Critical => "crit",
            LogLevel.Error => "fail",
            LogLevel.Warning => "warn",
            LogLevel.Information => "info",
            _ => "dbug",
        };
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        textWriter.WriteLine($"{level} {logEntry.Category}: {Redaction.Text(message)}");
        if (logEntry.Exception is { } exception)
        {
            textWriter.WriteLine(Redaction.Text(exception.ToString()));
        }
    }
}
