using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

public sealed partial class NoticeService
{
    /// <summary>The agency's admins; operators where they have a change of the primary admin to decide; the new primary admin.</summary>
    private async Task<Notice> OfAgencyAsync(GetNoticeRequest request, Guid id, CancellationToken ct)
    {
        var agency = await db.Agencies.AsNoTracking().SingleOrDefaultAsync(one => one.Id == id, ct) ?? throw Unknown();
        switch (request.Kind)
        {
            case NoticeKind.PrimaryAdminChangeAsked:
                return Answer(await OperatorsAsync(ct), agency);
            case NoticeKind.PrimaryAdminChanged:
                var personId = Fields.Id("person_id", request.PersonId);
                var person = await PersonAsync(personId, Audience.Person, ct) ?? throw Unknown();
                var notice = Answer([person, .. await PreviousPrimaryAdminAsync(id, personId, ct), .. await AdminsAsync(id, ct)], agency);
                notice.Values["person_name"] = await NameAsync(personId, ct);
                return notice;
            case NoticeKind.PrimaryAdminChangeRefused:
                var refused = Answer(await AdminsAsync(id, ct), agency);
                // The newest that is refused: the fact names the agency, and whatever came later is told by a fact of its own.
                var reason = await db.PrimaryAdminChanges.Where(change => change.AgencyId == id && change.State == DecisionState.Refused)
                    .OrderByDescending(change => change.DecidedAt).Select(change => change.Reason).FirstOrDefaultAsync(ct);
                refused.Values["reason"] = Redaction.Numbers(reason ?? "-"); // Somebody's own words, which should hold no number and once will.
                return refused;
            default:
                return Answer(await AdminsAsync(id, ct), agency);
        }
    }

    /// <summary>Who was primary before this person; the person may have left since.</summary>
    private async Task<NoticeRecipient[]> PreviousPrimaryAdminAsync(Guid agency, Guid next, CancellationToken ct)
    {
        var previous = await (
            from change in db.PrimaryAdminChanges
            where change.AgencyId == agency && change.State == DecisionState.Approved
            join now in db.Memberships on change.NewMembershipId equals now.Id
            where now.PersonId == next
            join before in db.Memberships on change.OldMembershipId equals before.Id
            orderby change.Id descending
            select (Guid?)before.PersonId).FirstOrDefaultAsync(ct);
        return previous is { } id && await PersonAsync(id, Audience.OrganizationAdmin, ct) is { } person ? [person] : [];
    }

    private async Task<string> NameAsync(Guid person, CancellationToken ct) =>
        await db.People.Where(one => one.Id == person).Select(one => one.NameTh ?? one.NameEn).SingleOrDefaultAsync(ct) ?? "-";
}
