using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Identity.Features;

public sealed partial class OperatorRoleService
{
    /// <summary>gRPC gdx.identity.v1.OperatorRoles/Decide: another operator than who asked, and not the one concerned, gives the role or refuses it.</summary>
    [Authorize(Roles = Roles.Operator)]
    public override async Task<RoleGrant> Decide(DecideRoleRequest request, ServerCallContext context)
    {
        var (ct, person, now) = (context.CancellationToken, context.Person(), clock.GetUtcNow());
        var reason = Fields.Text("reason", request.Reason, 1000, lines: true);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var grant = await LockAsync(request.GrantId, ct);
        var member = grant.Membership!;
        if (grant.State != DecisionState.Pending)
        {
            throw WrongState(grant);
        }

        if (person == grant.AskedBy || person == member.PersonId)
        {
            throw SamePerson();
        }

        (grant.State, grant.DecidedBy, grant.DecidedAt, grant.Reason) = (request.Approve ? DecisionState.Approved : DecisionState.Refused, person, now, reason);
        if (request.Approve)
        {
            RequireActive(member);
            member.Roles = [.. member.Roles.Union([grant.Role])];
            db.Record(member, MembershipAct.OperatorRoleGiven, person, now, reason);
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return Answer(grant);
    }
}
