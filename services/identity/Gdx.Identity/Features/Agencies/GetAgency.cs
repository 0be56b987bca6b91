using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

public sealed partial class AgencyService
{
    /// <summary>gRPC gdx.identity.v1.Agencies/Get: one agency and whether it is let in, for operators and services.</summary>
    [Authorize(Roles = $"{Roles.Operator},{Roles.Service}")]
    public override async Task<Agency> Get(GetAgencyRequest request, ServerCallContext context)
    {
        var (ct, id) = (context.CancellationToken, Fields.Id("agency_id", request.AgencyId));
        return await AnswerAsync(await db.Agencies.AsNoTracking().SingleOrDefaultAsync(agency => agency.Id == id, ct) ?? throw Unknown(), ct);
    }
}
