using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Identity.Features;

public sealed partial class GovernmentBodyService
{
    /// <summary>gRPC gdx.identity.v1.GovernmentBodies/Template: the empty list, for operators.</summary>
    [Authorize(Roles = Roles.Operator)]
    public override Task<Workbook> Template(GovernmentBodyTemplateRequest request, ServerCallContext context) => Task.FromResult(Form.Template());
}
