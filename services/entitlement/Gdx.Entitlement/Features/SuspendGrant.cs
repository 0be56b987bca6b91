using Gdx.Entitlement.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Entitlement.Features;

public sealed partial class GrantService
{
    /// <summary>gRPC gdx.entitlement.v1.Grants/Suspend: closes a right at once until it is resumed. One person is enough.</summary>
    [Authorize(Roles = Deciders)]
    public override Task<Contracts.V1.Grant> Suspend(SuspendGrantRequest request, ServerCallContext context) => ChangeAsync(request.GrantId, request.Reason, context, (grant, act) =>
    {
        GrantRules.Require(GrantRules.TakeAway(act.Place));
        GrantRules.Require(IsOver(grant, act.Now) ? GrantRules.Refusal.State : GrantRules.Refusal.None);
        if (grant.SuspendedAt is not null)
        {
            return Task.FromResult<GrantAct?>(null);
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
        return Task.FromResult<GrantAct?>(GrantAct.Suspended);
    });
}
