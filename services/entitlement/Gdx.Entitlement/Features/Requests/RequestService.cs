using Gdx.Entitlement.Contracts.V1;
using Gdx.Entitlement.Data;
using Gdx.Identity.Contracts;
using Gdx.Numbers;
using Gdx.ServiceDefaults;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using AccessRequest = Gdx.Entitlement.Data.AccessRequest;
using RequestStep = Gdx.Entitlement.Data.RequestStep;

namespace Gdx.Entitlement.Features;

/// <summary>gRPC gdx.entitlement.v1.Requests: an agency asks for a right, step by step as the source's procedure says.</summary>
public sealed partial class RequestService(EntitlementDb db, ProcedureBook procedures, RequestNeighbours neighbours, RequestSteps steps, TimeProvider clock) : Requests.RequestsBase
{
    private const int Days = 2; // Thai working days that an operator has: the real exchange promises one to two.

    /// <summary>The requests that exist for this caller.</summary>
    private IQueryable<AccessRequest> SeenBy(RequestCaller caller)
    {
        var (agency, standing) = (caller.Agency ?? Guid.Empty, caller.Standing);
        var everything = caller.Is(Roles.Operator) || caller.Is(Roles.Auditor);
        return db.AccessRequests.Where(request =>
            (request.AgencyId == agency && standing.Writes)
            || (request.SubmittedAt != null && (everything
                || (request.AgencyId == agency && standing.SuperUser)
                || (request.CentralAgencyId == agency && standing.Admin)
                || (standing.DataOwner && (request.OwnerAgencyId == agency
                    || request.Steps.Any(step => step.ActorAgencyId == agency && (step.Actor == StepActor.Owner || step.Actor == StepActor.Bureau)))))));
    }

    /// <summary>A request that the caller may see, its row locked until the transaction ends: two acts on one request come one after the other.</summary>
    private async Task<AccessRequest> LockAsync(Guid id, RequestCaller caller, CancellationToken ct)
    {
        if (!await SeenBy(caller).AnyAsync(request => request.Id == id, ct))
        {
            throw Unknown();
        }

        return await steps.LockAsync(id, ct) ?? throw Unknown();
    }

    /// <summary>Before anything is locked: the agency must be let in when it asks and when it gets.</summary>
    private async Task RequireActiveAgencyAsync(Guid id, RequestCaller caller, CancellationToken ct)
    {
        var agency = await SeenBy(caller).Where(request => request.Id == id).Select(request => (Guid?)request.AgencyId).SingleOrDefaultAsync(ct) ?? throw Unknown();
        await neighbours.ActiveAgencyAsync(agency, ct);
    }

    /// <summary>The open step that the caller may take; a step that is another's does not exist for them.</summary>
    private static (RequestStep Step, Side Side) Turn(AccessRequest request, string stepId, RequestCaller caller)
    {
        if (request.State != RequestState.InProgress)
        {
            throw WrongState(request);
        }

        var step = request.Steps.Find(step => step.StepId == stepId);
        return step is { State: StepState.Open } && RequestRules.SideOf(request, step, caller.Standing) is { } side ? (step, side)
            : throw Problems.Rpc(StatusCode.FailedPrecondition, "entitlement.request.step", "This step is not open, or it is not your turn.");
    }

    private async Task<Contracts.V1.AccessRequest> AnswerAsync(Guid id, CancellationToken ct)
    {
        var request = await db.AccessRequests.AsNoTracking().Include(request => request.Steps).SingleAsync(request => request.Id == id, ct);
        var answer = Answer(request, await neighbours.CalendarAsync(ct));
        answer.Letters.AddRange((await db.RequestLetters.Where(letter => letter.RequestId == id).OrderBy(letter => letter.Id).Select(Described).ToListAsync(ct)).Select(letter => letter.Answer()));
        answer.History.AddRange((await db.RequestHistory.AsNoTracking().Where(happening => happening.RequestId == id).OrderBy(happening => happening.Id).ToListAsync(ct)).Select(happening => new RequestEvent
        {
            At = happening.At.ToTimestamp(),
            By = happening.By?.ToString() ?? "",
            What = happening.What,
            StepId = happening.StepId ?? "",
            Note = happening.Note ?? "",
        }));
        return answer;
    }

