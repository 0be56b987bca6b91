using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdx.Notification.Data;

public enum FactState
{
    Waiting = 1,

    /// <summary>Mails, inbox messages and webhook deliveries have been made of it.</summary>
    Told = 2,

    /// <summary>Identity could not be asked for a day; an operator looks.</summary>
    Parked = 3,

    /// <summary>What it was about does not exist.</summary>
    Dropped = 4,
}

/// <summary>Something that happened, as an event said it: ids and times only. Whom it concerns is asked when it is told.</summary>
public sealed class Fact
{
    public required Guid Id { get; init; }

    public required NoticeKind Kind { get; init; }

    /// <summary>With the kind the natural key, so that a repeated message is the same fact.</summary>
    public required string Key { get; init; }

    /// <summary>The application, agency, membership … (<see cref="NoticeKind"/> says which).</summary>
    public Guid? AboutId { get; init; }

    public Guid? PersonId { get; init; }

    /// <summary>Whom the event itself names (ids and roles): the question to Identity as protobuf's JSON. Null: kind and ids are the whole question.</summary>
    public string? Question { get; init; }

    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>JSON object of what the event itself says to people: instants (names ending in _at) and counts.</summary>
    public required string Values { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public FactState State { get; private set; } = FactState.Waiting;

    public required DateTimeOffset NextAttemptAt { get; set; }

    public int Attempts { get; private set; }

    public string? LastError { get; private set; }

    /// <summary>When an operator last had it tried for another day, and who: null while nobody has.</summary>
    public DateTimeOffset? RetriedAt { get; private set; }

    public Guid? RetriedBy { get; private set; }

    /// <summary>W3C trace context of the message, so that what follows is in the trace of what caused it.</summary>
    public string? TraceParent { get; init; }

    public void Tell() => (State, Attempts, LastError) = (FactState.Told, Attempts + 1, null);

    public void Drop(string why) => (State, LastError) = (FactState.Dropped, why);

    public void Fail(string why, DateTimeOffset at)
    {
        (Attempts, LastError) = (Attempts + 1, why);
        NextAttemptAt = at + Pauses.After(Attempts);
        State = at - (RetriedAt ?? CreatedAt) > Pauses.Day ? FactState.Parked : FactState.Waiting;
    }

    public void Retry(Guid by, DateTimeOffset at) => (State, NextAttemptAt, RetriedBy, RetriedAt) = (FactState.Waiting, at, by, at);
}

internal sealed class FactTable : IEntityTypeConfiguration<Fact>
{
    public void Configure(EntityTypeBuilder<Fact> entity)
    {
        entity.ToTable("facts");
        entity.Property(fact => fact.Kind).HasConversion<string>().HasMaxLength(64);
        entity.Property(fact => fact.Key).HasMaxLength(200); // Two ids, a name of a dataset or a step, and an instant.
        entity.Property(fact => fact.Question).HasColumnType("jsonb");
        entity.Property(fact => fact.Values).HasColumnType("jsonb");
        entity.Property(fact => fact.LastError).HasMaxLength(200);
        entity.Property(fact => fact.TraceParent).HasMaxLength(64);
        entity.HasIndex(fact => new { fact.Kind, fact.Key }).IsUnique();
        entity.HasIndex(fact => new { fact.State, fact.NextAttemptAt });
        entity.Property<uint>("xmin").IsRowVersion();
        entity.Notifies(DatabaseSignals.Work);
    }
}
