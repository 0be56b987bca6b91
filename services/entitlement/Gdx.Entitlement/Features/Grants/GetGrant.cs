using Gdx.Entitlement.Contracts.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Entitlement.Features;

public sealed partial class GrantService
{
    /// <summary>gRPC gdx.entitlement.v1.Grants/Get: one grant that the caller may see, and on request what was done with it.</summary>
    [Authorize(Roles = Readers)]
    public override async Task<Contracts.V1.Grant> Get(GetGrantRequest request, ServerCallContext context)
    {
        var (id, ct) = (Id("grant_id", request.GrantId), context.CancellationToken);
        var answer = Answer(await Visible(GrantCaller.Of(context)).AsNoTracking().SingleOrDefaultAsync(grant => grant.Id == id, ct) ?? throw Unknown());
        if (request.WithSteps)
        {
            answer.Steps.AddRange((await db.GrantSteps.AsNoTracking().Where(step => step.GrantId == id).OrderBy(step => step.Id).ToListAsync(ct)).Select(step => new GrantStep
            {
                Act = step.Act,
                At = step.At.ToTimestamp(),
                By = step.By.ToString(),
                Standing = step.Standing,
                Reason = step.Reason,
            }));
        }

        return answer;
    }
}
