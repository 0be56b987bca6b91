using System.Security.Cryptography;
using Gdx.Entitlement.Decisions;

namespace Gdx.LinkageAdapter.Budgets;

/// <summary>One limit that a call is charged to: the grant's, one of the grants above it, or the officer's.</summary>
/// <param name="Scope">What is counted together.</param>
/// <param name="CallsPerSecond">At most so many calls a second, at each replica; null where only days count.</param>
/// <param name="CallsPerDay">At most so many calls a Thai day.</param>
/// <param name="SubjectsPerDay">At most so many distinct persons a Thai day.</param>
/// <param name="IsOfficer">Whether it is the officer's own.</param>
public readonly record struct BudgetLine(Guid Scope, int? CallsPerSecond, int CallsPerDay, int SubjectsPerDay, bool IsOfficer)
{
    /// <summary>What a call that was allowed is charged to: the grant, the grants that it hangs on, and the officer behind it.</summary>
    public static IReadOnlyList<BudgetLine> Of(Snapshot snapshot, Decision decision, in Question question)
    {
        var lines = new List<BudgetLine>(2);
        for (var grant = snapshot.Find(decision.GrantId!.Value); grant is not null && lines.Count <= Decide.DeepestDelegation; grant = grant.ParentId is { } parent ? snapshot.Find(parent) : null)
        {
            var budget = grant.Budget ?? Budget.Default;
            lines.Add(new(grant.Id, budget.CallsPerSecond, budget.CallsPerDay, budget.PersonsPerDay, IsOfficer: false));
        }

        if (question.Officer is { } officer)
        {
            lines.Add(new(OfOfficer(question.AgencyId, officer), null, decision.Budget!.CallsPerOfficerAndDay, decision.Budget.PersonsPerOfficerAndDay, IsOfficer: true));
        }

        return lines;
    }

    /// <summary>An officer's calls for one agency count together, whichever grant they use. A UUID of version 8 made from both.</summary>
    public static Guid OfOfficer(Guid agencyId, Guid officerId)
    {
        Span<byte> hash = stackalloc byte[32];
        Span<byte> both = stackalloc byte[32];
        agencyId.TryWriteBytes(both, bigEndian: true, out _);
        officerId.TryWriteBytes(both[16..], bigEndian: true, out _);
        SHA256.HashData(both, hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}

/// <summary>Why a call does not fit: the stable code and, for people, which limit it was.</summary>
public sealed record BudgetRefusal
{
    public static readonly BudgetRefusal GrantCalls = new() { Code = "entitlement.budget.calls", Message = "The calls of your agency for this service are used up for today." };
    public static readonly BudgetRefusal GrantSubjects = new() { Code = "entitlement.budget.persons", Message = "The number of different persons your agency may look up with this service is used up for today." };
    public static readonly BudgetRefusal OfficerCalls = new() { Code = "entitlement.budget.officer_calls", Message = "The calls of this officer are used up for today." };
    public static readonly BudgetRefusal OfficerSubjects = new() { Code = "entitlement.budget.officer_persons", Message = "The number of different persons this officer may look up is used up for today." };
    public static readonly BudgetRefusal Rate = new() { Code = "entitlement.budget.rate", Message = "Your agency calls this service more often per second than its grant allows." };

    public required string Code { get; init; }

    public required string Message { get; init; }

    public static BudgetRefusal Of(BudgetLine line, bool calls) => (line.IsOfficer, calls) switch
    {
        (false, true) => GrantCalls,
        (false, false) => GrantSubjects,
        (true, true) => OfficerCalls,
        _ => OfficerSubjects,
    };
}
