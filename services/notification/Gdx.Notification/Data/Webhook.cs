using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdx.Notification.Data;

/// <summary>An address of an agency's system that is told what happens.</summary>
public sealed class Webhook
{
    public required Guid Id { get; init; }

    public required Guid AgencyId { get; init; }

    public required string Url { get; init; }

    public required List<NoticeKind> Kinds { get; init; }

    /// <summary>The signing secret, encrypted by Data Protection.</summary>
    public required byte[] ProtectedSecret { get; set; }

    public byte[]? ProtectedPreviousSecret { get; set; }

    public DateTimeOffset? PreviousUntil { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required Guid CreatedBy { get; init; }

    public DateTimeOffset? RemovedAt { get; set; }

    public Guid? RemovedBy { get; set; }

    internal sealed class Table : IEntityTypeConfiguration<Webhook>
    {
        public void Configure(EntityTypeBuilder<Webhook> entity)
        {
            entity.ToTable("webhooks");
            entity.Property(webhook => webhook.Url).HasMaxLength(500);
            entity.PrimitiveCollection(webhook => webhook.Kinds).ElementType(kind => kind.HasConversion<string>());
            entity.HasIndex(webhook => webhook.AgencyId).HasFilter("removed_at IS NULL").HasDatabaseName("ix_webhooks_of_agency");
            entity.Property<uint>("xmin").IsRowVersion();
        }
    }
}

/// <summary>The row that whoever calls a receiver holds meanwhile: one call at a time, so that a slow receiver holds up only itself.</summary>
public sealed class WebhookLane
{
    public required Guid WebhookId { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<WebhookLane>
    {
        public void Configure(EntityTypeBuilder<WebhookLane> entity)
        {
            entity.ToTable("webhook_lanes");
            entity.HasKey(lane => lane.WebhookId);
            entity.HasOne<Webhook>().WithMany().HasForeignKey(lane => lane.WebhookId);
        }
    }
}

/// <summary>One fact to one webhook. A receiver may get it twice (a crash after its answer), with the same webhook-id: that is the standard's way.</summary>
public sealed class WebhookDelivery
{
    public required Guid Id { get; init; }

    public required Guid WebhookId { get; init; }

    public required Guid CausedBy { get; init; }

    public required NoticeKind Kind { get; init; }

    /// <summary>The JSON that is signed and sent: ids and a time.</summary>
    public required string Payload { get; init; }

    public DeliveryState State { get; private set; } = DeliveryState.Waiting;

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset TryingSince { get; set; }

    public required DateTimeOffset NextAttemptAt { get; set; }

    public DateTimeOffset? SentAt { get; private set; }

    public int Attempts { get; private set; }

    public string? LastError { get; private set; }

    /// <summary>Who last asked for it again.</summary>
    public Guid? ReplayedBy { get; private set; }

    public string? TraceParent { get; init; }

    public string MessageId => $"msg_{Id:N}";

    public void Succeed(DateTimeOffset at) => (State, SentAt, Attempts, LastError) = (DeliveryState.Sent, at, Attempts + 1, null);

    public void Drop(string why) => (State, LastError) = (DeliveryState.Dropped, why);

    public void Park(string why) => (State, Attempts, LastError) = (DeliveryState.Parked, Attempts + 1, why);

    public void Fail(string why, DateTimeOffset at)
    {
        (Attempts, LastError) = (Attempts + 1, why);
        NextAttemptAt = at + Pauses.After(Attempts);
        State = at - TryingSince > Pauses.Day ? DeliveryState.Parked : DeliveryState.Waiting;
    }

    public void Replay(Guid by, DateTimeOffset at) => (State, TryingSince, NextAttemptAt, ReplayedBy) = (DeliveryState.Waiting, at, at, by);

    internal sealed class Table : IEntityTypeConfiguration<WebhookDelivery>
    {
        public void Configure(EntityTypeBuilder<WebhookDelivery> entity)
        {
            entity.ToTable("webhook_deliveries");
            entity.Property(delivery => delivery.Kind).HasConversion<string>().HasMaxLength(64);
            entity.Property(delivery => delivery.Payload).HasMaxLength(1000);
            entity.Property(delivery => delivery.LastError).HasMaxLength(200);
            entity.Property(delivery => delivery.TraceParent).HasMaxLength(64);
            entity.HasOne<Webhook>().WithMany().HasForeignKey(delivery => delivery.WebhookId);
            entity.HasOne<Fact>().WithMany().HasForeignKey(delivery => delivery.CausedBy);
            entity.HasIndex(delivery => new { delivery.WebhookId, delivery.CausedBy }).IsUnique();
            entity.HasIndex(delivery => new { delivery.State, delivery.NextAttemptAt });
            entity.Property<uint>("xmin").IsRowVersion();
            entity.Notifies(DatabaseSignals.Work);
        }
    }
}
