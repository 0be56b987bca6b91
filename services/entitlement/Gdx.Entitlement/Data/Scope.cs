using System.Text.Json;
using Gdx.Entitlement.Decisions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gdx.Entitlement.Data;

/// <summary>How wide a right is, apart from whose it is and to which dataset: what a request asks for, what a letter covers, what was granted.</summary>
public sealed record Scope
{
    public required IReadOnlyList<string> Fields { get; init; }

    public required IReadOnlyList<PurposeTerms> Purposes { get; init; }

    public required IReadOnlyList<Channel> Channels { get; init; }

    public required DateTimeOffset ValidFrom { get; init; }

    /// <summary>Exclusive.</summary>
    public required DateTimeOffset ValidUntil { get; init; }

    public required GrantBudget Budget { get; init; }

    /// <summary>Whether nothing in <paramref name="other"/> goes beyond this one.</summary>
    public bool Contains(Scope other) =>
        other.Fields.All(Fields.Contains)
        && other.Channels.All(Channels.Contains)
        && other.ValidFrom >= ValidFrom && other.ValidUntil <= ValidUntil
        && Covers(Budget, other.Budget)
        && other.Purposes.All(asked => Purposes.Any(terms => terms.Code == asked.Code
            && (asked.CaseRequired || !terms.CaseRequired)
            && (asked.ValidFrom ?? other.ValidFrom) >= (terms.ValidFrom ?? ValidFrom)
            && (asked.ValidUntil ?? other.ValidUntil) <= (terms.ValidUntil ?? ValidUntil)));

    /// <summary>What is left of this one after a decision; null where that is nothing.</summary>
    public Scope? After(StepDecision decision) => Within(decision.ValidFrom ?? ValidFrom, decision.ValidUntil ?? ValidUntil) is not { } period ? null
        : (period with
        {
            Fields = [.. period.Fields.Where(name => decision.Fields.Any(verdict => verdict.Granted && verdict.Name == name))],
            Purposes = [.. period.Purposes.Where(terms => decision.Purposes.Any(verdict => verdict.Granted && verdict.Name == terms.Code))],
            Budget = decision.Budget is { } budget ? Lower(period.Budget, budget) : period.Budget,
        }).OrNothing();

    /// <summary>The part of this one within a period, purposes too; null where there is none.</summary>
    public Scope? Within(DateTimeOffset from, DateTimeOffset until)
    {
        var (begin, end) = (from > ValidFrom ? from : ValidFrom, until < ValidUntil ? until : ValidUntil);
        return (this with
        {
            ValidFrom = begin,
            ValidUntil = end,
            Purposes =
            [
                .. from terms in Purposes
                   let first = terms.ValidFrom > begin ? terms.ValidFrom : null
                   let last = terms.ValidUntil < end ? terms.ValidUntil : null
                   where (first ?? begin) < (last ?? end)
                   select terms with { ValidFrom = first, ValidUntil = last },
            ],
        }).OrNothing();
    }

    private Scope? OrNothing() => Fields.Count > 0 && Purposes.Count > 0 && Channels.Count > 0 && ValidFrom < ValidUntil ? this : null;

    private static bool Covers(GrantBudget whole, GrantBudget part) =>
        part.CallsPerSecond <= whole.CallsPerSecond && part.CallsPerDay <= whole.CallsPerDay && part.PersonsPerDay <= whole.PersonsPerDay
        && part.CallsPerOfficerAndDay <= whole.CallsPerOfficerAndDay && part.PersonsPerOfficerAndDay <= whole.PersonsPerOfficerAndDay;

    private static GrantBudget Lower(GrantBudget one, GrantBudget other) => new()
    {
        CallsPerSecond = Math.Min(one.CallsPerSecond, other.CallsPerSecond),
        CallsPerDay = Math.Min(one.CallsPerDay, other.CallsPerDay),
        PersonsPerDay = Math.Min(one.PersonsPerDay, other.PersonsPerDay),
        CallsPerOfficerAndDay = Math.Min(one.CallsPerOfficerAndDay, other.CallsPerOfficerAndDay),
        PersonsPerOfficerAndDay = Math.Min(one.PersonsPerOfficerAndDay, other.PersonsPerOfficerAndDay),
    };
}

/// <summary>What one side decided about what was asked for.</summary>
public sealed record StepDecision
{
    public required IReadOnlyList<StepVerdict> Fields { get; init; }

    public required IReadOnlyList<StepVerdict> Purposes { get; init; }

    /// <summary>Null: as asked.</summary>
    public DateTimeOffset? ValidFrom { get; init; }

    /// <summary>Exclusive. Null: as asked.</summary>
    public DateTimeOffset? ValidUntil { get; init; }

    /// <summary>Null: as asked.</summary>
    public GrantBudget? Budget { get; init; }
}

/// <summary>About one field (its name) or one purpose (its code); a refusal says why.</summary>
public sealed record StepVerdict(string Name, bool Granted, string? Reason);

internal static class JsonColumn
{
    /// <summary>Keeps a value that is replaced whole, never changed inside, as jsonb.</summary>
    public static PropertyBuilder<T> HasJson<T>(this PropertyBuilder<T> property) => property.HasColumnType("jsonb").HasConversion(
        value => JsonSerializer.Serialize(value, JsonSerializerOptions.Default),
        text => JsonSerializer.Deserialize<T>(text, JsonSerializerOptions.Default)!,
        new ValueComparer<T>((one, other) => ReferenceEquals(one, other), value => value == null ? 0 : value.GetHashCode(), value => value));
}
