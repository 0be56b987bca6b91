using Gdx.Identity.Data;
using Gdx.Identity.Sessions;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

/// <summary>Identity itself asks its own table whether a token's session goes on, so that here an end counts at once.</summary>
public static class SessionChecks
{
    public static void AddSessionChecks(this WebApplicationBuilder builder) => builder.Services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme).Configure(jwt =>
        TokenSessions.Check(jwt, async (http, session) => await http.RequestServices.GetRequiredService<IdentityDb>().Sessions
            .AnyAsync(one => one.Id == session && one.EndedAt == null, http.RequestAborted) ? SessionAnswer.Alive : SessionAnswer.Ended));
}
