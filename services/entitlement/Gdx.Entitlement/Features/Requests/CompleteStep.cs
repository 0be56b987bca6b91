using Gdx.Entitlement.Contracts.V1;
using Gdx.Identity.Contracts;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Entitlement.Features;

public sealed partial class RequestService
{
    /// <summary>gRPC gdx.entitlement.v1.Requests/CompleteStep: a step that is no decision is done: letters attached, something confirmed.</summary>
    [Authorize(Roles = $"{Roles.OrganizationAdmin},{Roles.Officer},{Roles.SuperUser},{Roles.DataOwner},{Roles.Operator}")]
    public override async Task<Contracts.V1.AccessRequest> CompleteStep(CompleteStepRequest request, ServerCallContext context)
    {
        var (ct, caller, now) = (context.CancellationToken, RequestCaller.Of(context), clock.GetUtcNow());
        var (id, stepId, note) = (RequestFields.Id("request_id", request.RequestId), RequestFields.StepId(request.StepId), RequestFields.OptionalText("note", request.Note, 1000));
        await RequireActiveAgencyAsync(id, caller, ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var asked = await LockAsync(id, caller, ct);
        var (step, side) = Turn(asked, stepId, caller);
        if (step.Kind is StepKind.Decide or StepKind.Credentials)
        {
            throw Problems.Rpc(StatusCode.FailedPrecondition, "entitlement.request.step", "This step is done by deciding, or by handing the credentials over.");
        }

        await steps.ActAsync(asked, caller.Person, side, ct);
        RequestSteps.RequireLetters(step, await steps.LettersAsync(asked, ct), asked.Asked);
        asked.Changed();
        steps.Done(asked, step, caller.Person, now, note);
        await steps.AdvanceAsync(asked, caller.Person, now, ct);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return await AnswerAsync(id, ct);
    }
}
