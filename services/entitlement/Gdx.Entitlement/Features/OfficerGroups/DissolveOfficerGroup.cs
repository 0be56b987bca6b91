using Gdx.Entitlement.Contracts.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Entitlement.Features;

public sealed partial class OfficerGroupService
{
    /// <summary>gRPC gdx.entitlement.v1.OfficerGroups/Dissolve: ends every right in a group at once and for good, for the agency's SuperUser or OrganizationAdmin.</summary>
    [Authorize(Roles = Keepers)]
    public override async Task<Contracts.V1.OfficerGroup> Dissolve(DissolveOfficerGroupRequest request, ServerCallContext context)
    {
        var (caller, ct, id, reason) = (GrantCaller.Of(context), context.CancellationToken, Id("group_id", request.GroupId), Text("reason", request.Reason, 1, 1000, lines: true));
        var agency = caller.RequireAgency();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var group = await LockAsync(id, agency, ct);
        if (group.DissolvedAt is null)
        {
            db.Dissolve(group, OfficerGroupAct.Dissolved, caller.Person, Now(), reason);
            await db.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
        }

        return Answer(group);
    }
}
