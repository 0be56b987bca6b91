using Gdx.Identity.Contracts;
using Gdx.Identity.Data;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

/// <summary>GET /connect/userinfo: who the bearer of an access token is, for the portal to greet them. Never the citizen number.</summary>
public static class ReadUserInfo
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/connect/userinfo", Handle)
        .WithName(nameof(ReadUserInfo)).RequireAuthorization(new AuthorizeAttribute { Roles = Roles.Person });

    private static async Task<IResult> Handle(HttpContext http, IdentityDb db, CancellationToken ct)
    {
        var caller = Caller.Of(http.User);
        http.Response.Headers.CacheControl = "no-store";
        var person = await db.People.Where(person => person.Id == caller.Person).SingleAsync(ct);
        return Results.Json(new { sub = person.Id, name = person.NameTh ?? person.NameEn, name_en = person.NameEn, email = person.Email, citizen_verified = person.CitizenVerifiedAt != null });
    }
}
