using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

public sealed partial class SessionService
{
    /// <summary>gRPC gdx.identity.v1.Sessions/SwitchMembership: the session acts for another agency that has approved the caller, from the next refresh on.</summary>
    [Authorize(Roles = Roles.Person)]
    public override async Task<Contracts.V1.Session> SwitchMembership(SwitchMembershipRequest request, ServerCallContext context)
    {
        var (caller, membership, ct) = (Caller.Of(context), Fields.Id("membership_id", request.MembershipId), context.CancellationToken);
        var session = await db.Sessions.SingleOrDefaultAsync(one => one.Id == caller.Session && one.EndedAt == null, ct)
            ?? throw Problems.Rpc(StatusCode.FailedPrecondition, "identity.session.none", "This token is of no session.");
        if (!await db.Memberships.ActiveOf(db, caller.Person).AnyAsync(one => one.Id == membership, ct))
        {
            throw Problems.Rpc(StatusCode.FailedPrecondition, "identity.membership.not_active", "This is no active membership of yours.");
        }

        session.MembershipId = membership;
        session.StepUpUntil = null; // The PIN was entered to see what another agency may see.
        session.LastSeenAt = clock.GetUtcNow();
        await db.SaveChangesAsync(ct);
        return Show(session, caller);
    }
}
