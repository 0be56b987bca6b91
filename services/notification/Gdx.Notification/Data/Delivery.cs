using Gdx.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdx.Notification.Data;

public enum DeliveryState
{
    Waiting = 1,
    Sent = 2,

    /// <summary>Given up after a day; an operator looks.</summary>
    Parked = 3,

    /// <summary>What it was about is gone: the client is revoked or claimed already.</summary>
    Dropped = 4,
}

/// <summary>One mail to be sent. Its text is made when it is sent and kept nowhere: it may hold a one-time link.</summary>
public sealed class Delivery
{
    public required Guid Id { get; init; }

    /// <summary>The fact that asked for it (client or renewal): with the template the natural key, so that a repeated message makes no second mail.</summary>
    public required Guid CausedBy { get; init; }

    public required string Template { get; init; }

    /// <summary>The API client, grant … that the mail is about.</summary>
    public required Guid AboutId { get; init; }

    public DeliveryState State { get; private set; } = DeliveryState.Waiting;

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset NextAttemptAt { get; set; }

    public DateTimeOffset? SentAt { get; private set; }

    public int Attempts { get; private set; }

    public string? LastError { get; private set; }

    /// <summary>W3C trace context of the message, so that the mail is in the trace of what caused it.</summary>
    public string? TraceParent { get; init; }

    public void Succeed(DateTimeOffset at) => (State, SentAt, Attempts, LastError) = (DeliveryState.Sent, at, Attempts + 1, null);

    public void Drop(string why) => (State, LastError) = (DeliveryState.Dropped, why);

    /// <summary>Waits longer each time, 1 s to 10 min; after a day of trying a person must look.</summary>
    public void Fail(string why, DateTimeOffset at)
    {
        Attempts++;
        LastError = why;
        NextAttemptAt = at + TimeSpan.FromSeconds(Math.Min(600, Math.Pow(2, Math.Min(Attempts - 1, 10))));
        if (at - CreatedAt > TimeSpan.FromDays(1))
        {
            State = DeliveryState.Parked;
        }
    }
}

internal sealed class DeliveryTable : IEntityTypeConfiguration<Delivery>
{
    public void Configure(EntityTypeBuilder<Delivery> entity)
    {
        entity.ToTable("deliveries");
        entity.Property(delivery => delivery.Template).HasMaxLength(64);
        entity.Property(delivery => delivery.LastError).HasMaxLength(200);
        entity.Property(delivery => delivery.TraceParent).HasMaxLength(64);
        entity.HasIndex(delivery => new { delivery.CausedBy, delivery.Template }).IsUnique();
        entity.HasIndex(delivery => new { delivery.State, delivery.NextAttemptAt });
        entity.Property<uint>("xmin").IsRowVersion();
        entity.Notifies(DatabaseSignals.Work);
    }
}
