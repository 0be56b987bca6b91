using Gdx.Entitlement.Contracts.V1;
using Gdx.Entitlement.Data;
using Gdx.Identity.Contracts;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using AccessRequest = Gdx.Entitlement.Data.AccessRequest;

namespace Gdx.Entitlement.Features;

public sealed partial class RequestService
{
    /// <summary>gRPC gdx.entitlement.v1.Requests/Decide: one side decides field by field and purpose by purpose; nothing left is a rejection.</summary>
    [Authorize(Roles = $"{Roles.DataOwner},{Roles.OrganizationAdmin},{Roles.Operator}")]
    public override async Task<Contracts.V1.AccessRequest> Decide(DecideRequestRequest request, ServerCallContext context)
    {
        var (ct, caller, now) = (context.CancellationToken, RequestCaller.Of(context), clock.GetUtcNow());
        var (id, stepId, note) = (RequestFields.Id("request_id", request.RequestId), RequestFields.StepId(request.StepId), RequestFields.OptionalText("note", request.Note, 1000));
        await RequireActiveAgencyAsync(id, caller, ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var asked = await LockAsync(id, caller, ct);
        var (step, side) = Turn(asked, stepId, caller);
        if (step.Kind != StepKind.Decide)
        {
            throw Problems.Rpc(StatusCode.FailedPrecondition, "entitlement.request.step", "This step is no decision.");
        }

        if (request.Version != asked.Version)
        {
            throw Problems.Rpc(StatusCode.Aborted, "request.conflict", "The request has changed since you looked at it. Read it again and decide about what it asks for now.");
        }

        await steps.ActAsync(asked, caller.Person, side, ct);
        RequestSteps.RequireLetters(step, await steps.LettersAsync(asked, ct), asked.Asked);
        step.Decision = Read(request, asked);
        if (step.Actor == StepActor.Central)
        {
            asked.ParentGrantId = RequestFields.Id("parent_grant_id", request.ParentGrantId);
        }

        asked.Changed();
        if (RequestRules.Granted(asked) is null)
        {
            (step.State, step.DoneAt, step.DoneBy, step.Note) = (StepState.Refused, now, caller.Person, note);
            asked.ParentGrantId = null;
            steps.Reject(asked, caller.Person, now, note ?? "Nothing is left of what was asked for.");
        }
        else
        {
            steps.Done(asked, step, caller.Person, now, note);
            await steps.AdvanceAsync(asked, caller.Person, now, ct);
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return await AnswerAsync(id, ct);
    }

    private static StepDecision Read(DecideRequestRequest request, AccessRequest asked)
    {
        var (first, last) = (RequestFields.Day("first_day", request.FirstDay), RequestFields.Day("last_day", request.LastDay));
        DateTimeOffset? from = first is { } day ? RequestFields.StartOf(day) : null;
        DateTimeOffset? until = last is { } end ? RequestFields.StartOf(end.AddDays(1)) : null;
        if (from < asked.Asked.ValidFrom || from >= asked.Asked.ValidUntil)
        {
            throw Problems.Invalid("first_day", "must be within what is asked for");
        }

        if (until > asked.Asked.ValidUntil || until <= (from ?? asked.Asked.ValidFrom))
        {
            throw Problems.Invalid("last_day", "must be within what is asked for, and not before the first");
        }

        var budget = RequestFields.Budget("budget", request.Budget);
        return budget is not null && !asked.Asked.Contains(asked.Asked with { Budget = budget })
            ? throw Problems.Invalid("budget", "must not be above what is asked for")
            : new StepDecision
            {
                Fields = RequestFields.Verdicts("fields", request.Fields, asked.Asked.Fields),
                Purposes = RequestFields.Verdicts("purposes", request.Purposes, [.. asked.Asked.Purposes.Select(terms => terms.Code)]),
                ValidFrom = from,
                ValidUntil = until,
                Budget = budget,
            };
    }
}
