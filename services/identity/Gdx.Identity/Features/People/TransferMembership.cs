using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Gdx.Identity.Features;

public sealed partial class MembershipService
{
    /// <summary>gRPC gdx.identity.v1.Memberships/Transfer: ends here and asks there; the OrganizationAdmins of the other agency decide.</summary>
    [Authorize(Roles = Roles.OrganizationAdmin)]
    public override async Task<Membership> Transfer(TransferMembershipRequest request, ServerCallContext context)
    {
        var reason = Fields.Text("reason", request.Reason, 1000, lines: true);
        var (agency, branch) = await ReadPlaceAsync(request.AgencyId, request.BranchId, context.CancellationToken);
        Data.Membership? there = null;
        try
        {
            await DecideAsync(request.MembershipId, context, async (member, act) =>
            {
                Require(member, MembershipState.Active);
                await RequireDispensableAsync(member, act.Cancellation);
                if ((member.AgencyId, member.BranchId) == (agency, branch))
                {
                    throw Problems.Invalid("agency_id", "must be another agency, or the same one with another branch");
                }

                await EndAsync(member, act, reason, "transferred");
                await db.SaveChangesAsync(act.Cancellation); // First, since there is one open membership at an agency.
                there = Ask(member.PersonId, agency, branch, act.Now);
            });
        }
        catch (DbUpdateException race) when (race.InnerException is PostgresException { ConstraintName: Data.Membership.OneOpen })
        {
            throw Problems.Rpc(StatusCode.AlreadyExists, "identity.membership.duplicate", "The person works for that agency already, or waits for its answer: end the membership here instead.");
        }

        return await AnswerAsync(there!.Id, context.CancellationToken);
    }
}
