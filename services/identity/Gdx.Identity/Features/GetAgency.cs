using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Data;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

/// <summary>gRPC gdx.identity.v1.Agencies.</summary>
public sealed class AgencyService(IdentityDb db) : Agencies.AgenciesBase
{
    /// <summary>gRPC gdx.identity.v1.Agencies/Get: one agency and whether it is let in, for operators and services.</summary>
    [Authorize(Roles = $"{Roles.Operator},{Roles.Service}")]
    public override async Task<Contracts.V1.Agency> Get(GetAgencyRequest request, ServerCallContext context)
    {
        var id = Fields.Id("agency_id", request.AgencyId);
        return await db.Agencies.Where(agency => agency.Id == id)
            .Select(agency => new Contracts.V1.Agency { Id = id.ToString(), Kind = agency.Kind, NameTh = agency.NameTh, NameEn = agency.NameEn, State = agency.State })
            .SingleOrDefaultAsync(context.CancellationToken)
            ?? throw Problems.Rpc(StatusCode.NotFound, "identity.agency.unknown", "There is no agency with this id.");
    }
}
