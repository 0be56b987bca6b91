using Gdx.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdx.Notification.Data;

public enum DeliveryState
{
    Waiting = 1,
    Sent = 2,

    /// <summary>Given up: after a day, refused for good, or with an outcome that nobody knows; an operator looks.</summary>
    Parked = 3,

    /// <summary>What it was about is gone (the client is revoked or claimed already), or the recipient no longer is one.</summary>
    Dropped = 4,
}

/// <summary>One mail to one recipient. Text and address are made when it is sent and kept nowhere: the text may hold a one-time link.</summary>
public sealed class Delivery
{
    public required Guid Id { get; init; }

    /// <summary>The fact that asked for it: with the recipient the natural key, so that nobody gets a second mail about it.</summary>
    public required Guid CausedBy { get; init; }

    /// <summary>Who among the recipients of the fact: a person's id, or such as key-contact.</summary>
    public required string Recipient { get; init; }

    public Guid? PersonId { get; init; }

    public required string Template { get; init; }

    /// <summary>The API client, grant … that the mail is about.</summary>
    public Guid? AboutId { get; init; }

    public DeliveryState State { get; private set; } = DeliveryState.Waiting;

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the day of trying began: at creation, or when an operator had it sent again.</summary>
    public required DateTimeOffset TryingSince { get; set; }

    public required DateTimeOffset NextAttemptAt { get; set; }

    public DateTimeOffset? SentAt { get; private set; }

    public int Attempts { get; private set; }

    public string? LastError { get; private set; }

    /// <summary>The operator who last had it sent again.</summary>
    public Guid? ResentBy { get; private set; }

    public DateTimeOffset? ResentAt { get; private set; }

    /// <summary>W3C trace context of the message, so that the mail is in the trace of what caused it.</summary>
    public string? TraceParent { get; init; }

    public void Succeed(DateTimeOffset at) => (State, SentAt, Attempts, LastError) = (DeliveryState.Sent, at, Attempts + 1, null);

    public void Drop(string why) => (State, LastError) = (DeliveryState.Dropped, why);

    /// <summary>Trying again would not help, or might send it twice.</summary>
    public void Park(string why) => (State, Attempts, LastError) = (DeliveryState.Parked, Attempts + 1, why);

    /// <summary>Waits longer each time; after a day of trying a person must look.</summary>
    public void Fail(string why, DateTimeOffset at)
    {
        (Attempts, LastError) = (Attempts + 1, why);
        NextAttemptAt = at + Pauses.After(Attempts);
        State = at - TryingSince > Pauses.Day ? DeliveryState.Parked : DeliveryState.Waiting;
    }

    public void Resend(Guid by, DateTimeOffset at)
    {
        (State, TryingSince, NextAttemptAt) = (DeliveryState.Waiting, at, at);
        (ResentBy, ResentAt) = (by, at);
    }
}

/// <summary>
/// Written before a mail's text goes to the mail server. One without an outcome (its attempt is higher than the delivery counts) is an attempt
/// that was cut off just there: the mail may have been taken, so it is not sent again.
/// </summary>
public sealed class MailOffer
{
    public required Guid DeliveryId { get; init; }

    public required int Attempt { get; init; }

    public required DateTimeOffset At { get; init; }
}

internal sealed class DeliveryTable : IEntityTypeConfiguration<Delivery>, IEntityTypeConfiguration<MailOffer>
{
    public void Configure(EntityTypeBuilder<Delivery> entity)
    {
        entity.ToTable("deliveries");
        entity.Property(delivery => delivery.Template).HasMaxLength(64);
        entity.Property(delivery => delivery.Recipient).HasMaxLength(64);
        entity.Property(delivery => delivery.LastError).HasMaxLength(200);
        entity.Property(delivery => delivery.TraceParent).HasMaxLength(64);
        entity.HasIndex(delivery => new { delivery.CausedBy, delivery.Recipient }).IsUnique();
        entity.HasIndex(delivery => new { delivery.State, delivery.NextAttemptAt });
        entity.HasIndex(delivery => new { delivery.PersonId, delivery.Id });
        entity.Property<uint>("xmin").IsRowVersion();
        entity.Notifies(DatabaseSignals.Work);
    }

    public void Configure(EntityTypeBuilder<MailOffer> entity)
    {
        entity.ToTable("mail_offers");
        // No foreign key: its check would wait for whoever holds the delivery, who waits for this row.
        entity.HasKey(offer => new { offer.DeliveryId, offer.Attempt });
    }
}
