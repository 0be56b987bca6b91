using System.Globalization;
using System.Security.Claims;
using Gdx.Identity.Contracts;
using Gdx.Identity.Data;
using Microsoft.AspNetCore.Authentication;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;

namespace Gdx.Identity.Features;

/// <summary>
/// POST /connect/token with a code or a refresh token of the portal: tokens that say what the session may do now. OpenIddict has checked client,
/// PKCE and the ticket's seal; that it is the session's newest ticket is checked here, in the statement that makes it old.
/// </summary>
public static class IssuePersonToken
{
    public static async Task<IResult> HandleAsync(HttpContext http, IdentityDb db, TimeProvider clock, CancellationToken ct)
    {
        var ticket = (await http.AuthenticateAsync(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme)).Principal;
        if (!Guid.TryParse(ticket?.GetClaim(Claims.Session), out var id) || !int.TryParse(ticket.GetClaim(PersonClaims.TicketNumber), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return Refusals.OAuth(OpenIddictConstants.Errors.InvalidGrant, "This is no ticket of a session.");
        }

        var now = clock.GetUtcNow();
        var isNewest = await db.Sessions.Where(session => session.Id == id && session.Ticket == number && session.EndedAt == null && session.StartedAt > now - SignIn.Longest)
            .ExecuteUpdateAsync(session => session.SetProperty(one => one.Ticket, number + 1).SetProperty(one => one.LastSeenAt, now), ct) == 1;
        if (!isNewest)
        {
            // Used before, so two parties have it and one of them stole it: neither goes on (RFC 9700, 4.14). A session that was too long ends here too.
            await db.Sessions.Where(session => session.Id == id && session.Ticket > number).EndAsync("ticket-reused", now, ct);
            await db.Sessions.Where(session => session.Id == id).EndAsync("expired", now, ct);
            return Refusals.OAuth(OpenIddictConstants.Errors.InvalidGrant, "The session has ended.");
        }

        var identity = await PersonClaims.ReadAsync(db, await db.Sessions.AsNoTracking().SingleAsync(session => session.Id == id, ct), ct);
        identity.SetScopes(ticket.GetScopes());
        return Results.SignIn(new ClaimsPrincipal(identity), authenticationScheme: OpenIddictServerAspNetCoreDefaults.AuthenticationScheme);
    }
}
