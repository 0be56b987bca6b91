using Gdx.Identity.Contracts.V1;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

public sealed partial class NoticeService
{
    /// <summary>The admins have somebody to approve; of every other step the person is told.</summary>
    private async Task<Notice> OfMembershipAsync(NoticeKind kind, Guid id, CancellationToken ct)
    {
        var membership = await db.Memberships.AsNoTracking().SingleOrDefaultAsync(one => one.Id == id, ct) ?? throw Unknown();
        var agency = await db.Agencies.AsNoTracking().SingleAsync(one => one.Id == membership.AgencyId, ct);
        var notice = Answer(
            kind == NoticeKind.MembershipRequested ? await AdminsAsync(agency.Id, ct) : [await PersonAsync(membership.PersonId, Audience.Person, ct) ?? throw Unknown()],
            agency);
        notice.Values["person_name"] = await NameAsync(membership.PersonId, ct);
        return notice;
    }
}
