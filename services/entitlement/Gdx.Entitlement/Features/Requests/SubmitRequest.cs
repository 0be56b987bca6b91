using Gdx.Entitlement.Contracts.V1;
using Gdx.Entitlement.Data;
using Gdx.Identity.Contracts;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Entitlement.Features;

public sealed partial class RequestService
{
    /// <summary>gRPC gdx.entitlement.v1.Requests/Submit: hands in a draft, or what was returned: the steps of the procedure begin.</summary>
    [Authorize(Roles = $"{Roles.OrganizationAdmin},{Roles.Officer}")]
    public override async Task<Contracts.V1.AccessRequest> Submit(SubmitRequestRequest request, ServerCallContext context)
    {
        var (ct, caller, now) = (context.CancellationToken, RequestCaller.Of(context), clock.GetUtcNow());
        var (id, agencyId) = (RequestFields.Id("request_id", request.RequestId), caller.RequireWriter());
        var seen = await SeenBy(caller).AsNoTracking().SingleOrDefaultAsync(one => one.Id == id && one.AgencyId == agencyId, ct) ?? throw Unknown();
        var agency = await neighbours.ActiveAgencyAsync(agencyId, ct);
        var dataset = await neighbours.PublishedDatasetAsync(seen.DatasetId, seen.DatasetVersion, ct);

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var draft = await LockAsync(id, caller, ct);
        if (!RequestRules.IsWritable(draft.State))
        {
            throw WrongState(draft);
        }

        await steps.ActAsync(draft, caller.Person, Side.Maker, ct);
        var (procedure, central) = ProcedureFor(dataset, agency);
        if (procedure.Id != draft.ProcedureId || central != draft.CentralAgencyId)
        {
            throw Problems.Rpc(StatusCode.FailedPrecondition, "entitlement.request.no_procedure", "Another procedure leads to this dataset since the draft was written: write a new request.");
        }

        RequireFields(draft.Asked, dataset);
        if (draft.Asked.ValidUntil <= now)
        {
            throw RequestSteps.Expired();
        }

        await steps.RequireNotClosedAsync(draft, now, ct);
        draft.OwnerAgencyId = Guid.TryParse(dataset.OwnerAgencyId, out var owner) ? owner : null;
        draft.Changed();
        var before = draft.Steps.ToList();
        RequestRules.Begin(draft, procedure, procedures.Bureau, now);
        db.RequestSteps.RemoveRange(before.Except(draft.Steps));
        db.RequestSteps.AddRange(draft.Steps.Except(before));
        steps.Note(draft, "submitted", caller.Person, now);
        db.Publish(draft.Id, new AccessRequestSubmitted
        {
            RequestId = draft.Id,
            Revision = draft.Version,
            AgencyId = draft.AgencyId,
            DatasetId = draft.DatasetId,
            DatasetVersion = draft.DatasetVersion,
            At = now,
            By = caller.Person,
        });
        await steps.AdvanceAsync(draft, caller.Person, now, ct, handedIn: true);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return await AnswerAsync(id, ct);
    }
}
