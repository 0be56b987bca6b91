using Gdx.Entitlement.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Entitlement.Features;

public sealed partial class GrantService
{
    private static readonly TimeSpan SameRecertification = TimeSpan.FromDays(1); // A repeated call, not a second look.

    /// <summary>gRPC gdx.entitlement.v1.Grants/Recertify: the data owner has looked at it and lets it go on, at most to its end.</summary>
    [Authorize(Roles = Deciders)]
    public override Task<Contracts.V1.Grant> Recertify(RecertifyGrantRequest request, ServerCallContext context) => ChangeAsync(request.GrantId, request.Reason, context, async (grant, act) =>
    {
        GrantRules.Require(GrantRules.Recertify(act.Place, act.Caller.Person, await MakersAsync(grant, act.Cancellation), grant.AgencyId, grant.OwnerAgencyId));
        GrantRules.Require(IsOver(grant, act.Now) || grant.RecertifyBy is null ? GrantRules.Refusal.State : GrantRules.Refusal.None);
        var months = await db.AccessRequests.Where(request => request.Id == grant.AccessRequestId).Select(request => (int?)request.RecertifyMonths).SingleOrDefaultAsync(act.Cancellation);
        var until = GrantRules.GoodUntil(act.Now, months ?? GrantRules.RecertifyMonths, grant.ValidUntil);
        if (until - grant.RecertifyBy < SameRecertification)
        {
            return null;
        }

        grant.Recertify(until);
        db.Publish(grant.Id, new GrantRecertified
        {
            GrantId = grant.Id,
            Revision = grant.Version,
            AgencyId = grant.AgencyId,
            OwnerAgencyId = grant.OwnerAgencyId,
            DatasetId = grant.DatasetId,
            RecertifyBy = until,
            At = act.Now,
            By = act.Caller.Person,
        });
        return GrantAct.Recertified;
    });
}
