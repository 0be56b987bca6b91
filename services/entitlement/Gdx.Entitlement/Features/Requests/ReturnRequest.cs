using Gdx.Entitlement.Contracts.V1;
using Gdx.Identity.Contracts;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Entitlement.Features;

public sealed partial class RequestService
{
    /// <summary>gRPC gdx.entitlement.v1.Requests/Return: sends it back to be corrected. Whoever does so is on the deciding side from then on.</summary>
    [Authorize(Roles = $"{Roles.DataOwner},{Roles.OrganizationAdmin},{Roles.Operator}")]
    public override async Task<Contracts.V1.AccessRequest> Return(ReturnRequestRequest request, ServerCallContext context)
    {
        var (ct, caller, now) = (context.CancellationToken, RequestCaller.Of(context), clock.GetUtcNow());
        var (id, stepId, reason) = (RequestFields.Id("request_id", request.RequestId), RequestFields.StepId(request.StepId), RequestFields.Text("reason", request.Reason, 1000, lines: true));
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var asked = await LockAsync(id, caller, ct);
        var (step, side) = Turn(asked, stepId, caller);
        if (step.Kind != StepKind.Decide)
        {
            throw Problems.Rpc(StatusCode.FailedPrecondition, "entitlement.request.step", "This step is no decision.");
        }

        await steps.ActAsync(asked, caller.Person, side, ct);
        asked.Changed();
        RequestRules.Return(asked, reason);
        steps.Note(asked, "returned", caller.Person, now, stepId, reason);
        db.Publish(asked.Id, new AccessRequestReturned
        {
            RequestId = asked.Id,
            Revision = asked.Version,
            AgencyId = asked.AgencyId,
            DatasetId = asked.DatasetId,
            DatasetVersion = asked.DatasetVersion,
            At = now,
            By = caller.Person,
        });
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return await AnswerAsync(id, ct);
    }
}
