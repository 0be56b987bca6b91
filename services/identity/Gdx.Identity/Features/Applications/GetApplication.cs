using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Identity.Features;

public sealed partial class ApplicationService
{
    /// <summary>gRPC gdx.identity.v1.Applications/Get: one application, for operators.</summary>
    [Authorize(Roles = Roles.Operator)]
    public override async Task<Application> Get(GetApplicationRequest request, ServerCallContext context) =>
        await AnswerAsync(await FindAsync(request.ApplicationId, context.CancellationToken), context.CancellationToken);
}
