using Gdx.Entitlement.Contracts.V1;
using Gdx.Entitlement.Data;
using Gdx.Entitlement.Features;
using AccessRequest = Gdx.Entitlement.Data.AccessRequest;
using RequestStep = Gdx.Entitlement.Data.RequestStep;

namespace Gdx.Entitlement.Tests;

/// <summary>What somebody may try.</summary>
public enum Deed
{
    Save,
    Renew,
    Edit,
    Attach,
    Submit,
    Narrow,
    Decide,
    Return,
    Withdraw,
    HandOver,
}

/// <summary>An account under which a human may act: every human of the search has every one.</summary>
public enum Hat
{
    Admin,
    Officer,
    RegionalAdmin,
    CentralAdmin,
    Owner,
    Operator,
}

/// <summary>One thing that a human tries under a hat, with the request (or grant) and the dataset or step that it is about.</summary>
public readonly record struct Attempt(Deed Deed, int Human, Hat Hat, int About, int Which, string Step);

/// <summary>
/// The exchange as far as requests and people go, over the same pure rules as the service, without a database: what becomes of an attempt, and, kept apart
/// from the rules, who has made and who has checked which right.
/// </summary>
public sealed class FourEyesModel(ProcedureBook procedures, Func<Side?, bool?, Side, bool> mayAct)
{
    public const int Humans = 5;
    public static readonly Guid Agency = Guid.CreateVersion7(), Regional = Guid.CreateVersion7(), Central = Guid.CreateVersion7(), OwnerAgency = Guid.CreateVersion7();

    private static readonly Guid[] People = [.. Enumerable.Range(0, Humans).Select(_ => Guid.CreateVersion7())];
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;
    private static readonly Scope Asked = new()
    {
        Fields = ["firstName"],
        Purposes = [new() { Code = "welfare", NameTh = "x", NameEn = "x" }],
        Channels = [Decisions.Channel.Api],
        ValidFrom = Now,
        ValidUntil = Now.AddDays(30),
        Budget = GrantBudget.Default,
    };

    private static readonly StepDecision Everything = new() { Fields = [new("firstName", true, null)], Purposes = [new("welfare", true, null)] };
    private readonly Dictionary<(Guid Lineage, Guid Person), bool> right = [];
    private readonly Dictionary<Guid, Guid> configured = [];
    private readonly HashSet<(Guid Lineage, int Human)> made = [], checkedBy = [];
    private readonly HashSet<(Guid Request, int Human)> owners = [], operators = [];

    /// <summary>Of datasets: the procedure and whether the owner is on the exchange.</summary>
    public static IReadOnlyList<(string Procedure, bool OnExchange)> Datasets { get; } = [("quick", true), ("quick", false), ("dbd", true)];

    public List<Asking> Requests { get; } = [];

    public List<Given> Grants { get; } = [];

    /// <summary>A human who is maker and checker of one right, or both sides of one decision; null as long as nobody is.</summary>
    public string? Violation { get; private set; }

    public static Standing StandingOf(Hat hat) => hat switch
    {
        Hat.Admin => new(Agency, true, false, true, false, false),
        Hat.Officer => new(Agency, true, false, false, false, false),
        Hat.RegionalAdmin => new(Regional, true, false, true, false, false),
        Hat.CentralAdmin => new(Central, true, false, true, false, false),
        Hat.Owner => new(OwnerAgency, false, true, false, false, false),
        _ => new(null, false, false, false, false, true),
    };

    /// <summary>What becomes of it: empty where it is done, otherwise the code without its prefix.</summary>
    public string Try(Attempt attempt)
    {
        var (standing, person) = (StandingOf(attempt.Hat), People[attempt.Human]);
        if (attempt.Deed is Deed.Save or Deed.Renew)
        {
            return Save(attempt, standing, person);
        }

        if (attempt.Deed == Deed.HandOver)
        {
            return HandOver(attempt, standing, person);
        }

        var asking = Requests[attempt.About];
        var request = asking.Request;
        var own = standing.Writes && standing.Agency == request.AgencyId;
        if (!Sees(request, standing) || (attempt.Deed is Deed.Edit or Deed.Submit or Deed.Narrow or Deed.Withdraw && !own))
        {
            return "unknown";
        }

        return attempt.Deed switch
        {
            Deed.Edit => !RequestRules.IsWritable(request.State) ? "state" : Made(asking, attempt, person),
            Deed.Attach => Attach(asking, attempt, standing, person),
            Deed.Submit => Submit(asking, attempt, person),
            Deed.Narrow => request.State != RequestState.InProgress ? "state" : Made(asking, attempt, person),
            Deed.Withdraw => Withdraw(request),
            _ => Turn(asking, attempt, standing, person),
        };
    }

