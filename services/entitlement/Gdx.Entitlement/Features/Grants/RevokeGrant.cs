using Gdx.Entitlement.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Entitlement.Features;

public sealed partial class GrantService
{
    /// <summary>gRPC gdx.entitlement.v1.Grants/Revoke: ends a right at once and for good. One person is enough: taking away must never wait.</summary>
    [Authorize(Roles = Deciders)]
    public override Task<Contracts.V1.Grant> Revoke(RevokeGrantRequest request, ServerCallContext context) => ChangeAsync(request.GrantId, request.Reason, context, (grant, act) =>
    {
        GrantRules.Require(GrantRules.TakeAway(act.Place));
        if (grant.RevokedAt is not null)
        {
            return Task.FromResult<GrantAct?>(null);
        }

        grant.Revoke(act.Caller.Person, act.Now, act.Reason);
        db.Publish(grant.Id, new GrantRevoked
        {
            GrantId = grant.Id,
            Revision = grant.Version,
            AgencyId = grant.AgencyId,
            RevokedAt = act.Now,
            RevokedBy = act.Caller.Person,
            OwnerAgencyId = grant.OwnerAgencyId,
            DatasetId = grant.DatasetId,
        });
        return Task.FromResult<GrantAct?>(GrantAct.Revoked);
    });
}
