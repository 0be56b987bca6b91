using Gdx.Entitlement.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Entitlement.Features;

public sealed partial class GrantService
{
    /// <summary>gRPC gdx.entitlement.v1.Grants/Resume: opens a suspended right again; never by those who hold it or asked for it.</summary>
    [Authorize(Roles = Deciders)]
    public override Task<Contracts.V1.Grant> Resume(ResumeGrantRequest request, ServerCallContext context) => ChangeAsync(request.GrantId, request.Reason, context, async (grant, act) =>
    {
        GrantRules.Require(GrantRules.Resume(act.Place, act.Caller.Person, await MakersAsync(grant, act.Cancellation), await SuspendedAsAsync(grant, act.Cancellation)));
        GrantRules.Require(IsOver(grant, act.Now) ? GrantRules.Refusal.State : GrantRules.Refusal.None);
        if (grant.SuspendedAt is null)
        {
            return null;
        }

        grant.Resume();
        db.Publish(grant.Id, new GrantResumed
        {
            GrantId = grant.Id,
            Revision = grant.Version,
            AgencyId = grant.AgencyId,
            OwnerAgencyId = grant.OwnerAgencyId,
            DatasetId = grant.DatasetId,
            At = act.Now,
            By = act.Caller.Person,
        });
        return GrantAct.Resumed;
    });
}
