using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gdx.Simulators.Ckan;

/// <summary>
/// The open catalogue: CKAN 2.9's action API under <c>/api/3/action</c> with the Government Data Catalog's mandatory fields, for packages only, and
/// the knobs of the simulation under <c>/ckan</c>. The key is <c>CKAN_API_KEY</c>, or <see cref="DefaultKey"/>.
/// </summary>
public static class CkanApi
{
    public const string DefaultKey = "simulated-key";
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Map(WebApplication app)
    {
        var ckan = app.MapGroup("/ckan");
        CkanFaults.Map(ckan);
        ckan.MapGet("/packages", (Packages packages) => Results.Json(packages.All, Plain));
        app.MapMethods("/api/3/action/{action}", ["GET", "POST"], HandleAsync);
    }

    private static async Task HandleAsync(string action, HttpContext http, Packages packages, CkanFaults faults, IConfiguration settings)
    {
        faults.Count(action);
        var now = faults.Now;
        if (now.LatencyMs > 0)
        {
            await Task.Delay(now.LatencyMs, http.RequestAborted);
        }

        if (now.DropConnections)
        {
            http.Abort();
            return;
        }

        if (now.StallAnswers)
        {
            await http.Response.WriteAsync("{");
            await http.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        }

        if (now.Garbage || now.Status is not null)
        {
            http.Response.StatusCode = now.Status ?? 200;
            http.Response.ContentType = "text/html";
            await http.Response.WriteAsync("<html>proxy error</html>");
            return;
        }

        var (status, answer) = await AnswerAsync(action, http, packages, settings);
        if (now.DropAnswers || now.DropAnswersOf == action)
        {
            http.Abort(); // What was asked for is done, and nobody hears of it.
            return;
        }

        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json;charset=utf-8";
        await http.Response.WriteAsync(answer.ToJsonString(Plain));
    }

    private static async Task<(int Status, JsonNode Answer)> AnswerAsync(string action, HttpContext http, Packages packages, IConfiguration settings)
    {
        var known = http.Request.Headers.Authorization.ToString() == (settings["CKAN_API_KEY"] is { Length: > 0 } key ? key : DefaultKey);
        if (action is not ("package_show" or "package_create" or "package_update" or "package_delete"))
        {
            return (400, JsonValue.Create($"Bad request - Action name not known: {action}"));
        }

        if (await BodyAsync(http.Request) is not { } body)
        {
            return (400, JsonValue.Create("Bad request - JSON Error: Error decoding JSON data."));
        }

        var result = action == "package_show" ? packages.Show(body, known)
            : !known ? Outcome.Refused(403, "Authorization Error", ("message", "Access denied: User not authorized"))
            : action == "package_create" ? packages.Create(body) : action == "package_update" ? packages.Update(body) : packages.Delete(body);
        var answer = new JsonObject { ["help"] = $"{http.Request.Scheme}://{http.Request.Host}/api/3/action/help_show?name={action}", ["success"] = result.Error is null };
        answer[result.Error is null ? "result" : "error"] = result.Error is null ? result.Result?.DeepClone() : result.Error;
        return (result.Status, answer);
    }

    private static async Task<JsonObject?> BodyAsync(HttpRequest request)
    {
        if (HttpMethods.IsGet(request.Method))
        {
            return new JsonObject(request.Query.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value.ToString())));
        }

        try
        {
            return await JsonNode.ParseAsync(request.Body) as JsonObject; // The server itself ends bodies of more than a megabyte.
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>What became of an action: its result, or CKAN's error object.</summary>
public sealed record Outcome(int Status, JsonNode? Result, JsonObject? Error)
{
    public static Outcome Done(JsonNode? result) => new(200, result, null);

    public static Outcome Refused(int status, string type, params (string Key, JsonNode Value)[] details)
    {
        var error = new JsonObject { ["__type"] = type };
        foreach (var (key, value) in details)
        {
            error[key] = value;
        }

        return new(status, null, error);
    }
}
