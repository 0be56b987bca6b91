using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Identity.Features;

public sealed partial class MembershipService
{
    /// <summary>gRPC gdx.identity.v1.Memberships/Leave: somebody ends an own membership, or takes back an own request.</summary>
    [Authorize(Roles = Roles.Person)]
    public override async Task<Membership> Leave(LeaveAgencyRequest request, ServerCallContext context)
    {
        var act = new Act(Caller.Of(context), clock.GetUtcNow(), context.CancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(act.Cancellation);
        var member = await LockAsync(request.MembershipId, act.Cancellation);
        if (member.PersonId != act.Caller.Person)
        {
            throw Unknown();
        }

        Require(member, MembershipState.Waiting, MembershipState.Active, MembershipState.Suspended);
        await RequireDispensableAsync(member, act.Cancellation);
        await EndAsync(member, act, "Left.", "left");
        db.Record(member, MembershipAct.Left, act.Caller.Person, act.Now);
        await db.SaveChangesAsync(act.Cancellation);
        await transaction.CommitAsync(act.Cancellation);
        return await AnswerAsync(member.Id, act.Cancellation);
    }
}
