using Gdx.Entitlement.Contracts.V1;
using Gdx.Identity.Contracts;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Entitlement.Features;

public sealed partial class RequestService
{
    /// <summary>gRPC gdx.entitlement.v1.Requests/Withdraw: takes a request back until it is decided.</summary>
    [Authorize(Roles = $"{Roles.OrganizationAdmin},{Roles.Officer}")]
    public override async Task<Contracts.V1.AccessRequest> Withdraw(WithdrawRequestRequest request, ServerCallContext context)
    {
        var (ct, caller) = (context.CancellationToken, RequestCaller.Of(context));
        var (id, agency) = (RequestFields.Id("request_id", request.RequestId), caller.RequireWriter());
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var asked = await LockAsync(id, caller, ct);
        if (asked.AgencyId != agency)
        {
            throw Unknown();
        }

        if (RequestRules.IsOver(asked.State))
        {
            throw WrongState(asked);
        }

        steps.Withdraw(asked, caller.Person, clock.GetUtcNow());
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return await AnswerAsync(id, ct);
    }
}
