using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gdx.Simulators.LinkageCenter;

/// <summary>
/// DOPA Linkage Center, second generation, as an agency's own Linkage Proxy shows it (<c>/lk2/api/center/…</c>), and the knobs of the
/// simulation beside it. Who may do what here: <see cref="Users"/>.
/// </summary>
public static class Lk2
{
    internal static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    internal const int MaximumBody = 64 * 1024;

    public static void Map(WebApplication app)
    {
        app.UseWhen(context => context.Request.Path.StartsWithSegments("/lk2/api", StringComparison.Ordinal), lk2 => lk2.Use((context, next) =>
            context.RequestServices.GetRequiredService<Faults>().InvokeAsync(context, next)));
        app.UseRouting();
        var lk2 = app.MapGroup("/lk2");
        Faults.Map(lk2);
        Calls.Map(lk2);
        ThaiId.Map(lk2);
        lk2.MapDelete("/tokens", (Sessions sessions) => sessions.EndAll());
        var center = lk2.MapGroup("/api/center");
        Login.Map(center);
        Request.Map(center);
    }

    /// <summary>Error body of LK2: <c>{"errorNumber":int,"errorMessage":str}</c>. The real numbers are not public: the HTTP status stands in.</summary>
    internal static async Task WriteErrorAsync(HttpContext context, int status, string message)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, Plain);
        json.WriteStartObject();
        json.WriteNumber("errorNumber", status);
        json.WriteString("errorMessage", message);
        json.WriteEndObject();
    }

    internal static IResult Error(int status, string message) => Results.Json(new { errorNumber = status, errorMessage = message }, statusCode: status);

    /// <summary>The body as a JSON object, or null where it is none.</summary>
    internal static async Task<JsonDocument?> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        if (request.ContentLength > MaximumBody)
        {
            return null;
        }

        try
        {
            var body = await JsonDocument.ParseAsync(request.Body, default, ct);
            if (body.RootElement.ValueKind == JsonValueKind.Object)
            {
                return body;
            }

            body.Dispose();
        }
        catch (JsonException)
        {
        }

        return null;
    }

    /// <summary>A number that some callers send as a number and others as a string of digits: <c>9000000001003</c>, <c>"9000000001003"</c>.</summary>
    internal static long? Number(JsonElement body, string name) => body.ValueKind != JsonValueKind.Object || !body.TryGetProperty(name, out var value) ? null : value.ValueKind switch
    {
        JsonValueKind.Number when value.TryGetInt64(out var number) => number,
        JsonValueKind.String when long.TryParse(value.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };

    internal static string? Text(JsonElement body, string name) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
