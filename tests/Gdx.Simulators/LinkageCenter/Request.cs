using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Gdx.Numbers;
using Gdx.Simulators.People;

namespace Gdx.Simulators.LinkageCenter;

/// <summary>
/// POST /api/center/request/: up to ten services for one job. 200 with a status per service, so that a 200 may hide failures:
/// <c>{"data":[{"serviceID":1,"responseStatus":200,"responseContentType":"application/json","responseData":{…},"responseError":null,"responseTimeMs":1}],"executeTimeMs":2}</c>.
/// That <c>responseData</c> is an object (not text) and <c>responseError</c> an error body is inferred. Header <c>X-Use-Sandbox: 1</c>: only
/// the first ten people are there.
/// </summary>
public static class Request
{
    private const int MaximumServices = 10;
    private const int SandboxPeople = 10;
    private static readonly long LastInSandbox = CitizenId.Synthetic(100 + SandboxPeople - 1).Number;

    public static void Map(IEndpointRouteBuilder center) => center.MapPost("/request/", Handle);

    private static async Task Handle(HttpContext context)
    {
        var started = Stopwatch.GetTimestamp();
        context.RequestServices.GetRequiredService<Calls>().Count("request");
        var (claims, unauthorized) = context.RequestServices.GetRequiredService<Sessions>().Check(context.Request);
        if (claims is null)
        {
            await Lk2.WriteErrorAsync(context, 401, unauthorized);
            return;
        }

        using var body = await Lk2.ReadAsync(context.Request, context.RequestAborted);
        if (body is null || !body.RootElement.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Array || data.GetArrayLength() is 0 or > MaximumServices)
        {
            await Lk2.WriteErrorAsync(context, 400, "data must hold 1 to 10 services");
            return;
        }

        if (!Guid.TryParse(Lk2.Text(body.RootElement, "jobID"), out var job) || !Users.JobsOf(claims.UserPersonalId).Contains(job))
        {
            await Lk2.WriteErrorAsync(context, 403, "jobID not found or user has no permission");
            return;
        }

        var faults = context.RequestServices.GetRequiredService<Faults>().Now;
        var records = context.RequestServices.GetRequiredService<Records>();
        var sandbox = context.Request.Headers["X-Use-Sandbox"] == "1";
        context.Response.ContentType = "application/json; charset=utf-8";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, Lk2.Plain);
        json.WriteStartObject();
        json.WriteStartArray("data");
        foreach (var item in data.EnumerateArray())
        {
            var asked = Stopwatch.GetTimestamp();
            var service = (int)Math.Clamp(Lk2.Number(item, "serviceID") ?? 0, 0, int.MaxValue);
            var fault = faults.Services.GetValueOrDefault(service.ToString(CultureInfo.InvariantCulture));
            if (fault is { LatencyMs: > 0 })
            {
                await Task.Delay(fault.LatencyMs, context.RequestAborted);
            }

            json.WriteStartObject();
            json.WriteNumber("serviceID", service);
            WriteAnswer(json, records, job, service, item, sandbox, fault?.Status ?? faults.ServiceStatus);
            json.WriteNumber("responseTimeMs", (long)Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("executeTimeMs", (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        json.WriteEndObject();
    }

    private static void WriteAnswer(Utf8JsonWriter json, Records records, Guid job, int service, JsonElement item, bool sandbox, int? broken)
    {
        var query = item.ValueKind == JsonValueKind.Object && item.TryGetProperty("query", out var given) ? given : default;
        if (broken is { } status)
        {
            WriteFailure(json, status, "simulated fault");
        }
        else if (!Users.ServicesOf(job).Contains(service))
        {
            WriteFailure(json, 403, "serviceID is not in the job");
        }
        else if (Lk2.Number(query, "houseID") is { } houseId && service is 10 or 38)
        {
            WriteFound(json, Population.FindHouse(houseId) is { } house ? records.House(house) : default);
        }
        else if (Lk2.Number(query, "personalID") is not { } personalId || !CitizenId.TryParse(personalId.ToString("D13", CultureInfo.InvariantCulture), out _))
        {
            WriteFailure(json, 400, "personalID is invalid");
        }
        else
        {
            var person = sandbox && personalId > LastInSandbox ? null : Population.Find(personalId);
            WriteFound(json, (service, person) switch
            {
                (_, null) => default,
                (1, _) => records.Person(person),
                (10 or 38, _) => records.House(person.House),
                (12, _) when Population.ChildrenOf(person).Count > 0 => records.Children(person),
                _ => default,
            });
        }
    }

    private static void WriteFound(Utf8JsonWriter json, ReadOnlySpan<byte> record)
    {
        if (record.IsEmpty)
        {
            WriteFailure(json, 404, "Not Found");
            return;
        }

        json.WriteNumber("responseStatus", 200);
        json.WriteString("responseContentType", "application/json");
        json.WritePropertyName("responseData");
        json.WriteRawValue(record, skipInputValidation: true);
        json.WriteNull("responseError");
    }

    private static void WriteFailure(Utf8JsonWriter json, int status, string message)
    {
        json.WriteNumber("responseStatus", status);
        json.WriteString("responseContentType", "application/json");
        json.WriteNull("responseData");
        json.WriteStartObject("responseError");
        json.WriteNumber("errorNumber", status);
        json.WriteString("errorMessage", message);
        json.WriteEndObject();
    }
}
