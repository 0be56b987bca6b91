namespace Gdx.Simulators.LinkageCenter;

/// <summary>
/// POST /api/center/login/, /login/confirm, /login/renew, DELETE /login/, GET /user/job: a person logs in by card (loginType 1: the card
/// answers a random) or digital identity (loginType 2: ThaID's access token) and gets a JWT for about an hour.
/// </summary>
public static class Login
{
    private const int Card = 1;
    private const int DigitalId = 2;

    public static void Map(IEndpointRouteBuilder center)
    {
        center.MapPost("/login/", HandleLogin);
        center.MapPost("/login/confirm", HandleConfirm);
        center.MapPost("/login/renew", HandleRenew);
        center.MapDelete("/login/", HandleLogout);
        center.MapGet("/user/job", HandleJobs);
    }

    private static async Task<IResult> HandleLogin(HttpRequest request, Sessions sessions, Calls calls, CancellationToken ct)
    {
        calls.Count("login");
        using var body = await Lk2.ReadAsync(request, ct);
        if (body is null || Lk2.Number(body.RootElement, "loginType") is not (Card or DigitalId) || Lk2.Number(body.RootElement, "personalID") is not { } person)
        {
            return Lk2.Error(400, "loginType and personalID are required");
        }

        var byCard = Lk2.Number(body.RootElement, "loginType") == Card;
        if (byCard && Lk2.Text(body.RootElement, "chipNo") is not { Length: 16 })
        {
            return Lk2.Error(400, "chipNo is required");
        }

        if (Users.OfficesOf(person) is not { } offices)
        {
            return Results.Json(new { errorMessage = "Not Found" }, statusCode: 404); // Without a number, unlike every other error.
        }

        var office = offices.Select(office => new { id = office.Id, name = office.Name });
        return byCard ? Results.Json(new { office, random = sessions.Issue("random", person) }) : Results.Json(new { office });
    }

    private static async Task<IResult> HandleConfirm(HttpRequest request, Sessions sessions, Calls calls, CancellationToken ct)
    {
        calls.Count("confirm");
        using var body = await Lk2.ReadAsync(request, ct);
        if (body is null || Lk2.Number(body.RootElement, "loginType") is not { } type || Lk2.Number(body.RootElement, "officeID") is not { } office)
        {
            return Lk2.Error(400, "loginType and officeID are required");
        }

        var person = type switch
        {
            Card => sessions.Spend($"envelope {Lk2.Text(body.RootElement, "random")}", Lk2.Text(body.RootElement, "envelope")),
            DigitalId => sessions.Spend("thaid", Lk2.Text(body.RootElement, "accessToken")) is { } proved && proved == Lk2.Number(body.RootElement, "personalID") ? proved : null,
            _ => null,
        };
        if (person is not { } known || Users.OfficesOf(known) is not { } offices)
        {
            return Lk2.Error(401, type == Card ? "envelope is invalid" : "accessToken is invalid");
        }

        return offices.Any(own => own.Id == office)
            ? Results.Json(new { token = sessions.NewToken(known, (int)type, (int)office) }, statusCode: 201)
            : Lk2.Error(403, "user does not belong to the office");
    }

    private static IResult HandleRenew(HttpRequest request, Sessions sessions, Calls calls)
    {
        calls.Count("renew");
        return sessions.Check(request, forRenewal: true) is var (claims, error) && claims is null
            ? Lk2.Error(401, error)
            : Results.Json(new { token = sessions.NewToken(claims.UserPersonalId, claims.LoginType, claims.OfficeId) }, statusCode: 201);
    }

    private static IResult HandleLogout(HttpRequest request, Sessions sessions, Calls calls)
    {
        calls.Count("logout");
        var (claims, error) = sessions.Check(request);
        if (claims is null)
        {
            return Lk2.Error(401, error);
        }

        sessions.End(claims);
        return Results.Json(new { });
    }

    private static IResult HandleJobs(HttpRequest request, Sessions sessions, Calls calls)
    {
        calls.Count("job");
        var (claims, error) = sessions.Check(request);
        return claims is null ? Lk2.Error(401, error) : Results.Json(new { job = Users.JobsOf(claims.UserPersonalId) });
    }
}
