using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gdx.Catalog.Data;
using Gdx.Catalog.Features;

namespace Gdx.Catalog.Ckan;

/// <summary>How a push ended: null where the catalogue now holds what it should; otherwise why not, and whether trying again later may help.</summary>
public sealed record PushProblem(string Why, bool MayPass);

/// <summary>
/// The open catalogue (data.go.th): CKAN 2.9's action API, <c>POST {base}/api/3/action/package_show</c> and so on, with the Government Data Catalog's
/// fields. An answer is <c>{"help":"…","success":true,"result":{…}}</c> or, with 403, 404 or 409,
/// <c>{"help":"…","success":false,"error":{"__type":"Validation Error","title":["Missing value"]}}</c>; a proxy in front may answer with anything.
/// Each call can be repeated: a package is looked for by its name first, and the extra <c>gdx_offer_id</c> says whether it is ours.
/// </summary>
public sealed class CkanCatalog(HttpClient http, IConfiguration settings, TimeProvider clock)
{
    public const string Mark = "gdx_offer_id";

    /// <summary>Of a whole push, with what is read of the answers: all its calls, and less than the lease on an offer.</summary>
    public static readonly TimeSpan MostTime = TimeSpan.FromSeconds(90);

    private const string NotFound = "Not Found Error"; // CKAN's own word, as the error's __type.
    private const int MostRead = 1024 * 1024; // A package with a hundred resources is about 100 kB.
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public bool IsConfigured => settings["Gdx:Ckan:Url"] is { Length: > 0 };

