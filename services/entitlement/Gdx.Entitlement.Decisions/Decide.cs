namespace Gdx.Entitlement.Decisions;

/// <summary>The rule of the exchange: who may read what. Pure, so that it can be replayed against kept evidence.</summary>
public static partial class Decide
{
    /// <summary>Kept with every piece of evidence; rises when the same question could be answered differently.</summary>
    public const string Version = "2";

    /// <summary>How many grants may stand above one. The field has three levels (central agency, region, branch); eight also ends a walk in a circle.</summary>
    public const int DeepestDelegation = 8;

    /// <summary>
    /// Of several grants that allow, the one with the most fields (then the one that lasts longest, then the lowest id); where none
    /// does, the refusal that is easiest to mend.
    /// </summary>
    public static Decision Evaluate(Snapshot snapshot, in Question question) => Evaluate(snapshot, question, null);

    private static Decision Evaluate(Snapshot snapshot, in Question question, List<PathStep>? path)
    {
        var best = default(Verdict);
        foreach (var grant in snapshot.For(question.AgencyId, question.DatasetId, question.Version))
        {
            // A grant of no fields is none.
            if (grant.Fields.Count > 0 && Judge(snapshot, grant, question, path) is var verdict && verdict.Precedes(best))
            {
                best = verdict;
            }
        }

        return best.Grant is null ? new() { Code = DecisionCode.NoGrant }
            : best.Code == DecisionCode.Allowed
                ? new() { Code = DecisionCode.Allowed, GrantId = best.Grant.Id, Fields = best.Extent.Fields, Budget = best.Extent.Budget, Purpose = question.Purpose, GroupId = best.Group?.Id }
            : new() { Code = best.Code, GrantId = best.Grant.Id };
    }

    /// <summary>What one grant says. Every rule is asked: how many refuse tells how close it came. The first one that refuses gives the code.</summary>
    private static Verdict Judge(Snapshot snapshot, Grant grant, in Question question, List<PathStep>? path)
    {
        var at = question.At.UtcTicks;
        var verdict = new Verdict { Grant = grant, Code = DecisionCode.Allowed };
        Say(PathRule.InForce, grant.Life(at), ref verdict);
        var hasChannel = grant.Covers(question.Channel);
        Say(PathRule.Channel, hasChannel ? DecisionCode.Allowed : DecisionCode.ChannelNotGranted, ref verdict);
        var terms = question.Purpose is { } purpose ? grant.TermsOf(purpose) : null;
        Say(PathRule.Purpose, question.Purpose is null ? DecisionCode.PurposeRequired
            : terms is null ? DecisionCode.PurposeNotGranted
            : terms.Holds(at) ? DecisionCode.Allowed : DecisionCode.PurposeOutsidePeriod, ref verdict);
        var parents = Above(snapshot, grant, hasChannel ? question.Channel : null, terms?.Code, at);
        var extent = parents.Cover ? snapshot.Extents.Of(snapshot, grant) : Extent.Of(grant);
        if (extent.Fields.Count == 0)
        {
            // Nothing is left of it under its parents.
            (parents.Cover, extent) = (false, Extent.Of(grant));
        }

        if (terms is not null)
        {
            Say(PathRule.Case, question.Case is null && (terms.CaseRequired || parents.CaseRequired) ? DecisionCode.CaseRequired : DecisionCode.Allowed, ref verdict);
        }

        if (NeedsGroup(grant.OfficersManaged || parents.OfficersManaged, question.Channel, question.Officer))
        {
            var (code, group, narrower) = ByGroup(snapshot, grant, extent, question.Officer, terms?.Code, at);
            Say(PathRule.Officer, code, ref verdict);
            (verdict.Group, extent) = (group, group is null ? extent : narrower);
        }
        else
        {
            extent = snapshot.Extents.WithoutGroup(grant, extent, CallsOf(snapshot, grant, question.Officer, terms?.Code, at));
        }

        if (grant.ParentId is not null)
        {
            Say(PathRule.Delegation, parents.Cover ? DecisionCode.Allowed : DecisionCode.DelegationNotInForce, ref verdict);
        }

        verdict.Extent = extent;
        return verdict;

        void Say(PathRule rule, DecisionCode code, ref Verdict verdict)
        {
            path?.Add(new(grant.Id, rule, code));
            if (code != DecisionCode.Allowed)
            {
                verdict.Code = verdict.Faults == 0 ? code : verdict.Code;
                verdict.Faults++;
            }
        }
    }

    /// <summary>On the web somebody always stands for a call; on the API only where the agency's officers are managed, and a system stands for itself.</summary>
    private static bool NeedsGroup(bool officersManaged, Channel channel, Guid? officer) => channel != Channel.Api || (officersManaged && officer is not null);

