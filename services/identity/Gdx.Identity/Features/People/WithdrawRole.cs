using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Identity.Features;

public sealed partial class OperatorRoleService
{
    /// <summary>gRPC gdx.identity.v1.OperatorRoles/Withdraw: takes the role away and ends the sessions. One operator is enough: taking away must never wait.</summary>
    [Authorize(Roles = Roles.Operator)]
    public override async Task<RoleGrant> Withdraw(WithdrawRoleRequest request, ServerCallContext context)
    {
        var (ct, person, now) = (context.CancellationToken, context.Person(), clock.GetUtcNow());
        var reason = Fields.Text("reason", request.Reason, 1000, lines: true);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var grant = await LockAsync(request.GrantId, ct);
        if (grant.State != DecisionState.Approved)
        {
            throw WrongState(grant);
        }

        (grant.State, grant.WithdrawnBy, grant.WithdrawnAt, grant.WithdrawnBecause) = (DecisionState.Withdrawn, person, now, reason);
        grant.Membership!.Roles = [.. grant.Membership.Roles.Where(role => role != grant.Role)];
        db.Record(grant.Membership, MembershipAct.OperatorRoleWithdrawn, person, now, reason);
        await db.EndSessionsAsync(grant.MembershipId, "rights-changed", now, ct);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return Answer(grant);
    }
}
