using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

public sealed partial class ApplicationService
{
    /// <summary>gRPC gdx.identity.v1.Applications/Get: one application with its history and letters, for whoever may see it.</summary>
    [Authorize(Roles = $"{Roles.Operator},{Roles.Person}")]
    public override async Task<Application> Get(GetApplicationRequest request, ServerCallContext context)
    {
        var (ct, id) = (context.CancellationToken, Fields.Id("application_id", request.ApplicationId));
        var application = await SeenBy(db, Caller.Of(context)).AsNoTracking().SingleOrDefaultAsync(one => one.Id == id, ct) ?? throw Unknown();
        return await AnswerAsync(application, ct);
    }
}
