using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

public sealed partial class NoticeService
{
    private const int MostCircles = 500; // As many agencies as may have asked for the same data; a fact about a grant names two.

    private static bool Names(GetNoticeRequest request) => request.Circles.Count + request.PersonIds.Count > 0 || request.Operators;

    /// <summary>Whom the event itself names: persons, people of agencies by their roles, operators. A new kind of event needs no code here.</summary>
    private async Task<Notice> OfCirclesAsync(GetNoticeRequest request, CancellationToken ct)
    {
        if (!Names(request) || request.Circles.Count > MostCircles)
        {
            throw Problems.Invalid("circles", $"must name 1 to {MostCircles} agencies, unless person_ids or operators say who is told");
        }

        if (request.PersonIds.Count > MostRecipients)
        {
            throw Problems.Invalid("person_ids", $"must be at most {MostRecipients}");
        }

        // All of it is read before anything is asked: half a list of people is worse than none.
        Guid? agencyId = request.AgencyId.Length == 0 ? null : Fields.Id("agency_id", request.AgencyId);
        var persons = request.PersonIds.Select(id => Fields.Id("person_ids", id)).ToList();
        var circles = request.Circles.SelectMany(circle => circle.Audiences.Select(audience => (Agency: Fields.Id("circles.agency_id", circle.AgencyId), Audience: audience, Role: RoleOf(audience)))).ToList();
        var agency = agencyId is null ? null : await db.Agencies.AsNoTracking().SingleOrDefaultAsync(one => one.Id == agencyId, ct) ?? throw Unknown();
        var recipients = persons.Count == 0 ? [] : await StillThereAsync(persons, agencyId, ct);
        foreach (var circle in circles)
        {
            recipients.AddRange(await MembersAsync(db.Memberships.Where(membership => membership.AgencyId == circle.Agency && membership.Roles.Contains(circle.Role)), circle.Audience, ct));
        }

        return Answer(request.Operators ? [.. recipients, .. await OperatorsAsync(ct)] : recipients, agency);
    }

    /// <summary>Who has left, or is suspended, is told nothing more of what they once asked for in an agency's name.</summary>
    private Task<List<NoticeRecipient>> StillThereAsync(List<Guid> persons, Guid? agency, CancellationToken ct) =>
        db.People.Where(person => persons.Contains(person.Id)
            && db.Memberships.Any(membership => membership.PersonId == person.Id && membership.State == MembershipState.Active && (agency == null || membership.AgencyId == agency)))
            .OrderBy(person => person.Id)
            .Select(person => new NoticeRecipient
            {
                Key = person.Id.ToString(),
                Audience = Audience.Person,
                PersonId = person.Id.ToString(),
                Email = person.Email ?? "",
            }).ToListAsync(ct);

    private static string RoleOf(Audience audience) => audience switch
    {
        Audience.OrganizationAdmin or Audience.CentralAdmin => Contracts.Roles.OrganizationAdmin,
        Audience.SuperUser => Contracts.Roles.SuperUser,
        Audience.DataOwner => Contracts.Roles.DataOwner,
        Audience.TechnicalContact => Contracts.Roles.TechnicalContact,
        _ => throw Problems.Invalid("circles.audiences", "must be roles in an agency: ORGANIZATION_ADMIN, CENTRAL_ADMIN, SUPER_USER, DATA_OWNER or TECHNICAL_CONTACT"),
    };
}
