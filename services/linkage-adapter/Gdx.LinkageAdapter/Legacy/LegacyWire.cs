using System.Diagnostics;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Npgsql;

namespace Gdx.LinkageAdapter.Legacy;

/// <summary>One route of the exchange's own wire: what stands before and after every handler under <c>/ws</c>.</summary>
public sealed partial class LegacyWire(ILogger<LegacyWire> log)
{
    /// <summary>The Linkage Center's own bound (95015).</summary>
    private const int MostBytes = 64 * 1024;

    /// <summary>
    /// Maps a route that answers in the legacy shape whatever happens. It authenticates by key and token itself, so it runs in front of
    /// everything that would answer in another shape: authentication by JWT, problem details, status pages.
    /// </summary>
    public static void Map(IEndpointRouteBuilder app, string path, Func<HttpContext, ValueTask<LegacyAnswer>> handle)
    {
        var wire = app.ServiceProvider.GetRequiredService<LegacyWire>();
        app.Map(path, context => wire.AnswerAsync(context, handle)).AllowAnonymous().ShortCircuit();
    }

    /// <summary>Unknown addresses under <c>/ws</c>.</summary>
    public static void MapUnknown(IEndpointRouteBuilder app) => Map(app, "/ws/{**rest}", context =>
    {
        Activity.Current?.SetTag("url.path", "/ws/*"); // What an unknown address holds is not written down.
        return new(LegacyAnswer.RouteNotFound);
    });

    /// <summary>The only value of a header; null where it is absent or empty. False where it is given twice.</summary>
    public static bool TryGetSingle(HttpContext context, string name, out string? value)
    {
        StringValues values = context.Request.Headers[name];
        value = values.Count == 1 && values[0] is { Length: > 0 } single ? single : null;
        return values.Count <= 1;
    }

    private async Task AnswerAsync(HttpContext context, Func<HttpContext, ValueTask<LegacyAnswer>> handle)
    {
        LegacyAnswer answer;
        try
        {
            answer = IsTooLarge(context.Request) ? LegacyAnswer.TooLarge : await handle(context);
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
        {
            DatabaseAway((context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText, exception.GetType().Name);
            answer = LegacyAnswer.NotRecorded;
        }
        catch (Exception exception)
        {
            Bug(exception, (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText);
            answer = LegacyAnswer.Fault;
        }

        var response = context.Response;
        response.StatusCode = answer.Status;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = answer.Body.Length;
        response.Headers[HeaderNames.CacheControl] = "no-store";
        if (answer.RetryAfterSeconds > 0)
        {
            response.Headers[HeaderNames.RetryAfter] = new StringValues(answer.RetryAfterSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        if (answer.Allow is { } allow)
        {
            response.Headers[HeaderNames.Allow] = allow;
        }

        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.BodyWriter.WriteAsync(answer.Body, context.RequestAborted).ConfigureAwait(false);
        }
    }

    private static bool IsTooLarge(HttpRequest request)
    {
        long size = request.QueryString.Value?.Length ?? 0;
        if (size + request.Path.Value?.Length > MostBytes || request.ContentLength > MostBytes)
        {
            return true;
        }

        foreach (var header in request.Headers)
        {
            size += header.Key.Length;
            foreach (var value in header.Value)
            {
                size += value?.Length ?? 0;
            }
        }

        return size > MostBytes;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A call of {Route} was refused, the database cannot be reached: {Fault}")]
    private partial void DatabaseAway(string? route, string fault);

    [LoggerMessage(Level = LogLevel.Error, Message = "A call of {Route} failed.")]
    private partial void Bug(Exception exception, string? route);
}
