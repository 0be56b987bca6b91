using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Gdx.LinkageAdapter;

/// <summary>What the adapter tells about itself. Tags name datasets, decisions and statuses, never a person, key or secret.</summary>
public static class AdapterTelemetry
{
    /// <summary>Spans of one call: <c>authenticate</c>, <c>decide</c>, <c>source call</c>, <c>project</c>, <c>evidence</c>.</summary>
    public static readonly ActivitySource Source = new("Gdx.LinkageAdapter");

    public static readonly Meter Meter = new("Gdx.LinkageAdapter");

    private static readonly Histogram<double> Duration = Meter.CreateHistogram("gdx.linkage.call.duration", "s", "Calls of agencies' systems by dataset and decision.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10] });

    public static void Called(string? dataset, string decision, int status, TimeSpan took) =>
        Duration.Record(took.TotalSeconds, new("gdx.dataset", dataset ?? "none"), new("gdx.decision", decision), new KeyValuePair<string, object?>("http.response.status_code", status));
}
