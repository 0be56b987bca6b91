using System.Globalization;
using Gdx.Entitlement.Contracts.V1;
using Gdx.Identity.Contracts.V1;
using Gdx.Notification.Data;
using MassTransit;

namespace Gdx.Notification.Features;

/// <summary>
/// Entitlement's events about grants, officers' rights and access requests: each says whom it concerns. The keys tell two events of a kind apart and are
/// the same when one comes twice.
/// </summary>
public sealed class TellOfRightsConsumer(NotificationDb db, TimeProvider clock) :
    IConsumer<GrantSuspended>, IConsumer<GrantResumed>, IConsumer<GrantRecertified>, IConsumer<GrantExpiring>, IConsumer<GrantExpired>, IConsumer<GrantRecertificationDue>, IConsumer<GrantDatasetEnding>,
    IConsumer<OfficerRightGiven>, IConsumer<OfficerRightEnded>,
    IConsumer<AccessRequestSubmitted>, IConsumer<AccessRequestReturned>, IConsumer<AccessRequestRejected>, IConsumer<AccessRequestApproved>, IConsumer<AccessRequestNarrowed>,
    IConsumer<AccessRequestWithdrawn>, IConsumer<AccessRequestStepOpened>
{
    private const int LastWeek = 7; // From so many days on also those who would have to switch systems are told.

    public Task Consume(ConsumeContext<GrantSuspended> context) => KeepAsync(context, NoticeKind.GrantSuspended, Of(context.Message.GrantId, context.Message.Revision), context.Message.At, context.Message.GrantId,
        Holder(context.Message.AgencyId, Audience.OrganizationAdmin, Audience.SuperUser, Audience.TechnicalContact).Tell(context.Message.OwnerAgencyId, Audience.DataOwner), Dataset(context.Message.DatasetId));

    public Task Consume(ConsumeContext<GrantResumed> context) => KeepAsync(context, NoticeKind.GrantResumed, Of(context.Message.GrantId, context.Message.Revision), context.Message.At, context.Message.GrantId,
        Holder(context.Message.AgencyId, Audience.OrganizationAdmin, Audience.SuperUser).Tell(context.Message.OwnerAgencyId, Audience.DataOwner), Dataset(context.Message.DatasetId));

    public Task Consume(ConsumeContext<GrantRecertified> context) => KeepAsync(context, NoticeKind.GrantRecertified, Of(context.Message.GrantId, context.Message.Revision), context.Message.At, context.Message.GrantId,
        Holder(context.Message.AgencyId, Audience.OrganizationAdmin), Dataset(context.Message.DatasetId, ("recertify_by_at", context.Message.RecertifyBy)));

    public Task Consume(ConsumeContext<GrantExpiring> context) => KeepAsync(context, NoticeKind.GrantExpiring, Of(context.Message.GrantId, context.Message.ValidUntil, context.Message.DaysLeft), context.Message.At, context.Message.GrantId,
        context.Message.DaysLeft > LastWeek
            ? Holder(context.Message.AgencyId, Audience.OrganizationAdmin, Audience.SuperUser)
            : Holder(context.Message.AgencyId, Audience.OrganizationAdmin, Audience.SuperUser, Audience.TechnicalContact),
        Dataset(context.Message.DatasetId, ("valid_until_at", context.Message.ValidUntil), ("days_left", context.Message.DaysLeft)));

    public Task Consume(ConsumeContext<GrantExpired> context) => KeepAsync(context, NoticeKind.GrantExpired, Of(context.Message.GrantId, context.Message.ValidUntil, 0), context.Message.At, context.Message.GrantId,
        Holder(context.Message.AgencyId, Audience.OrganizationAdmin, Audience.SuperUser, Audience.TechnicalContact).Tell(context.Message.OwnerAgencyId, Audience.DataOwner),
        Dataset(context.Message.DatasetId, ("valid_until_at", context.Message.ValidUntil)));

    public Task Consume(ConsumeContext<GrantRecertificationDue> context)
    {
        var holder = Holder(context.Message.AgencyId, Audience.OrganizationAdmin);
        return KeepAsync(context, NoticeKind.GrantRecertificationDue, Of(context.Message.GrantId, context.Message.RecertifyBy, context.Message.DaysLeft), context.Message.At, context.Message.GrantId,
            context.Message.OwnerAgencyId is { } owner ? holder.Tell(owner, Audience.DataOwner) : holder.Operators(),
            Dataset(context.Message.DatasetId, ("recertify_by_at", context.Message.RecertifyBy), ("days_left", context.Message.DaysLeft)));
    }

    public Task Consume(ConsumeContext<GrantDatasetEnding> context)
    {
        var ended = context.Message.EndsAt <= context.Message.At;
        return KeepAsync(context, NoticeKind.GrantDatasetEnding, Of(context.Message.GrantId, context.Message.EndsAt, ended ? 0 : 1), context.Message.At, context.Message.GrantId,
            Holder(context.Message.AgencyId, Audience.OrganizationAdmin, Audience.TechnicalContact),
            Dataset(context.Message.DatasetId, ("dataset_version", context.Message.DatasetVersion), ("ends_at", context.Message.EndsAt), ("ended", ended ? "yes" : "no")));
    }

    public async Task Consume(ConsumeContext<OfficerRightGiven> context)
    {
        foreach (var (part, persons) in context.Message.PersonIds.Chunk(Ask.MostPersons).Index())
        {
            await KeepAsync(context, NoticeKind.OfficerRightGiven, $"{Of(context.Message.GroupId, context.Message.Revision)}:{part}", context.Message.At, context.Message.GroupId, Ask.About(context.Message.AgencyId).Persons(persons),
                new() { ["valid_from_at"] = context.Message.ValidFrom, ["valid_until_at"] = context.Message.ValidUntil });
        }
    }

    /// <summary>Who has left the agency knows; only what somebody decided is told.</summary>
    public async Task Consume(ConsumeContext<OfficerRightEnded> context)
    {
        foreach (var (part, persons) in (context.Message.By is null ? [] : context.Message.PersonIds).Chunk(Ask.MostPersons).Index())
        {
            await KeepAsync(context, NoticeKind.OfficerRightEnded, $"{Of(context.Message.GroupId, context.Message.Revision)}:{part}", context.Message.At, context.Message.GroupId, Ask.About(context.Message.AgencyId).Persons(persons), []);
        }
    }

    public Task Consume(ConsumeContext<AccessRequestSubmitted> context) => KeepAsync(context, NoticeKind.AccessRequestSubmitted, Of(context.Message.RequestId, context.Message.Revision), context.Message.At, context.Message.RequestId,
        Holder(context.Message.AgencyId, Audience.OrganizationAdmin).Persons(context.Message.By), Dataset(context.Message.DatasetId));

    public Task Consume(ConsumeContext<AccessRequestReturned> context) => KeepAsync(context, NoticeKind.AccessRequestReturned, Of(context.Message.RequestId, context.Message.Revision), context.Message.At, context.Message.RequestId,
        Holder(context.Message.AgencyId, Audience.OrganizationAdmin), Dataset(context.Message.DatasetId));

    public Task Consume(ConsumeContext<AccessRequestRejected> context) => KeepAsync(context, NoticeKind.AccessRequestRejected, Of(context.Message.RequestId, context.Message.Revision), context.Message.At, context.Message.RequestId,
        Holder(context.Message.AgencyId, Audience.OrganizationAdmin), Dataset(context.Message.DatasetId));

    public Task Consume(ConsumeContext<AccessRequestApproved> context) => KeepAsync(context, NoticeKind.AccessRequestApproved, Of(context.Message.RequestId, context.Message.Revision), context.Message.At, context.Message.RequestId,
        Holder(context.Message.AgencyId, Audience.OrganizationAdmin), Dataset(context.Message.DatasetId));

    public Task Consume(ConsumeContext<AccessRequestNarrowed> context) => KeepAsync(context, NoticeKind.AccessRequestNarrowed, Of(context.Message.RequestId, context.Message.Revision), context.Message.At, context.Message.RequestId,
        Holder(context.Message.AgencyId, Audience.OrganizationAdmin).Persons(context.Message.By), Dataset(context.Message.DatasetId));

    // Who took it back: of the agency, or whoever closed it; that one is no member and is not told.
    public Task Consume(ConsumeContext<AccessRequestWithdrawn> context) => KeepAsync(context, NoticeKind.AccessRequestWithdrawn, Of(context.Message.RequestId, context.Message.Revision), context.Message.At, context.Message.RequestId,
        Holder(context.Message.AgencyId, Audience.OrganizationAdmin).Persons(context.Message.By), Dataset(context.Message.DatasetId));

    public Task Consume(ConsumeContext<AccessRequestStepOpened> context) => KeepAsync(context, NoticeKind.AccessRequestStepOpened, $"{Of(context.Message.RequestId, context.Message.Revision)}:{context.Message.StepId}", context.Message.At, context.Message.RequestId,
        Turn(context.Message), Dataset(context.Message.DatasetId, ("step_kind", context.Message.Kind)));

    /// <summary>Whose turn it is, as Entitlement lets them act; where that is nobody of an agency, or a word that is newer than this, an operator looks.</summary>
    private static GetNoticeRequest Turn(AccessRequestStepOpened step)
    {
        var question = Ask.About(step.AgencyId);
        return (step.Actor, step.ActorAgencyId) switch
        {
            ("agency", var agency) => question.Tell(agency ?? step.AgencyId, Audience.OrganizationAdmin),
            ("super-user", var agency) => question.Tell(agency ?? step.AgencyId, Audience.SuperUser),
            ("owner" or "bureau", { } agency) => question.Tell(agency, Audience.DataOwner),
            ("central", { } agency) => question.Tell(agency, Audience.CentralAdmin),
            _ => question.Operators(),
        };
    }

    private static GetNoticeRequest Holder(Guid agency, params Audience[] audiences) => Ask.About(agency).Tell(agency, audiences);

    private static Dictionary<string, object> Dataset(string id, params (string Name, object Value)[] more) => new(more.Select(pair => KeyValuePair.Create(pair.Name, pair.Value))) { ["dataset_id"] = id };

    private static string Of(Guid id, long revision) => string.Create(CultureInfo.InvariantCulture, $"{id}:{revision}");

    private static string Of(Guid id, DateTimeOffset deadline, int daysLeft) => string.Create(CultureInfo.InvariantCulture, $"{id}:{deadline.UtcTicks}:{daysLeft}");

    private Task KeepAsync(ConsumeContext context, NoticeKind kind, string key, DateTimeOffset at, Guid about, GetNoticeRequest question, Dictionary<string, object> values) =>
        db.KeepAsync(clock, kind, key, at, about, values: values, question: question, ct: context.CancellationToken);
}
