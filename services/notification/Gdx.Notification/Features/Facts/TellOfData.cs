using System.Globalization;
using Gdx.Catalog.Contracts.V1;
using Gdx.Identity.Contracts.V1;
using Gdx.Notification.Data;
using MassTransit;

namespace Gdx.Notification.Features;

/// <summary>Catalog's events about data that is asked for, offered and proposed. What one request or offer goes through again is told again: by the time.</summary>
public sealed class TellOfDataConsumer(NotificationDb db, TimeProvider clock) :
    IConsumer<DataRequestAsked>, IConsumer<DataRequestAnswered>, IConsumer<DataRequestDeclined>,
    IConsumer<DataOfferMade>, IConsumer<DataOfferAccepted>, IConsumer<DataOfferDeclined>, IConsumer<DataOfferPublished>, IConsumer<DataOfferRetracted>, IConsumer<DataOfferFailed>,
    IConsumer<DataOfferAppointmentProposed>, IConsumer<DataOfferAppointmentAgreed>, IConsumer<DataOfferDraftMade>, IConsumer<DatasetProposed>
{
    public Task Consume(ConsumeContext<DataRequestAsked> context) =>
        KeepAsync(context, NoticeKind.DataRequestAsked, $"{context.Message.RequestId}", context.Message.At, context.Message.RequestId, Ask.About(context.Message.AgencyId).Operators(), []);

    public Task Consume(ConsumeContext<DataRequestAnswered> context) => EveryoneAsync(context, NoticeKind.DataRequestAnswered, context.Message.RequestId, context.Message.At, context.Message.PersonIds, context.Message.AgencyIds,
        new() { ["dataset_id"] = context.Message.DatasetId });

    public Task Consume(ConsumeContext<DataRequestDeclined> context) =>
        EveryoneAsync(context, NoticeKind.DataRequestDeclined, context.Message.RequestId, context.Message.At, context.Message.PersonIds, context.Message.AgencyIds, []);

    public Task Consume(ConsumeContext<DataOfferMade> context) => KeepAsync(context, NoticeKind.DataOfferMade, At(context.Message.OfferId, context.Message.At), context.Message.At, context.Message.OfferId,
        Ask.About(context.Message.AgencyId).Operators(), new() { ["government_only"] = context.Message.GovernmentOnly ? "yes" : "no" });

    public Task Consume(ConsumeContext<DataOfferAccepted> context) => OfferedAsync(context, NoticeKind.DataOfferAccepted, context.Message.OfferId, context.Message.At, context.Message.AgencyId, context.Message.OfferedBy);

    public Task Consume(ConsumeContext<DataOfferDeclined> context) => OfferedAsync(context, NoticeKind.DataOfferDeclined, context.Message.OfferId, context.Message.At, context.Message.AgencyId, context.Message.OfferedBy);

    public Task Consume(ConsumeContext<DataOfferPublished> context) => OfferedAsync(context, NoticeKind.DataOfferPublished, context.Message.OfferId, context.Message.At, context.Message.AgencyId, context.Message.OfferedBy,
        new() { ["slug"] = context.Message.Slug });

    public Task Consume(ConsumeContext<DataOfferRetracted> context) => OfferedAsync(context, NoticeKind.DataOfferRetracted, context.Message.OfferId, context.Message.At, context.Message.AgencyId, context.Message.OfferedBy);

    public Task Consume(ConsumeContext<DataOfferFailed> context) => KeepAsync(context, NoticeKind.DataOfferFailed, At(context.Message.OfferId, context.Message.At), context.Message.At, context.Message.OfferId,
        Ask.About(context.Message.AgencyId).Operators(), []);

    /// <summary>The other side is told: the agency where an operator proposes, operators where the agency does.</summary>
    public Task Consume(ConsumeContext<DataOfferAppointmentProposed> context) => context.Message.ByOperator
        ? OfferedAsync(context, NoticeKind.DataOfferAppointmentProposed, context.Message.OfferId, context.Message.At, context.Message.AgencyId, context.Message.OfferedBy)
        : KeepAsync(context, NoticeKind.DataOfferAppointmentProposed, At(context.Message.OfferId, context.Message.At), context.Message.At, context.Message.OfferId, Ask.About(context.Message.AgencyId).Operators(), []);

    public Task Consume(ConsumeContext<DataOfferAppointmentAgreed> context) => OfferedAsync(context, NoticeKind.DataOfferAppointmentAgreed, context.Message.OfferId, context.Message.At, context.Message.AgencyId, context.Message.OfferedBy,
        new() { ["agreed_at"] = context.Message.AgreedTime });

    public Task Consume(ConsumeContext<DataOfferDraftMade> context) => OfferedAsync(context, NoticeKind.DataOfferDraftMade, context.Message.OfferId, context.Message.At, context.Message.AgencyId, context.Message.OfferedBy,
        new() { ["dataset_id"] = context.Message.DatasetId });

    public Task Consume(ConsumeContext<DatasetProposed> context) => KeepAsync(context, NoticeKind.DatasetProposed,
        string.Create(CultureInfo.InvariantCulture, $"{context.Message.DatasetId}:{context.Message.DatasetVersion}:{context.Message.At.UtcTicks}"), context.Message.At, null, Ask.About().Operators(),
        new() { ["dataset_id"] = context.Message.DatasetId, ["dataset_version"] = context.Message.DatasetVersion });

    private static string At(Guid id, DateTimeOffset at) => string.Create(CultureInfo.InvariantCulture, $"{id}:{at.UtcTicks}");

    private Task OfferedAsync(ConsumeContext context, NoticeKind kind, Guid offer, DateTimeOffset at, Guid agency, Guid person, Dictionary<string, object>? values = null) =>
        KeepAsync(context, kind, At(offer, at), at, offer, Ask.About(agency).Persons(person).Tell(agency, Audience.OrganizationAdmin), values ?? []);

    /// <summary>Many agencies may have asked, so the fact belongs to none of them; the systems of all hear of it, with the first of its parts.</summary>
    private async Task EveryoneAsync(ConsumeContext context, NoticeKind kind, Guid request, DateTimeOffset at, IReadOnlyList<Guid> persons, IReadOnlyList<Guid> agencies, Dictionary<string, object> values)
    {
        foreach (var (part, some) in persons.Chunk(Ask.MostPersons).Index())
        {
            var question = (part == 0 ? agencies : []).Aggregate(Ask.About().Persons(some), (question, agency) => question.Tell(agency));
            await KeepAsync(context, kind, string.Create(CultureInfo.InvariantCulture, $"{At(request, at)}:{part}"), at, request, question, values);
        }
    }

    private Task KeepAsync(ConsumeContext context, NoticeKind kind, string key, DateTimeOffset at, Guid? about, GetNoticeRequest question, Dictionary<string, object> values) =>
        db.KeepAsync(clock, kind, key, at, about, values: values, question: question, ct: context.CancellationToken);
}
