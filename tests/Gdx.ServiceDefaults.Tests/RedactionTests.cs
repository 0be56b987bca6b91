using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Trace;

namespace Gdx.ServiceDefaults.Tests;

/// <summary>The numbers are synthetic: citizen numbers that begin with 9 are never issued.</summary>
public sealed class RedactionTests
{
    private const string Citizen = "9000000001006";

    [Theory]
    [InlineData("GET /ws/link?OfficeID=00023&CitizenID=9000000001006 HTTP/1.1", "GET /ws/link?OfficeID=***&CitizenID=*** HTTP/1.1")]
    [InlineData("person 9000000001006 is absent", "person ************* is absent")]
    [InlineData("person 9-0000-00001-00-6 is absent", "person ************* is absent")]
    [InlineData("person ๙๐๐๐๐๐๐๐๐๑๐๐๖ is absent", "person ************* is absent")]
    [InlineData("Authorization: Bearer abc.def-ghi", "Authorization: Bearer ***")]
    [InlineData("""{"consumerSecret":"s3cr3t","name":"x"}""", """{"consumerSecret":"***","name":"x"}""")]
    [InlineData("Token=9f1c; Consumer-Key: k1", "Token=***; Consumer-Key: ***")]
    [InlineData("14 digits 90000000010061 and 12 digits 900000000100", "14 digits 90000000010061 and 12 digits 900000000100")]
    [InlineData("entry 01912345-6789-7012-8345-67890abcdef1", "entry 01912345-6789-7012-8345-67890abcdef1")]
    [InlineData("trace 4bf92f3577b34da61234567890123abc", "trace 4bf92f3577b34da61234567890123abc")]
    [InlineData("masked 9-xxxx-xxxxx-00-6", "masked 9-xxxx-xxxxx-00-6")]
    public void A_text_keeps_what_may_be_written_down(string text, string expected) => Assert.Equal(expected, Redaction.Text(text));

    [Theory]
    [InlineData("?CitizenID=9000000001006&Version=01", "?CitizenID=***&Version=***")]
    [InlineData("?code=c0de&state=st4te&id_token=a.b.c&id_token_hint=a.b.c", "?code=***&state=***&id_token=***&id_token_hint=***")]
    [InlineData("", "")]
    public void A_query_keeps_its_names(string query, string expected) => Assert.Equal(expected, Redaction.Query(query));

    [Fact]
    public void Spans_and_log_records_are_redacted_by_the_processors_that_every_service_has()
    {
        var spans = new List<Activity>();
        var records = new List<string>();
        var builder = WebApplication.CreateBuilder();
        builder.AddServiceDefaults("redacted");
        builder.Services.ConfigureOpenTelemetryTracerProvider(tracing => tracing.AddProcessor(new Kept<Activity>(spans.Add)));
        builder.Services.ConfigureOpenTelemetryLoggerProvider(logging => logging.AddProcessor(new Kept<LogRecord>(record =>
            records.Add($"{record.FormattedMessage} {string.Join(' ', (record.Attributes ?? []).Select(pair => $"{pair.Key}={pair.Value}"))} {record.Exception}"))));
        using var app = (IDisposable)builder.Build();
        var services = ((WebApplication)app).Services;
        _ = services.GetRequiredService<TracerProvider>();
        using var source = new ActivitySource("Gdx.RedactionTests");

        using (var span = source.StartActivity("call"))
        {
            span!.SetTag("url.query", $"?CitizenID={Citizen}").SetTag("url.full", $"http://host/link?CitizenID={Citizen}").SetTag("note", $"person {Citizen}").SetStatus(ActivityStatusCode.Error, $"no {Citizen}");
        }

        // The compiler's helper takes a number and an address as they are; written down they are texts.
        services.GetRequiredService<ILoggerFactory>().CreateLogger("Gdx.RedactionTests")
            .Log(LogLevel.Error, default, new List<KeyValuePair<string, object?>> { new("Number", long.Parse(Citizen, null)), new("Address", new Uri($"http://host/?CitizenID={Citizen}")) }, new InvalidOperationException($"person {Citizen}"), (_, _) => $"about {Citizen}");

        var written = string.Join('\n', [.. records, .. spans.SelectMany(span => span.TagObjects.Select(tag => $"{tag.Key}={tag.Value}").Append(span.StatusDescription))]);
        Assert.Contains("about *************", written, StringComparison.Ordinal);
        Assert.Contains("note=person *************", written, StringComparison.Ordinal);
        Assert.Contains("exception.stacktrace=", written, StringComparison.Ordinal);
        Assert.DoesNotContain(Citizen, written, StringComparison.Ordinal);
    }

    [Fact]
    public void The_console_is_redacted_with_its_exceptions()
    {
        var builder = WebApplication.CreateBuilder();
        builder.AddServiceDefaults("redacted");
        using var app = (IDisposable)builder.Build();
        var formatter = ((WebApplication)app).Services.GetServices<ConsoleFormatter>().Single(formatter => formatter.Name == "gdx");
        using var console = new StringWriter();

        formatter.Write(new Microsoft.Extensions.Logging.Abstractions.LogEntry<string>(LogLevel.Warning, "Gdx", default, $"about {Citizen}", new InvalidOperationException($"person {Citizen}"), (state, _) => state), null, console);

        Assert.StartsWith("warn Gdx: about *************", console.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Citizen, console.ToString(), StringComparison.Ordinal);
    }

    private sealed class Kept<T>(Action<T> keep) : BaseProcessor<T>
        where T : class
    {
        public override void OnEnd(T data) => keep(data);
    }
}
