using Gdx.Entitlement.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Entitlement.Features;

public sealed partial class GrantService
{
    /// <summary>gRPC gdx.entitlement.v1.Grants/Suspend: closes a right at once until it is resumed. One person is enough.</summary>
    [Authorize(Roles = Deciders)]
    public override Task<Contracts.V1.Grant> Suspend(SuspendGrantRequest request, ServerCallContext context) => ChangeAsync(request.GrantId, request.Reason, context, async (grant, act) =>
    {
        GrantRules.Require(GrantRules.TakeAway(act.Place));
        GrantRules.Require(IsOver(grant, act.Now) ? GrantRules.Refusal.State : GrantRules.Refusal.None);
        // What the central agency closed and the owner or the operator closes, too, is theirs from then on: the central agency cannot open it any more.
        if (grant.SuspendedAt is not null && !(act.Place.Standing > GrantStanding.Central && await SuspendedAsAsync(grant, act.Cancellation) == GrantStanding.Central))
        {
            return null;
        }

        grant.Suspend(act.Caller.Person, act.Now, act.Reason);
        db.Publish(grant.Id, new GrantSuspended
        {
            GrantId = grant.Id,
            Revision = grant.Version,
            AgencyId = grant.AgencyId,
            OwnerAgencyId = grant.OwnerAgencyId,
            DatasetId = grant.DatasetId,
            At = act.Now,
            By = act.Caller.Person,
        });
        return GrantAct.Suspended;
    });
}
