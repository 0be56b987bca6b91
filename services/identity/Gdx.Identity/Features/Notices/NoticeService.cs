using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Data;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

/// <summary>gRPC gdx.identity.v1.Notices.</summary>
public sealed partial class NoticeService(IdentityDb db) : Contracts.V1.Notices.NoticesBase
{
    private const int MostRecipients = 500; // Past this it is no longer news for people but a mailing list.

    /// <summary>gRPC gdx.identity.v1.Notices/Get: whom a fact concerns and the names that a text about it needs, for notification.</summary>
    [Authorize(Roles = Contracts.Roles.Notification)]
    public override async Task<Notice> Get(GetNoticeRequest request, ServerCallContext context)
    {
        var ct = context.CancellationToken;
        return request.Kind switch
        {
            // A grant's end is told to more people since version 2; a caller of before names nobody and means the admins.
            NoticeKind.GrantRevoked when Names(request) => await OfCirclesAsync(request, ct),
            >= NoticeKind.GrantSuspended when Enum.IsDefined(request.Kind) => await OfCirclesAsync(request, ct),
            NoticeKind.ApplicationSubmitted or NoticeKind.ApplicationReturned or NoticeKind.ApplicationRejected
                or NoticeKind.ApplicationApproved or NoticeKind.ApplicationEndorsementAsked or NoticeKind.ApplicationDeclined => await OfApplicationAsync(request.Kind, About(request), ct),
            NoticeKind.AgencySuspended or NoticeKind.AgencyReinstated or NoticeKind.AgencyClosed or NoticeKind.PrimaryAdminChangeAsked
                or NoticeKind.PrimaryAdminChanged or NoticeKind.PrimaryAdminChangeRefused or NoticeKind.GrantConfirmed or NoticeKind.GrantRevoked => await OfAgencyAsync(request, About(request), ct),
            NoticeKind.MembershipRequested or NoticeKind.MembershipApproved or NoticeKind.MembershipRefused
                or NoticeKind.MembershipSuspended or NoticeKind.MembershipResumed or NoticeKind.MembershipEnded => await OfMembershipAsync(request.Kind, About(request), ct),
            NoticeKind.PinSet or NoticeKind.PinLocked => Answer([await PersonAsync(About(request), Audience.Person, ct) ?? throw Unknown()]),
            NoticeKind.ApiClientCreated or NoticeKind.ApiClientRenewed or NoticeKind.ApiClientRevoked
                or NoticeKind.ApiClientRotated or NoticeKind.ApiClientExpiring => await OfApiClientAsync(request.Kind, About(request), ct),
            NoticeKind.SecretGuessed => request.AboutId.Length == 0 ? Answer(await OperatorsAsync(ct)) : await OfApiClientAsync(request.Kind, About(request), ct),
            _ => throw Problems.Invalid("kind", "is not one that people are told of"),
        };
    }

    private static Guid About(GetNoticeRequest request) => Fields.Id("about_id", request.AboutId);

    private static RpcException Unknown() => Problems.Rpc(StatusCode.NotFound, "identity.notice.unknown", "There is nothing with this id to tell of.");

    /// <summary>Nobody twice (the first capacity in which somebody is named counts), and nobody who cannot be reached.</summary>
    private static Notice Answer(IEnumerable<NoticeRecipient> recipients, Data.Agency? agency = null)
    {
        var notice = new Notice { Recipients = { recipients.Where(recipient => recipient.Email.Length + recipient.PersonId.Length > 0).DistinctBy(recipient => recipient.Key).Take(MostRecipients) } };
        if (agency is not null)
        {
            notice.AgencyId = agency.Id.ToString();
            notice.Values["agency_name_th"] = agency.NameTh;
            notice.Values["agency_name_en"] = agency.NameEn;
        }

        return notice;
    }

    private Task<List<NoticeRecipient>> OperatorsAsync(CancellationToken ct) =>
        MembersAsync(db.Memberships.Where(membership => membership.Roles.Contains(Contracts.Roles.Operator)), Audience.Operator, ct);

    private Task<List<NoticeRecipient>> AdminsAsync(Guid agency, CancellationToken ct, Audience audience = Audience.OrganizationAdmin) =>
        MembersAsync(db.Memberships.Where(membership => membership.AgencyId == agency && membership.Roles.Contains(Contracts.Roles.OrganizationAdmin)), audience, ct);

    private async Task<List<NoticeRecipient>> MembersAsync(IQueryable<Data.Membership> memberships, Audience audience, CancellationToken ct) =>
        await memberships.Where(membership => membership.State == MembershipState.Active)
            .OrderByDescending(membership => membership.IsPrimaryAdmin).ThenBy(membership => membership.Id).Take(MostRecipients)
            .Join(db.People, membership => membership.PersonId, person => person.Id, (_, person) => new NoticeRecipient
            {
                Key = person.Id.ToString(),
                Audience = audience,
                PersonId = person.Id.ToString(),
                Email = person.Email ?? "",
            }).ToListAsync(ct);

    private async Task<NoticeRecipient?> PersonAsync(Guid id, Audience audience, CancellationToken ct) =>
        await db.People.Where(person => person.Id == id).Select(person => new NoticeRecipient
        {
            Key = person.Id.ToString(),
            Audience = audience,
            PersonId = person.Id.ToString(),
            Email = person.Email ?? "",
        }).SingleOrDefaultAsync(ct);
}
