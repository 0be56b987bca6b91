namespace Gdx.Decisions.Tests;

/// <summary>What a policy says, worked out the long way: every right is the set of all calls that it lets through, and rights are combined as sets.</summary>
public static class BruteForce
{
    private static readonly int[] DefaultBudget = [20, 50_000, 20_000, 10_000, 10_000];

    /// <summary>One thinkable call for one field.</summary>
    private readonly record struct Call(int Hour, int Purpose, int Channel, bool Case, int Field);

    private static readonly HashSet<Call> Everything =
        [.. from hour in Enumerable.Range(0, Policy.Hours)
            from purpose in Enumerable.Range(0, Policy.PurposeCount)
            from channel in (int[])[1, 2]
            from file in (bool[])[false, true]
            from field in Enumerable.Range(0, Policy.FieldCount)
            select new Call(hour, purpose, channel, file, field)];

    /// <summary>The place of the grant and of the group (if any) that allow, the fields, and the budget; null where nothing allows.</summary>
    public static (int Grant, int? Group, HashSet<int> Fields, int[] Budget)? Answer(Policy policy)
    {
        var asked = policy.Question;
        var ways = new List<(int Grant, int? Group, HashSet<int> Fields, int[] Budget)>();
        for (var i = 0; i < policy.Grants.Length; i++)
        {
            var grant = policy.Grants[i];
            if (grant.Agency != asked.Agency || grant.Dataset != asked.Dataset || Lineage(policy, i) is not { } lineage)
            {
                continue;
            }

            var calls = new HashSet<Call>(Everything);
            int[] budget = [int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue];
            foreach (var member in lineage)
            {
                calls.IntersectWith(Opened(member));
                budget = [.. budget.Zip(member.Budget ?? DefaultBudget, Math.Min)];
            }

            if (asked.Channel == 2 || (lineage.Exists(member => member.Managed) && asked.Officer is not null))
            {
                var registered = from place in Enumerable.Range(0, policy.Groups.Length)
                                 let officers = policy.Groups[place]
                                 where officers.Agency == grant.Agency && asked.Officer is { } person && officers.Officers.Contains(person)
                                 from right in officers.Rights
                                 where right.Grant == i
                                 let left = Fields(calls.Where(call => Opened(officers, right, call)), asked)
                                 where left.Count > 0
                                 let most = Math.Min(budget[3], officers.Calls)
                                 orderby left.Count descending, most descending, Policy.GroupId(place)
                                 select (i, (int?)place, left, (int[])[budget[0], budget[1], budget[2], most, Math.Min(most, budget[4])]);
                ways.AddRange(registered.Take(1));
            }
            else if (Fields(calls, asked) is { Count: > 0 } fields)
            {
                var given = from officers in policy.Groups
                            where officers.Active && officers.Agency == grant.Agency && asked.Officer is { } person && officers.Officers.Contains(person)
                            where asked.At >= officers.From && asked.At < officers.Until && officers.Rights.Any(right => right.Grant == i && right.Purposes.Any(purpose => purpose == asked.Purpose))
                            select officers.Calls;
                var most = Math.Min(budget[3], given.DefaultIfEmpty(150).Max());
                ways.Add((i, null, fields, [budget[0], budget[1], budget[2], most, Math.Min(most, budget[4])]));
            }
        }

        return ways.Count == 0 ? null : ways.OrderByDescending(way => way.Fields.Count).ThenByDescending(way => policy.Grants[way.Grant].Until).ThenBy(way => Policy.GrantId(way.Grant)).First();
    }

    private static HashSet<int> Fields(IEnumerable<Call> calls, SomeQuestion asked) =>
        [.. calls.Where(call => call.Hour == asked.At && call.Purpose == asked.Purpose && call.Channel == asked.Channel && call.Case == asked.Case).Select(call => call.Field)];

    /// <summary>The grant and all above it; null where one is missing, of another dataset, or more than eight stand above.</summary>
    private static List<SomeGrant>? Lineage(Policy policy, int place)
    {
        var lineage = new List<SomeGrant> { policy.Grants[place] };
        while (lineage[^1].Parent is { } above)
        {
            if (above >= policy.Grants.Length || policy.Grants[above].Dataset != lineage[0].Dataset || lineage.Count > 8)
            {
                return null;
            }

            lineage.Add(policy.Grants[above]);
        }

        return lineage;
    }

    private static IEnumerable<Call> Opened(SomeGrant grant) =>
        grant.State != 1 ? [] : Everything.Where(call =>
            Enumerable.Range(grant.From, Math.Max(0, grant.Until - grant.From)).Contains(call.Hour)
            && (grant.Recertify ?? Policy.Hours) > call.Hour
            && grant.Fields.Contains(call.Field)
            && grant.Channels.Contains(call.Channel)
            && grant.Purposes.Any(terms => terms.Code == call.Purpose && call.Hour >= (terms.From ?? 0) && call.Hour < (terms.Until ?? Policy.Hours) && (call.Case || !terms.Case)));

    private static bool Opened(SomeGroup group, SomeRight right, Call call) =>
        group.Active && call.Hour >= group.From && call.Hour < group.Until && right.Fields.Contains(call.Field) && right.Purposes.Contains(call.Purpose);
}
