using Gdx.Numbers;

namespace Gdx.Simulators.LinkageCenter;

/// <summary>
/// POST /lk2/thaid/token: stands for ThaID, where a person proves who they are: <c>{"personalID":"9…"}</c> →
/// <c>{"access_token","token_type":"Bearer","expires_in":300}</c>, good for one login. A form with <c>personalID</c> is taken too.
/// POST /lk2/card/envelope: stands for the officer's card and its PIN, whose cryptography is not public:
/// <c>{"random":"…"}</c> → <c>{"envelope":"…"}</c>.
/// </summary>
public static class ThaiId
{
    public static void Map(IEndpointRouteBuilder lk2)
    {
        lk2.MapPost("/thaid/token", HandleToken);
        lk2.MapPost("/card/envelope", HandleEnvelope);
    }

    private static async Task<IResult> HandleToken(HttpRequest request, Sessions sessions, CancellationToken ct)
    {
        string? digits;
        if (request.HasFormContentType)
        {
            digits = (await request.ReadFormAsync(ct))["personalID"];
        }
        else
        {
            using var body = await Lk2.ReadAsync(request, ct);
            digits = body is null ? null : Lk2.Number(body.RootElement, "personalID")?.ToString("D13", System.Globalization.CultureInfo.InvariantCulture);
        }

        return CitizenId.TryParse(digits, out var person)
            ? Results.Json(new { access_token = sessions.Issue("thaid", person.Number), token_type = "Bearer", expires_in = 300 })
            : Results.Json(new { error = "invalid_request", error_description = "personalID is 13 digits with a right check digit." }, statusCode: 400);
    }

    private static async Task<IResult> HandleEnvelope(HttpRequest request, Sessions sessions, CancellationToken ct)
    {
        using var body = await Lk2.ReadAsync(request, ct);
        var random = body is null ? null : Lk2.Text(body.RootElement, "random");
        // The envelope answers one challenge only, so the challenge is part of its name.
        return sessions.Spend("random", random) is { } person
            ? Results.Json(new { envelope = sessions.Issue($"envelope {random}", person) })
            : Results.Json(new { error = "invalid_request", error_description = "random is the one of a login that was begun in the last two minutes." }, statusCode: 400);
    }
}
