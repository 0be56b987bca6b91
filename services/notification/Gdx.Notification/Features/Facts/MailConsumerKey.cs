using Gdx.Identity.Contracts.V1;
using Gdx.Notification.Data;
using MassTransit;

namespace Gdx.Notification.Features;

/// <summary>Identity's ApiClientCreated, ApiClientRenewed: the contact is mailed the consumer key and a one-time link to the secret.</summary>
public sealed class MailConsumerKeyConsumer(NotificationDb db, TimeProvider clock) : IConsumer<ApiClientCreated>, IConsumer<ApiClientRenewed>
{
    public const string Template = "consumer-key";

    public Task Consume(ConsumeContext<ApiClientCreated> context) =>
        db.KeepAsync(clock, NoticeKind.ApiClientCreated, $"{context.Message.ApiClientId}", context.Message.CreatedAt, context.Message.ApiClientId, ct: context.CancellationToken);

    public Task Consume(ConsumeContext<ApiClientRenewed> context) =>
        db.KeepAsync(clock, NoticeKind.ApiClientRenewed, $"{context.Message.RenewalId}", context.Message.RenewedAt, context.Message.ApiClientId, ct: context.CancellationToken);
}
