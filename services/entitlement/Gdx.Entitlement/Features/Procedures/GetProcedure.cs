using Gdx.Entitlement.Contracts.V1;
using Gdx.Identity.Contracts;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Entitlement.Features;

public sealed partial class ProcedureService
{
    /// <summary>gRPC gdx.entitlement.v1.Procedures/Get: the steps that lead to a right at one kind of source, for whoever has signed in.</summary>
    [Authorize(Roles = $"{Roles.Person},{Roles.Operator},{Roles.Service}")]
    public override Task<Procedure> Get(GetProcedureRequest request, ServerCallContext context) =>
        request.ProcedureId.Length is < 1 or > 64 ? throw Problems.Invalid("procedure_id", "must be a procedure's id such as dopa-linkage")
        : procedures.Find(request.ProcedureId) is { } procedure ? Task.FromResult(procedure.Answer())
        : throw Problems.Rpc(StatusCode.NotFound, "entitlement.procedure.unknown", "There is no procedure with this id. Procedures/Find lists them.");
}
