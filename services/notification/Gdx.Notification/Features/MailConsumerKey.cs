using System.Diagnostics;
using Gdx.Identity.Contracts.V1;
using Gdx.Notification.Data;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Gdx.Notification.Features;

/// <summary>Identity's ApiClientCreated, ApiClientRenewed: the contact is mailed the consumer key and a one-time link to the secret.</summary>
public sealed class MailConsumerKeyConsumer(NotificationDb db, TimeProvider clock) : IConsumer<ApiClientCreated>, IConsumer<ApiClientRenewed>
{
    public const string Template = "consumer-key";

    public Task Consume(ConsumeContext<ApiClientCreated> context) => QueueAsync(context.Message.ApiClientId, context.Message.ApiClientId, context.CancellationToken);

    public Task Consume(ConsumeContext<ApiClientRenewed> context) => QueueAsync(context.Message.RenewalId, context.Message.ApiClientId, context.CancellationToken);

    private async Task QueueAsync(Guid causedBy, Guid apiClientId, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        db.Deliveries.Add(new Delivery
        {
            Id = Guid.CreateVersion7(),
            CausedBy = causedBy,
            Template = Template,
            AboutId = apiClientId,
            CreatedAt = now,
            NextAttemptAt = now,
            TraceParent = Activity.Current?.Id,
        });
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException repeated) when (repeated.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            // The message came before and its mail is queued or sent.
            db.ChangeTracker.Clear();
        }
    }
}
