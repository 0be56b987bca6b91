using System.Collections.Immutable;
using System.Globalization;
using System.Security.Claims;
using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;

namespace Gdx.Identity.Features;

/// <summary>What tokens say about a signed-in person.</summary>
public static class PersonClaims
{
    /// <summary>In codes and refresh tokens only: the number of this ticket (<see cref="Data.Session.Ticket"/>).</summary>
    public const string TicketNumber = "gdx_ticket";

    private static readonly ImmutableArray<string> Rights = [OpenIddictConstants.Claims.Role, Claims.Agency, Claims.Membership, Claims.Menu, Claims.StepUpUntil];

    public static bool AreRights(string claim) => Rights.Contains(claim);

    /// <summary>Who and which session, for a code or a refresh token.</summary>
    public static ClaimsIdentity Ticket(Guid person, Guid session, int ticket)
    {
        var identity = new ClaimsIdentity(TokenValidationParameters.DefaultAuthenticationType, OpenIddictConstants.Claims.Subject, OpenIddictConstants.Claims.Role);
        identity.SetClaim(OpenIddictConstants.Claims.Subject, person.ToString())
            .SetClaim(Claims.Session, session.ToString())
            .SetClaim(TicketNumber, ticket.ToString(CultureInfo.InvariantCulture))
            .SetResources("gdx");
        return identity.SetDestinations(Destinations);
    }

    /// <summary>The same with everything that the session may do at this moment.</summary>
    public static async Task<ClaimsIdentity> ReadAsync(IdentityDb db, Data.Session session, CancellationToken ct)
    {
        var identity = Ticket(session.PersonId, session.Id, session.Ticket);
        var membership = await db.Memberships.ActiveOf(db, session.PersonId).SingleOrDefaultAsync(one => one.Id == session.MembershipId, ct);
        identity.SetClaims(OpenIddictConstants.Claims.Role, [Roles.Person, .. membership?.Roles ?? []]);
        if (membership is not null)
        {
            identity.SetClaim(Claims.Agency, membership.AgencyId.ToString()).SetClaim(Claims.Membership, membership.Id.ToString()).SetClaims(Claims.Menu, [.. membership.Menus]);
        }

        if (session.StepUpUntil is { } until)
        {
            identity.SetClaim(Claims.StepUpUntil, until.ToUnixTimeSeconds());
        }

        return identity.SetDestinations(Destinations);
    }

    /// <summary>The person's memberships that may be acted under: active, of an agency that is let in.</summary>
    public static IQueryable<Data.Membership> ActiveOf(this IQueryable<Data.Membership> memberships, IdentityDb db, Guid person) =>
        from membership in memberships
        join agency in db.Agencies on membership.AgencyId equals agency.Id
        where membership.PersonId == person && membership.State == MembershipState.Active && agency.State == AgencyState.Active
        select membership;

    private static IEnumerable<string> Destinations(Claim claim) => claim.Type switch
    {
        TicketNumber => [],
        OpenIddictConstants.Claims.Subject or Claims.Session => [OpenIddictConstants.Destinations.AccessToken, OpenIddictConstants.Destinations.IdentityToken],
        _ => [OpenIddictConstants.Destinations.AccessToken],
    };
}