    private static bool Sees(AccessRequest request, Standing standing) =>
        (standing.Writes && standing.Agency == request.AgencyId)
        || (request.SubmittedAt is not null && (standing.Operator || (standing.Admin && standing.Agency == request.CentralAgencyId) || (standing.DataOwner && standing.Agency == request.OwnerAgencyId)));

    private string Save(Attempt attempt, Standing standing, Guid person)
    {
        var dataset = attempt.Which;
        Given? renewed = null;
        if (attempt.Deed == Deed.Renew)
        {
            renewed = Grants[attempt.About];
            dataset = renewed.Dataset;
            if (renewed.Agency != standing.Agency || renewed.Revoked || Grants.Exists(next => next.Renews == renewed && !next.Revoked))
            {
                return "renewal";
            }
        }

        var id = Guid.CreateVersion7();
        var request = new AccessRequest
        {
            Id = id,
            LineageId = renewed?.Lineage ?? id,
            Key = id,
            AgencyId = standing.Agency!.Value,
            CentralAgencyId = standing.Agency == Regional ? Central : null,
            OwnerAgencyId = Datasets[dataset].OnExchange ? OwnerAgency : null,
            DatasetId = "d",
            DatasetVersion = "1",
            ProcedureId = standing.Agency == Regional ? "regional" : Datasets[dataset].Procedure,
            Asked = Asked,
            Mission = "x",
            CreatedAt = Now,
        };
        var asking = new Asking(request, dataset, renewed);
        if (Made(asking, attempt, person) is { Length: > 0 } refused)
        {
            return refused;
        }

        Requests.Add(asking);
        return "";
    }

    private string Attach(Asking asking, Attempt attempt, Standing standing, Guid person)
    {
        var request = asking.Request;
        if (RequestRules.IsOver(request.State))
        {
            return "state";
        }

        foreach (var step in procedures.Find(request.ProcedureId)!.Steps.Where(step => step.Letters.Count > 0 && step.Id == attempt.Step))
        {
            var open = request.Steps.Find(one => one.StepId == step.Id && one.State == StepState.Open);
            var side = RequestRules.IsWritable(request.State) ? step.Actor == StepActor.Agency && standing.Writes && standing.Agency == request.AgencyId ? Side.Maker : (Side?)null
                : open is null ? null : RequestRules.SideOf(request, open, standing);
            if (side is { } acting)
            {
                if (Act(asking, person, acting) is { Length: > 0 } refused)
                {
                    return refused;
                }

                asking.Letters.Add(new(Guid.CreateVersion7(), step.Letters[0].Kind, Asked, [], acting));
                Ledger(asking, attempt.Human, acting);
                return "";
            }
        }

        return "invalid";
    }

    private string Submit(Asking asking, Attempt attempt, Guid person)
    {
        var request = asking.Request;
        if (!RequestRules.IsWritable(request.State))
        {
            return "state";
        }

        if (!May(asking, person, Side.Maker))
        {
            return "same_person";
        }

        var procedure = procedures.Find(request.ProcedureId)!;
        if (procedure.Steps.Where(step => step.Kind == StepKind.Attach).Any(step => step.Letters.Where(letter => letter.Required).Any(letter => !asking.Letters.Exists(one => one.Kind == letter.Kind))))
        {
            return "letter_missing";
        }

        Made(asking, attempt, person);
        RequestRules.Begin(request, procedure, null, Now);
        Advance(asking, person, handedIn: true);
        return "";
    }

    private static string Withdraw(AccessRequest request)
    {
        if (RequestRules.IsOver(request.State))
        {
            return "state";
        }

        request.State = RequestState.Withdrawn;
        return "";
    }

    private string HandOver(Attempt attempt, Standing standing, Guid person)
    {
        // An operator may hand over for an agency, too.
        configured[standing.Agency ?? Agency] = person;
        foreach (var asking in Requests.Where(one => one.Request.AgencyId == (standing.Agency ?? Agency) && one.Request.State == RequestState.InProgress))
        {
            foreach (var step in asking.Request.Steps.Where(step => step is { Kind: StepKind.Credentials, State: StepState.Open }).ToList())
            {
                if (May(asking, person, Side.Maker))
                {
                    Act(asking, person, Side.Maker);
                    Ledger(asking, attempt.Human, Side.Maker);
                    RequestRules.Done(step, person, Now);
                    Advance(asking, person);
                }
            }
        }

        return "";
    }

