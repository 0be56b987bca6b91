using Gdx.Entitlement.Contracts.V1;
using Gdx.Entitlement.Data;
using Gdx.Identity.Contracts;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Entitlement.Features;

public sealed partial class RequestService
{
    /// <summary>gRPC gdx.entitlement.v1.Requests/Narrow: asks for less while others decide. More needs a new letter, and goes by Save once it is returned.</summary>
    [Authorize(Roles = $"{Roles.OrganizationAdmin},{Roles.Officer}")]
    public override async Task<Contracts.V1.AccessRequest> Narrow(NarrowRequestRequest request, ServerCallContext context)
    {
        var (ct, caller, now) = (context.CancellationToken, RequestCaller.Of(context), clock.GetUtcNow());
        var (id, agency) = (RequestFields.Id("request_id", request.RequestId), caller.RequireWriter());
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var asked = await LockAsync(id, caller, ct);
        if (asked.AgencyId != agency)
        {
            throw Unknown();
        }

        if (asked.State != RequestState.InProgress)
        {
            throw WrongState(asked);
        }

        await steps.ActAsync(asked, caller.Person, Side.Maker, ct);
        var scope = RequestFields.Scope(request.Scope, asked.Asked, procedures.Find(asked.ProcedureId) ?? throw NoProcedure(), now);
        if (!asked.Asked.Contains(scope))
        {
            throw Problems.Rpc(StatusCode.FailedPrecondition, "entitlement.request.widened", "This asks for more than before. While others decide, a request can only ask for less.");
        }

        // How a purpose is called is part of what the others decide about: asking for less does not rename it.
        asked.Asked = scope with
        {
            Purposes = [.. from terms in scope.Purposes
                           let before = asked.Asked.Purposes.First(known => known.Code == terms.Code)
                           select terms with { NameTh = before.NameTh, NameEn = before.NameEn }],
        };
        asked.Changed();
        steps.Note(asked, "narrowed", caller.Person, now);
        db.Publish(asked.Id, new AccessRequestNarrowed
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
