using System.Globalization;
using Gdx.Entitlement.Contracts.V1;
using Gdx.Identity.Contracts.V1;
using Gdx.Notification.Data;
using MassTransit;

namespace Gdx.Notification.Features;

/// <summary>Every other event of Identity that people are told of, and the first ones of Entitlement (<see cref="TellOfRightsConsumer"/> has the others). The keys tell two events of a kind apart and are the same when one comes twice.</summary>
public sealed class TellPeopleConsumer(NotificationDb db, TimeProvider clock) :
    IConsumer<ApplicationSubmitted>, IConsumer<ApplicationReturned>, IConsumer<ApplicationRejected>, IConsumer<ApplicationApproved>, IConsumer<ApplicationEndorsementAsked>, IConsumer<ApplicationDeclined>,
    IConsumer<AgencySuspended>, IConsumer<AgencyReinstated>, IConsumer<AgencyClosed>,
    IConsumer<MembershipRequested>, IConsumer<MembershipApproved>, IConsumer<MembershipRefused>, IConsumer<MembershipSuspended>, IConsumer<MembershipResumed>, IConsumer<MembershipEnded>,
    IConsumer<PrimaryAdminChangeAsked>, IConsumer<PrimaryAdminChanged>, IConsumer<PrimaryAdminChangeRefused>, IConsumer<PinSet>, IConsumer<PinLocked>,
    IConsumer<ApiClientRevoked>, IConsumer<ApiClientRotated>, IConsumer<ApiClientExpiring>, IConsumer<SecretGuessed>,
    IConsumer<GrantConfirmed>, IConsumer<GrantRevoked>
{
    // An application is handed in, returned and handed in again: each time is a fact of its own.
    public Task Consume(ConsumeContext<ApplicationSubmitted> context) => KeepAsync(context, NoticeKind.ApplicationSubmitted, At(context.Message.ApplicationId, context.Message.At), context.Message.At, context.Message.ApplicationId);

    public Task Consume(ConsumeContext<ApplicationReturned> context) => KeepAsync(context, NoticeKind.ApplicationReturned, At(context.Message.ApplicationId, context.Message.At), context.Message.At, context.Message.ApplicationId);

    public Task Consume(ConsumeContext<ApplicationRejected> context) => KeepAsync(context, NoticeKind.ApplicationRejected, $"{context.Message.ApplicationId}", context.Message.At, context.Message.ApplicationId);

    public Task Consume(ConsumeContext<ApplicationApproved> context) => KeepAsync(context, NoticeKind.ApplicationApproved, $"{context.Message.ApplicationId}", context.Message.At, context.Message.ApplicationId);

    public Task Consume(ConsumeContext<ApplicationEndorsementAsked> context) => KeepAsync(context, NoticeKind.ApplicationEndorsementAsked, At(context.Message.ApplicationId, context.Message.At), context.Message.At, context.Message.ApplicationId);

    // Declined, corrected and declined again: by the time.
    public Task Consume(ConsumeContext<ApplicationDeclined> context) => KeepAsync(context, NoticeKind.ApplicationDeclined, At(context.Message.ApplicationId, context.Message.At), context.Message.At, context.Message.ApplicationId);

    public Task Consume(ConsumeContext<AgencySuspended> context) => KeepAsync(context, NoticeKind.AgencySuspended, At(context.Message.AgencyId, context.Message.At), context.Message.At, context.Message.AgencyId);

    public Task Consume(ConsumeContext<AgencyReinstated> context) => KeepAsync(context, NoticeKind.AgencyReinstated, At(context.Message.AgencyId, context.Message.At), context.Message.At, context.Message.AgencyId);

    public Task Consume(ConsumeContext<AgencyClosed> context) => KeepAsync(context, NoticeKind.AgencyClosed, $"{context.Message.AgencyId}", context.Message.At, context.Message.AgencyId);

    public Task Consume(ConsumeContext<MembershipRequested> context) => KeepAsync(context, NoticeKind.MembershipRequested, $"{context.Message.MembershipId}", context.Message.At, context.Message.MembershipId);

    // Suspended and approved again: by the time.
    public Task Consume(ConsumeContext<MembershipApproved> context) => KeepAsync(context, NoticeKind.MembershipApproved, At(context.Message.MembershipId, context.Message.At), context.Message.At, context.Message.MembershipId);

    public Task Consume(ConsumeContext<MembershipRefused> context) => KeepAsync(context, NoticeKind.MembershipRefused, $"{context.Message.MembershipId}", context.Message.At, context.Message.MembershipId);

    public Task Consume(ConsumeContext<MembershipSuspended> context) => KeepAsync(context, NoticeKind.MembershipSuspended, At(context.Message.MembershipId, context.Message.At), context.Message.At, context.Message.MembershipId);

    public Task Consume(ConsumeContext<MembershipResumed> context) => KeepAsync(context, NoticeKind.MembershipResumed, At(context.Message.MembershipId, context.Message.At), context.Message.At, context.Message.MembershipId);

    public Task Consume(ConsumeContext<MembershipEnded> context) => KeepAsync(context, NoticeKind.MembershipEnded, $"{context.Message.MembershipId}", context.Message.At, context.Message.MembershipId);

    public Task Consume(ConsumeContext<PrimaryAdminChangeAsked> context) => KeepAsync(context, NoticeKind.PrimaryAdminChangeAsked, $"{context.Message.ChangeId}", context.Message.At, context.Message.AgencyId);

    public Task Consume(ConsumeContext<PrimaryAdminChanged> context) => KeepAsync(context, NoticeKind.PrimaryAdminChanged, $"{context.Message.ChangeId}", context.Message.At, context.Message.AgencyId, context.Message.PersonId);

    public Task Consume(ConsumeContext<PrimaryAdminChangeRefused> context) => KeepAsync(context, NoticeKind.PrimaryAdminChangeRefused, $"{context.Message.ChangeId}", context.Message.At, context.Message.AgencyId);

    public Task Consume(ConsumeContext<PinSet> context) => KeepAsync(context, NoticeKind.PinSet, $"{context.Message.PinId}", context.Message.At, context.Message.PersonId);

    public Task Consume(ConsumeContext<PinLocked> context) => KeepAsync(context, NoticeKind.PinLocked, $"{context.Message.LockId}", context.Message.At, context.Message.PersonId);

    public Task Consume(ConsumeContext<ApiClientRevoked> context) => KeepAsync(context, NoticeKind.ApiClientRevoked, $"{context.Message.ApiClientId}", context.Message.RevokedAt, context.Message.ApiClientId);

    public Task Consume(ConsumeContext<ApiClientRotated> context) => KeepAsync(context, NoticeKind.ApiClientRotated, $"{context.Message.RotationId}", context.Message.At, context.Message.ApiClientId,
        values: new() { ["old_ends_at"] = context.Message.OldEndsAt });

    public Task Consume(ConsumeContext<ApiClientExpiring> context) => KeepAsync(context, NoticeKind.ApiClientExpiring,
        string.Create(CultureInfo.InvariantCulture, $"{At(context.Message.ApiClientId, context.Message.ExpiresAt)}:{context.Message.DaysLeft}"), context.Message.At, context.Message.ApiClientId,
        values: new() { ["expires_at"] = context.Message.ExpiresAt, ["days_left"] = context.Message.DaysLeft });

    public Task Consume(ConsumeContext<SecretGuessed> context) => KeepAsync(context, NoticeKind.SecretGuessed, $"{context.Message.AlertId}", context.Message.At, context.Message.ApiClientId);

    public Task Consume(ConsumeContext<GrantConfirmed> context) => KeepAsync(context, NoticeKind.GrantConfirmed, $"{context.Message.GrantId}", context.Message.ValidFrom, context.Message.AgencyId,
        values: new() { ["dataset_id"] = context.Message.DatasetId, ["valid_from_at"] = context.Message.ValidFrom, ["valid_until_at"] = context.Message.ValidUntil });

    public Task Consume(ConsumeContext<GrantRevoked> context) => KeepAsync(context, NoticeKind.GrantRevoked, $"{context.Message.GrantId}", context.Message.RevokedAt, context.Message.AgencyId,
        values: new() { ["dataset_id"] = context.Message.DatasetId ?? "-" },
        question: Ask.About(context.Message.AgencyId).Tell(context.Message.AgencyId, Audience.OrganizationAdmin, Audience.SuperUser, Audience.TechnicalContact).Tell(context.Message.OwnerAgencyId, Audience.DataOwner));

    private static string At(Guid id, DateTimeOffset at) => string.Create(CultureInfo.InvariantCulture, $"{id}:{at.UtcTicks}");

    private Task KeepAsync(ConsumeContext context, NoticeKind kind, string key, DateTimeOffset occurredAt, Guid? about, Guid? person = null, Dictionary<string, object>? values = null,
        GetNoticeRequest? question = null) => db.KeepAsync(clock, kind, key, occurredAt, about, person, values, question, context.CancellationToken);
}
