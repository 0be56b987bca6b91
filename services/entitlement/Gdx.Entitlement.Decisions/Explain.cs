namespace Gdx.Entitlement.Decisions;

public static partial class Decide
{
    private const int MostStarts = 16; // Each start of a period that lies ahead is tried as an instant to wait for; the nearest are the ones that help.

    /// <summary>The same decision, with how it came about and the smallest set of steps that would turn a refusal around.</summary>
    public static Explanation Explain(Snapshot snapshot, in Question question)
    {
        var path = new List<PathStep>();
        var decision = Evaluate(snapshot, question, path);
        return new() { Decision = decision, Path = path, Missing = decision.IsAllowed ? [] : Missing(snapshot, question) };
    }

    /// <summary>Every way of mending one of the agency's grants is tried, now or at a time to come: the shortest counts, and of these the easiest. Where none can be mended, a new one.</summary>
    private static List<MissingStep> Missing(Snapshot snapshot, in Question question)
    {
        List<MissingStep>? best = null;
        var grants = snapshot.For(question.AgencyId, question.DatasetId, question.Version);
        foreach (var at in (DateTimeOffset[])[question.At, .. Starts(snapshot, question)])
        {
            foreach (var grant in grants)
            {
                foreach (var purpose in question.Purpose is { } named ? [named] : grant.Purposes.Select(terms => terms.Code))
                {
                    foreach (var channel in (Channel[])[Channel.Api, Channel.Web])
                    {
                        if (Mend(snapshot, grant, question, at, purpose, channel) is { } steps && (best is null || Effort(steps).CompareTo(Effort(best)) < 0))
                        {
                            best = steps;
                        }
                    }
                }
            }
        }

        return best ?? Anew(grants, question);
    }

    private static (int Count, int Effort) Effort(List<MissingStep> steps) => (steps.Count, steps.Sum(step => step.Kind switch
    {
        MissingKind.NameCase or MissingKind.NamePurpose => 1,
        MissingKind.AskAsOfficer => 2,
        MissingKind.UseChannel or MissingKind.RegisterOfficer or MissingKind.ExtendGroup => 3,
        MissingKind.WaitUntil => 4,
        MissingKind.Recertify => 5,
        MissingKind.LiftSuspension => 6,
        MissingKind.RestoreDelegation => 7,
        _ => 8,
    }));

    /// <summary>What this grant lacks for a call at this time, for this purpose, over this channel; null where it cannot be mended for that.</summary>
    private static List<MissingStep>? Mend(Snapshot snapshot, Grant grant, in Question question, DateTimeOffset at, string purpose, Channel channel)
    {
        var (isOver, now) = (grant.IsOver(at.UtcTicks), at.UtcTicks);
        var terms = grant.TermsOf(purpose);
        // Nobody waits for a renewal: it is asked for now.
        if (grant.Fields.Count == 0 || terms is null || !grant.Covers(channel) || (isOver ? at > question.At : now < grant.ValidFrom.UtcTicks || !terms.Holds(now)))
        {
            return null;
        }

        var steps = new List<MissingStep>();
        Need(at > question.At, new(MissingKind.WaitUntil) { Until = at });
        Need(question.Purpose is null, new(MissingKind.NamePurpose) { Purpose = purpose });
        Need(channel != question.Channel, new(MissingKind.UseChannel) { Channel = channel });
        // A renewed grant is a new one: what stood in the way of the old one is gone, and no group names it yet.
        Need(isOver, new(MissingKind.Renew) { GrantId = grant.Id });
        Need(!isOver && grant.State == GrantState.Suspended, new(MissingKind.LiftSuspension) { GrantId = grant.Id });
        Need(!isOver && grant.IsDue(now), new(MissingKind.Recertify) { GrantId = grant.Id });
        var parents = Above(snapshot, grant, channel, purpose, now);
        var extent = parents.Cover ? snapshot.Extents.Of(snapshot, grant) : default;
        var covered = extent.Fields is { Count: > 0 };
        Need(!covered, new(MissingKind.RestoreDelegation) { GrantId = grant.Id });
        Need(question.Case is null && (terms.CaseRequired || parents.CaseRequired), new(MissingKind.NameCase));
        if (NeedsGroup(grant.OfficersManaged || parents.OfficersManaged, channel, question.Officer)
            && (isOver || ByGroup(snapshot, grant, covered ? extent : Extent.Of(grant), question.Officer, purpose, now).Code != DecisionCode.Allowed))
        {
            steps.Add(question.Officer is not { } officer ? new(MissingKind.AskAsOfficer) { GrantId = grant.Id }
                : !isOver && GroupNaming(snapshot, grant, officer) is { } group ? new(MissingKind.ExtendGroup) { GrantId = grant.Id, GroupId = group.Id }
                : new(MissingKind.RegisterOfficer) { GrantId = grant.Id });
        }

        return steps;

        void Need(bool isNeeded, MissingStep step)
        {
            if (isNeeded)
            {
                steps.Add(step);
            }
        }
    }

    private static List<MissingStep> Anew(ReadOnlySpan<Grant> grants, in Question question)
    {
        var hasAny = false;
        foreach (var grant in grants)
        {
            hasAny |= grant.Fields.Count > 0;
        }

        List<MissingStep> steps = [hasAny && question.Purpose is not null ? new(MissingKind.AskForPurpose) { Purpose = question.Purpose } : new(MissingKind.AskForGrant)];
        if (question.Purpose is null)
        {
            steps.Add(new(MissingKind.NamePurpose));
        }

        if (question.Channel is not (Channel.Api or Channel.Web))
        {
            steps.Add(new(MissingKind.UseChannel) { Channel = Channel.Api });
        }

        if (question.Channel == Channel.Web)
        {
            steps.Add(new(question.Officer is null ? MissingKind.AskAsOfficer : MissingKind.RegisterOfficer));
        }

        return steps;
    }

    private static OfficerGroup? GroupNaming(Snapshot snapshot, Grant grant, Guid officer)
    {
        foreach (var group in snapshot.GroupsOf(officer))
        {
            if (group.Active && group.AgencyId == grant.AgencyId && group.Rights.Any(right => right.GrantId == grant.Id))
            {
                return group;
            }
        }

        return null;
    }

    /// <summary>When something of the agency's own begins: its grants, their purposes, the officer's groups.</summary>
    private static IEnumerable<DateTimeOffset> Starts(Snapshot snapshot, in Question question)
    {
        var starts = new SortedSet<DateTimeOffset>();
        foreach (var grant in snapshot.For(question.AgencyId, question.DatasetId, question.Version))
        {
            starts.Add(grant.ValidFrom);
            starts.UnionWith(grant.Purposes.Select(terms => terms.ValidFrom).OfType<DateTimeOffset>());
        }

        foreach (var group in question.Officer is { } officer ? snapshot.GroupsOf(officer) : [])
        {
            if (group.AgencyId == question.AgencyId)
            {
                starts.Add(group.ValidFrom);
            }
        }

        var now = question.At;
        return starts.Where(start => start > now).Take(MostStarts);
    }
}