    private Contracts.V1.AccessRequest Answer(AccessRequest request, WorkingDays calendar)
    {
        var due = WaitsForOperator(request) is { } since ? calendar.EndOf(since, Days) : (DateTimeOffset?)null;
        return new()
        {
            Id = request.Id.ToString(),
            Version = request.Version,
            State = request.State,
            AgencyId = request.AgencyId.ToString(),
            DatasetId = request.DatasetId,
            DatasetVersion = request.DatasetVersion,
            ProcedureId = request.ProcedureId,
            OwnerAgencyId = request.OwnerAgencyId?.ToString() ?? "",
            CentralAgencyId = request.CentralAgencyId?.ToString() ?? "",
            Scope = Answer(request.Asked),
            ValidFrom = request.Asked.ValidFrom.ToTimestamp(),
            ValidUntil = request.Asked.ValidUntil.ToTimestamp(),
            Mission = request.Mission,
            RenewsGrantId = request.RenewsGrantId?.ToString() ?? "",
            Steps = { request.Steps.OrderBy(step => step.Position).Select(Answer) },
            CreatedAt = request.CreatedAt.ToTimestamp(),
            SubmittedAt = request.SubmittedAt?.ToTimestamp(),
            DecidedAt = request.DecidedAt?.ToTimestamp(),
            GrantId = request.GrantId?.ToString() ?? "",
            Reason = request.Reason ?? "",
            DueAt = due?.ToTimestamp(),
            Overdue = due <= clock.GetUtcNow(),
        };
    }

    private static Contracts.V1.RequestStep Answer(RequestStep step) => new()
    {
        Id = step.StepId,
        Kind = step.Kind,
        Actor = step.Actor,
        State = step.State,
        ActorAgencyId = step.ActorAgencyId?.ToString() ?? "",
        OpenedAt = step.OpenedAt?.ToTimestamp(),
        DoneAt = step.DoneAt?.ToTimestamp(),
        DoneBy = step.DoneBy?.ToString() ?? "",
        Note = step.Note ?? "",
        Letters = { step.Letters },
        Decision = step.Decision is not { } decision ? null : new Decision
        {
            Fields = { decision.Fields.Select(Answer) },
            Purposes = { decision.Purposes.Select(Answer) },
            ValidFrom = decision.ValidFrom?.ToTimestamp(),
            ValidUntil = decision.ValidUntil?.ToTimestamp(),
            Budget = decision.Budget is { } budget ? Answer(budget) : null,
        },
    };

    private static Verdict Answer(StepVerdict verdict) => new() { Name = verdict.Name, Granted = verdict.Granted, Reason = verdict.Reason ?? "" };

    public static RequestScope Answer(Scope scope) => new()
    {
        Fields = { scope.Fields },
        Purposes =
        {
            scope.Purposes.Select(terms => new RequestPurpose
            {
                Code = terms.Code,
                NameTh = terms.NameTh,
                NameEn = terms.NameEn,
                FirstDay = terms.ValidFrom is { } from ? RequestFields.Say(WorkingDays.DayOf(from)) : "",
                LastDay = terms.ValidUntil is { } until ? RequestFields.Say(RequestFields.LastDayBefore(until)) : "",
                CaseRequired = terms.CaseRequired,
            }),
        },
        Channels = { scope.Channels.Select(channel => (Channel)channel) },
        FirstDay = RequestFields.Say(WorkingDays.DayOf(scope.ValidFrom)),
        LastDay = RequestFields.Say(RequestFields.LastDayBefore(scope.ValidUntil)),
        Budget = Answer(scope.Budget),
    };

    private static Budget Answer(GrantBudget budget) => new()
    {
        CallsPerSecond = budget.CallsPerSecond,
        CallsPerDay = budget.CallsPerDay,
        PersonsPerDay = budget.PersonsPerDay,
        CallsPerOfficerAndDay = budget.CallsPerOfficerAndDay,
        PersonsPerOfficerAndDay = budget.PersonsPerOfficerAndDay,
    };

    /// <summary>Since when an operator has something to do on it; null where nothing.</summary>
    private static DateTimeOffset? WaitsForOperator(AccessRequest request) => request.State != RequestState.InProgress ? null
        : request.Steps.Where(step => step.State == StepState.Open && (step.Actor == StepActor.Operator || step.OnPaper)).Min(step => step.OpenedAt);

    public static RpcException Unknown() => Problems.Rpc(StatusCode.NotFound, "entitlement.request.unknown", "There is no request with this id.");

    private static RpcException WrongState(AccessRequest request) => Problems.Rpc(
        StatusCode.FailedPrecondition, "entitlement.request.state", $"The request is {RequestRules.Name(request.State)}; this cannot be done with it now.");
}

/// <summary>What is known of a letter beside its bytes.</summary>
public sealed record DescribedRequestLetter(Guid Id, Guid RequestId, string Kind, string Name, int Size, byte[] Sha256, Scope Scope, DateTimeOffset AttachedAt, Guid AttachedBy)
{
    public Contracts.V1.RequestLetter Answer() => new()
    {
        Id = Id.ToString(),
        RequestId = RequestId.ToString(),
        Kind = Kind,
        Name = Name,
        Size = Size,
        Sha256 = ByteString.CopyFrom(Sha256),
        Scope = RequestService.Answer(Scope),
        AttachedAt = AttachedAt.ToTimestamp(),
        AttachedBy = AttachedBy.ToString(),
    };
}