    private string Turn(Asking asking, Attempt attempt, Standing standing, Guid person)
    {
        var request = asking.Request;
        if (request.State != RequestState.InProgress)
        {
            return "state";
        }

        if (request.Steps.Find(step => step.StepId == attempt.Step) is not { State: StepState.Open, Kind: StepKind.Decide } step || RequestRules.SideOf(request, step, standing) is not { } side)
        {
            return "step";
        }

        if (!May(asking, person, side))
        {
            return "same_person";
        }

        if (attempt.Deed == Deed.Decide && Undecidable(asking, step) is { Length: > 0 } refused)
        {
            return refused;
        }

        Act(asking, person, side);
        Ledger(asking, attempt.Human, side);
        if (attempt.Deed == Deed.Return)
        {
            RequestRules.Return(request, "x");
            return "";
        }

        step.Decision = Everything;
        RequestRules.Done(step, person, Now);
        Advance(asking, person);
        return "";
    }

    private string Undecidable(Asking asking, RequestStep step)
    {
        var request = asking.Request;
        if (RequestRules.RestsOnLetters(step) && step.Letters.Exists(kind => !RequestRules.Letter(step, kind, asking.Letters, Asked).There))
        {
            return "letter_missing";
        }

        if (request.Steps.TrueForAll(other => other == step || other.State == StepState.Done))
        {
            if (step.Actor == StepActor.Central && Parent(asking.Dataset) is null)
            {
                return "parent_unknown";
            }

            if (asking.Renews is { } renewed && Grants.Exists(next => next.Renews == renewed && !next.Revoked))
            {
                return "renewal";
            }
        }

        return "";
    }

    /// <summary>The grant that the central agency would give from.</summary>
    public Given? Parent(int dataset) => Grants.FindLast(grant => grant.Agency == Central && grant.Dataset == dataset && !grant.Revoked);

    private void Advance(Asking asking, Guid person, bool handedIn = false)
    {
        var request = asking.Request;
        for (var opened = RequestRules.OpenReady(request, Now); opened.Count > 0; opened = RequestRules.OpenReady(request, Now))
        {
            foreach (var step in opened)
            {
                if (handedIn && step.Kind == StepKind.Attach)
                {
                    RequestRules.Done(step, person, Now);
                }
                else if (step.Kind == StepKind.Credentials && configured.TryGetValue(request.AgencyId, out var by) && May(asking, by, Side.Maker))
                {
                    Act(asking, by, Side.Maker);
                    Ledger(asking, Array.IndexOf(People, by), Side.Maker);
                    RequestRules.Done(step, by, Now);
                }
            }
        }

        if (request.Steps.TrueForAll(step => step.State == StepState.Done))
        {
            request.State = RequestState.Approved;
            if (asking.Renews is { } renewed)
            {
                renewed.Revoked = true;
            }

            Grants.Add(new(request.AgencyId, asking.Dataset, request.LineageId, asking.Renews));
        }
    }

    private string Made(Asking asking, Attempt attempt, Guid person)
    {
        var refused = Act(asking, person, Side.Maker);
        if (refused.Length == 0)
        {
            Ledger(asking, attempt.Human, Side.Maker);
        }

        return refused;
    }

    private bool May(Asking asking, Guid person, Side side) =>
        mayAct(asking.Actors.TryGetValue(person, out var known) ? known : null, right.TryGetValue((asking.Request.LineageId, person), out var checker) ? checker : null, side);

    private string Act(Asking asking, Guid person, Side side)
    {
        if (!May(asking, person, side))
        {
            return "same_person";
        }

        asking.Actors.TryAdd(person, side);
        right.TryAdd((asking.Request.LineageId, person), FourEyes.Checks(side));
        return "";
    }

    /// <summary>The search's own book, which no rule looks into.</summary>
    private void Ledger(Asking asking, int human, Side side)
    {
        var (lineage, request) = (asking.Request.LineageId, asking.Request.Id);
        (side == Side.Maker ? made : checkedBy).Add((lineage, human));
        if (side != Side.Maker)
        {
            (side == Side.Owner ? owners : operators).Add((request, human));
        }

        Violation ??= made.Contains((lineage, human)) && checkedBy.Contains((lineage, human)) ? $"human {human} made and checked one right"
            : owners.Contains((request, human)) && operators.Contains((request, human)) ? $"human {human} decided for owner and operator" : null;
    }
}

/// <summary>A request of the search.</summary>
public sealed class Asking(AccessRequest request, int dataset, Given? renews)
{
    public AccessRequest Request => request;

    public int Dataset => dataset;

    public Given? Renews => renews;

    public Dictionary<Guid, Side> Actors { get; } = [];

    public List<CoveringLetter> Letters { get; } = [];
}

/// <summary>A grant of the search.</summary>
public sealed class Given(Guid agency, int dataset, Guid lineage, Given? renews)
{
    public Guid Agency => agency;

    public int Dataset => dataset;

    public Guid Lineage => lineage;

    public Given? Renews => renews;

    public bool Revoked { get; set; }
}
