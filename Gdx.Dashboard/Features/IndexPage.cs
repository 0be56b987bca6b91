namespace Gdx.Dashboard.Features;

/// <summary>GET /: what this is and where the telemetry can be read.</summary>
public static class IndexPage
{
    private const string Html = """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Gdx telemetry</title></head>
        <body><main><h1>Gdx telemetry</h1>
        <p>Traces and logs of this development run, newest first, as OTLP JSON.</p>
        <ul>
        <li><a href="/api/telemetry/traces?limit=20">traces</a>, one: <code>/api/telemetry/traces/{traceId}</code></li>
        <li><a href="/api/telemetry/traces?hasError=true&amp;limit=20">traces with an error</a></li>
        <li><a href="/api/telemetry/spans?limit=50">spans</a></li>
        <li><a href="/api/telemetry/logs?limit=50">logs</a></li>
        <li><a href="/api/telemetry/resources">resources</a></li>
        </ul></main></body></html>
        """;

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/", (HttpContext http) =>
    {
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
        return TypedResults.Content(Html, "text/html");
    });
}