    public static void Add(WebApplicationBuilder builder) => builder.Services.AddHttpClient<CkanCatalog>(client =>
        // CKAN indexes a package before it answers, which takes seconds on a busy portal; without it nobody would notice that it hangs. What is read of an answer counts in MostTime only.
        client.Timeout = TimeSpan.FromSeconds(20)).ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ActivityHeadersPropagator = null, PooledConnectionLifetime = TimeSpan.FromMinutes(2) });

    /// <summary>Creates the package, or updates it where it is there.</summary>
    public Task<PushProblem?> PutAsync(DataOfferEntry offer, CancellationToken stopping) => TryAsync(async ct =>
    {
        var there = await ShowAsync(offer, ct);
        var package = Package(offer);
        if (there is null)
        {
            try
            {
                await CallAsync("package_create", package, ct);
                return;
            }
            catch (CkanRefusedException refusal) when (refusal.Fields.Contains("name"))
            {
                // Created a moment ago by a replica that was taken for dead, or deleted and not shown to us: seen again by its name.
                there = await ShowAsync(offer, ct) ?? throw new CkanRefusedException(refusal.Status, "The name is taken, and the package is not shown", refusal.Fields);
            }
        }

        package["id"] = there["id"]?.DeepClone();
        await CallAsync("package_update", package, ct);
    }, stopping);

    /// <summary>Deletes the package; one that is not there is gone, one that is somebody else's is a matter for people.</summary>
    public Task<PushProblem?> RetractAsync(DataOfferEntry offer, CancellationToken stopping) => TryAsync(async ct =>
    {
        if (await ShowAsync(offer, ct) is { } there && there["state"]?.GetValue<string>() != "deleted")
        {
            await CallAsync("package_delete", new JsonObject { ["id"] = there["id"]?.DeepClone() }, ct);
        }
    }, stopping);

    private async Task<JsonObject?> ShowAsync(DataOfferEntry offer, CancellationToken ct)
    {
        JsonObject package;
        try
        {
            package = await CallAsync("package_show", new JsonObject { ["id"] = offer.Slug }, ct);
        }
        catch (CkanRefusedException refusal) when (refusal is { Status: HttpStatusCode.NotFound, Type: NotFound }) // A proxy's 404 says nothing about the package.
        {
            return null;
        }

        var mark = (package["extras"] as JsonArray)?.OfType<JsonObject>().FirstOrDefault(extra => extra["key"]?.GetValue<string>() == Mark)?["value"]?.GetValue<string>();
        return mark == offer.Id.ToString() ? package : throw new CkanRefusedException(HttpStatusCode.Conflict, "The name belongs to a package that did not come from this offer", []);
    }

    private static JsonObject Package(DataOfferEntry offer)
    {
        var text = offer.Content;
        var package = new JsonObject { ["name"] = offer.Slug, ["state"] = "active", ["private"] = false, ["allow_harvest"] = "True", ["url"] = "" };
        foreach (var (name, values) in GovernmentCatalog.Values(text))
        {
            // scheming's multiple_choice takes a list; tags go as one string; the rest is one value.
            package[name] = name is "objective" or "data_format" ? new JsonArray([.. values.Select(value => (JsonNode)value)]) : name == "tag_string" ? string.Join(",", values) : values[0];
        }

        foreach (var (name, meaning) in text.Metadata.Others)
        {
            package[$"{name}_other"] = meaning;
        }

        package["extras"] = new JsonArray(
            new JsonObject { ["key"] = Mark, ["value"] = offer.Id.ToString() },
            new JsonObject { ["key"] = "gdx_revision", ["value"] = offer.Revision.ToString(CultureInfo.InvariantCulture) },
            new JsonObject { ["key"] = "title_en", ["value"] = text.TitleEn });
        package["resources"] = new JsonArray([.. text.Resources.Select(link => (JsonNode)new JsonObject { ["name"] = link.Name, ["url"] = link.Url, ["format"] = link.Format })]);
        return package;
    }

    private async Task<JsonObject> CallAsync(string action, JsonObject body, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{settings["Gdx:Ckan:Url"]!.TrimEnd('/')}/api/3/action/{action}")
        {
            Content = new StringContent(body.ToJsonString(Plain), MediaTypeHeaderValue.Parse("application/json")),
        };
        request.Headers.TryAddWithoutValidation("Authorization", await KeyAsync(ct));
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        var json = await ReadAsync(answer, ct);
        if (answer.IsSuccessStatusCode && json?["success"]?.GetValueKind() == JsonValueKind.True && json["result"] is { } result)
        {
            return result as JsonObject ?? []; // package_delete answers null.
        }

        if (answer.IsSuccessStatusCode && json?["success"]?.GetValueKind() == JsonValueKind.True)
        {
            return [];
        }

        var error = json?["error"] as JsonObject;
        throw new CkanRefusedException(answer.StatusCode, error?["__type"]?.ToString() ?? "no CKAN answer", error is null ? [] : [.. error.Select(pair => pair.Key).Where(key => key is not ("__type" or "message"))]);
    }

    // The key of the exchange's own user at the catalogue: a secret, from a file where one is mounted. Read each time: a new key needs no restart.
    private async Task<string> KeyAsync(CancellationToken ct) => settings["Gdx:Ckan:ApiKeyFile"] is { Length: > 0 } file ? (await File.ReadAllTextAsync(file, ct)).Trim() : settings["Gdx:Ckan:ApiKey"] ?? "";

    private static async Task<JsonObject?> ReadAsync(HttpResponseMessage answer, CancellationToken ct)
    {
        await using var body = await answer.Content.ReadAsStreamAsync(ct);
        using var kept = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int read; (read = await body.ReadAsync(buffer, ct)) > 0;)
        {
            kept.Write(buffer, 0, read);
            if (kept.Length > MostRead)
            {
                return null;
            }
        }

        try
        {
            return JsonNode.Parse(kept.ToArray()) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // What is kept as the reason holds names of fields and kinds of errors, never what the other side wrote: it is shown to people.
    private async Task<PushProblem?> TryAsync(Func<CancellationToken, Task> work, CancellationToken stopping)
    {
        using var late = new CancellationTokenSource(MostTime, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, late.Token);
        try
        {
            await work(either.Token);
            return null;
        }
        catch (CkanRefusedException refusal)
        {
            return new(refusal.Message, MayPass: refusal.Status is HttpStatusCode.NotFound or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError || (int)refusal.Status is >= 200 and < 400);
        }
        catch (Exception away) when (!stopping.IsCancellationRequested)
        {
            // Whatever it was, the offer must not be sent again and again without anybody seeing it.
            return new(away is OperationCanceledException ? "Timeout" : (away as HttpRequestException)?.HttpRequestError.ToString() ?? away.GetType().Name, MayPass: true);
        }
    }
}

/// <summary>The catalogue understood and said no, or something in front of it did.</summary>
public sealed class CkanRefusedException(HttpStatusCode status, string type, IReadOnlyList<string> fields)
    : Exception(string.Create(CultureInfo.InvariantCulture, $"HTTP {(int)status}: {Short(type)}{(fields.Count > 0 ? $" ({Short(string.Join(", ", fields))})" : "")}"))
{
    public HttpStatusCode Status => status;

    /// <summary>CKAN's kind of error, where it was CKAN that answered.</summary>
    public string Type => type;

    public IReadOnlyList<string> Fields => fields;

    private static string Short(string text) => string.Concat((text.Length <= 200 ? text : text[..200]).Where(character => !char.IsControl(character)));
}
