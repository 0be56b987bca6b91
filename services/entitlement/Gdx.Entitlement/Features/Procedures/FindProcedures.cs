using Gdx.Entitlement.Contracts.V1;
using Gdx.Identity.Contracts;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Entitlement.Features;

public sealed partial class ProcedureService
{
    /// <summary>gRPC gdx.entitlement.v1.Procedures/Find: every procedure by id, for whoever has signed in.</summary>
    [Authorize(Roles = $"{Roles.Person},{Roles.Operator},{Roles.Service}")]
    public override Task<FindProceduresReply> Find(FindProceduresRequest request, ServerCallContext context)
    {
        var size = RequestFields.PageSize(request.PageSize);
        if (request.PageToken.Length > 64)
        {
            throw Problems.Invalid("page_token", "must be the next_page_token of an earlier answer");
        }

        // The last id of a page is where the next begins.
        var page = procedures.All.Where(procedure => string.CompareOrdinal(procedure.Id, request.PageToken) > 0).Take(size + 1).ToList();
        return Task.FromResult(new FindProceduresReply
        {
            Procedures = { page.Take(size).Select(procedure => procedure.Answer()) },
            NextPageToken = page.Count > size ? page[size - 1].Id : "",
        });
    }
}
