using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Identity.Features;

public sealed partial class BranchService
{
    /// <summary>gRPC gdx.identity.v1.Branches/Template: the empty list, for whoever has signed in.</summary>
    [Authorize(Roles = $"{Roles.Operator},{Roles.Person}")]
    public override Task<Workbook> Template(BranchTemplateRequest request, ServerCallContext context) => Task.FromResult(Form.Template());
}
