using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Google.Protobuf.WellKnownTypes;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

public sealed partial class NoticeService
{
    /// <summary>Operators (a new one), the applicant at the address on the form, the primary admin, or the central agency's admins.</summary>
    private async Task<Notice> OfApplicationAsync(NoticeKind kind, Guid id, CancellationToken ct)
    {
        var application = await db.Applications.AsNoTracking().SingleOrDefaultAsync(one => one.Id == id, ct) ?? throw Unknown();
        var agency = application.AgencyId is { } agencyId ? await db.Agencies.AsNoTracking().SingleAsync(one => one.Id == agencyId, ct) : null;
        var applicant = new NoticeRecipient
        {
            Key = application.ApplicantId?.ToString() ?? "applicant", // Nobody, where the form came on paper.
            Audience = Audience.Applicant,
            PersonId = application.ApplicantId?.ToString() ?? "",
            Email = application.ContactEmail,
        };
        // As named on the form: the person may never have signed in.
        var named = new NoticeRecipient { Key = "primary-admin", Audience = Audience.OrganizationAdmin, Email = application.PrimaryAdminEmail ?? "" };
        List<NoticeRecipient> recipients = kind switch
        {
            NoticeKind.ApplicationSubmitted => [.. await OperatorsAsync(ct), applicant],
            NoticeKind.ApplicationEndorsementAsked => (application.CentralAgencyId ?? agency?.CentralAgencyId) is { } central ? await AdminsAsync(central, ct, Audience.CentralAdmin) : [],
            NoticeKind.ApplicationApproved or NoticeKind.ApplicationReturned or NoticeKind.ApplicationRejected or NoticeKind.ApplicationDeclined => [applicant, .. await PrimaryAdminAsync(application.AgencyId, ct), named],
            _ => [],
        };
        var notice = Answer(recipients, agency);
        notice.Values["agency_name_th"] = application.AgencyNameTh;
        notice.Values["agency_name_en"] = application.AgencyNameEn;
        notice.Times["submitted_at"] = (application.SubmittedAt ?? DateTimeOffset.UnixEpoch).ToTimestamp(); // Every fact about it comes after a hand-in.
        if (kind is NoticeKind.ApplicationReturned or NoticeKind.ApplicationRejected or NoticeKind.ApplicationDeclined)
        {
            // Somebody's own words, which should hold no number and once will.
            notice.Values["reason"] = Redaction.Numbers(application.Reason ?? "-");
        }

        return notice;
    }

    private async Task<List<NoticeRecipient>> PrimaryAdminAsync(Guid? agency, CancellationToken ct) => agency is null ? []
        : await MembersAsync(db.Memberships.Where(membership => membership.AgencyId == agency && membership.IsPrimaryAdmin), Audience.OrganizationAdmin, ct);
}
