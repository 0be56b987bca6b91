namespace Gdx.Entitlement.Decisions;

/// <summary>The rule of the exchange: who may read what. Pure, so that it can be replayed against kept evidence.</summary>
public static class Decide
{
    /// <summary>Kept with every piece of evidence; rises when the same question could be answered differently.</summary>
    public const string Version = "1";

    /// <summary>
    /// Of several grants that allow, the one with the most fields (then the one that lasts longest, then the lowest id); where none
    /// does, the refusal that helps the caller most.
    /// </summary>
    public static Decision Evaluate(Snapshot snapshot, in Question question)
    {
        Grant? best = null;
        var code = DecisionCode.NoGrant;
        var telling = 0;
        foreach (var grant in snapshot.For(question.AgencyId, question.DatasetId, question.Version))
        {
            var (candidate, rank) = Judge(grant, question);
            if (rank > telling || (rank == telling && best is not null && Precedes(grant, best, candidate)))
            {
                (best, code, telling) = (grant, candidate, rank);
            }
        }

        return code == DecisionCode.Allowed
            ? new() { Code = code, GrantId = best!.Id, Fields = best.Fields, Purpose = question.Purpose ?? best.Purposes[0] }
            : new() { Code = code, GrantId = best?.Id };
    }

    // A refusal by a grant that fits but for its time tells more than one by a grant for something else.
    private static (DecisionCode Code, int Rank) Judge(Grant grant, in Question question)
    {
        var (life, use) = (Life(grant, question.At), Use(grant, question));
        return (life, use) switch
        {
            _ when grant.Fields.Count == 0 => (DecisionCode.NoGrant, 0),
            (DecisionCode.Allowed, DecisionCode.Allowed) => (DecisionCode.Allowed, 100),
            (DecisionCode.NotYetValid, DecisionCode.Allowed) => (life, 9),
            (DecisionCode.Revoked, DecisionCode.Allowed) => (life, 8),
            (DecisionCode.Expired, DecisionCode.Allowed) => (life, 7),
            (DecisionCode.Allowed, DecisionCode.PurposeRequired) => (use, 6),
            (DecisionCode.Allowed, DecisionCode.PurposeNotGranted) => (use, 5),
            (DecisionCode.Allowed, DecisionCode.ChannelNotGranted) => (use, 4),
            (DecisionCode.NotYetValid, _) => (life, 3),
            (DecisionCode.Revoked, _) => (life, 2),
            (DecisionCode.Expired, _) => (life, 1),
            _ => (DecisionCode.Refused, 0),
        };
    }

    private static DecisionCode Life(Grant grant, DateTimeOffset at) =>
        grant.Revoked ? DecisionCode.Revoked
        : at >= grant.ValidUntil ? DecisionCode.Expired
        : at < grant.ValidFrom ? DecisionCode.NotYetValid
        : DecisionCode.Allowed;

    private static DecisionCode Use(Grant grant, in Question question) =>
        question.Channel == Channel.Unspecified || !grant.Channels.Contains(question.Channel) ? DecisionCode.ChannelNotGranted
        : question.Purpose is null ? grant.Purposes.Count == 1 ? DecisionCode.Allowed : DecisionCode.PurposeRequired
        : grant.Purposes.Contains(question.Purpose) ? DecisionCode.Allowed : DecisionCode.PurposeNotGranted;

    private static bool Precedes(Grant grant, Grant other, DecisionCode code)
    {
        var order = code == DecisionCode.Allowed ? grant.Fields.Count.CompareTo(other.Fields.Count) : 0;
        order = order != 0 ? order : grant.ValidUntil.CompareTo(other.ValidUntil);
        return order != 0 ? order > 0 : grant.Id.CompareTo(other.Id) < 0;
    }
}
