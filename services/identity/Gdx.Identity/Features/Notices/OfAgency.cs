using Gdx.Identity.Contracts.V1;
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
                var notice = Answer([person, .. await AdminsAsync(id, ct)], agency);
                notice.Values["person_name"] = await NameAsync(personId, ct);
                return notice;
            default:
                return Answer(await AdminsAsync(id, ct), agency);
        }
    }

    private async Task<string> NameAsync(Guid person, CancellationToken ct) =>
        await db.People.Where(one => one.Id == person).Select(one => one.NameTh ?? one.NameEn).SingleOrDefaultAsync(ct) ?? "-";
}