    /// <summary>
    /// Whether every grant above this one is in force and covers the channel and the purpose (where there is one to cover), whether one of them asks for a case, and
    /// whether one of them is for registered officers alone: who hands on a right cannot hand on that it is not. A parent that is not known, or of another dataset,
    /// covers nothing.
    /// </summary>
    private static (bool Cover, bool CaseRequired, bool OfficersManaged) Above(Snapshot snapshot, Grant grant, Channel? channel, string? purpose, long at)
    {
        var (cover, caseRequired, managed) = (true, false, false);
        var child = grant;
        for (var depth = 0; child.ParentId is { } id; depth++)
        {
            if (depth == DeepestDelegation || snapshot.Find(id) is not { } parent || parent.DatasetId != grant.DatasetId || parent.Version != grant.Version)
            {
                return (false, caseRequired, managed);
            }

            var terms = purpose is null ? null : parent.TermsOf(purpose);
            cover &= parent.Life(at) == DecisionCode.Allowed && (channel is null || parent.Covers(channel.Value)) && (purpose is null || terms?.Holds(at) == true);
            caseRequired |= terms?.CaseRequired == true;
            managed |= parent.OfficersManaged;
            child = parent;
        }

        return (cover, caseRequired, managed);
    }

    /// <summary>How many calls a day an officer has who needs no group: as many as a group gives them all the same, else the usual number.</summary>
    private static int CallsOf(Snapshot snapshot, Grant grant, Guid? officer, string? purpose, long at)
    {
        int? most = null;
        foreach (var group in officer is { } person ? snapshot.GroupsOf(person) : [])
        {
            for (var i = 0; i < group.Rights.Count && group.Active && group.AgencyId == grant.AgencyId && group.Holds(at); i++)
            {
                if (group.Rights[i].GrantId == grant.Id && (purpose is null || group.Rights[i].Purposes.Contains(purpose)))
                {
                    most = Math.Max(most ?? 0, group.CallsPerOfficerAndDay);
                }
            }
        }

        return most ?? Budget.UsualForOfficer;
    }

    /// <summary>The officer's group that leaves most of a grant, then allows most calls, then has the lowest id; where there is none, why.</summary>
    private static (DecisionCode Code, OfficerGroup? Group, Extent Extent) ByGroup(Snapshot snapshot, Grant grant, Extent over, Guid? officer, string? purpose, long at)
    {
        OfficerGroup? best = null;
        var extent = default(Extent);
        var code = DecisionCode.OfficerNotRegistered;
        foreach (var group in officer is { } person ? snapshot.GroupsOf(person) : [])
        {
            if (!group.Active || group.AgencyId != grant.AgencyId)
            {
                continue;
            }

            for (var i = 0; i < group.Rights.Count; i++)
            {
                var right = group.Rights[i];
                if (right.GrantId != grant.Id || (purpose is not null && !right.Purposes.Contains(purpose)))
                {
                    continue;
                }

                if (!group.Holds(at))
                {
                    code = code == DecisionCode.Allowed ? code : DecisionCode.OfficerOutsidePeriod;
                    continue;
                }

                var narrower = snapshot.Extents.Of(over, group, right);
                if (narrower.Fields.Count > 0 && (best is null || IsMore(narrower, group, extent, best)))
                {
                    (best, extent, code) = (group, narrower, DecisionCode.Allowed);
                }
            }
        }

        return (code, best, extent);

        static bool IsMore(Extent extent, OfficerGroup group, Extent other, OfficerGroup otherGroup)
        {
            var order = extent.Fields.Count.CompareTo(other.Fields.Count);
            order = order != 0 ? order : extent.Budget.CallsPerOfficerAndDay.CompareTo(other.Budget.CallsPerOfficerAndDay);
            return order != 0 ? order > 0 : group.Id.CompareTo(otherGroup.Id) < 0;
        }
    }

    private struct Verdict
    {
        public Grant? Grant;
        public DecisionCode Code;
        public int Faults;
        public Extent Extent;
        public OfficerGroup? Group;

        public readonly bool Precedes(in Verdict other)
        {
            if (other.Grant is null)
            {
                return true;
            }

            var order = other.Faults.CompareTo(Faults);
            order = order != 0 ? order : Hardship(other.Code).CompareTo(Hardship(Code));
            order = order != 0 || Code != DecisionCode.Allowed ? order : Extent.Fields.Count.CompareTo(other.Extent.Fields.Count);
            order = order != 0 ? order : Grant!.ValidUntil.CompareTo(other.Grant.ValidUntil);
            return order != 0 ? order > 0 : Grant!.Id.CompareTo(other.Grant.Id) < 0;
        }

        // From what the caller mends in the next call, over what the agency and its operator arrange, to what needs a new letter.
        private static int Hardship(DecisionCode code) => code switch
        {
            DecisionCode.Allowed => 0,
            DecisionCode.CaseRequired => 1,
            DecisionCode.PurposeRequired => 2,
            DecisionCode.OfficerOutsidePeriod => 3,
            DecisionCode.OfficerNotRegistered => 4,
            DecisionCode.NotYetValid => 5,
            DecisionCode.RecertificationDue => 6,
            DecisionCode.Suspended => 7,
            DecisionCode.DelegationNotInForce => 8,
            DecisionCode.Revoked => 9,
            DecisionCode.Expired => 10,
            DecisionCode.PurposeOutsidePeriod => 11,
            DecisionCode.PurposeNotGranted => 12,
            DecisionCode.ChannelNotGranted => 13,
            _ => 14,
        };
    }
}
