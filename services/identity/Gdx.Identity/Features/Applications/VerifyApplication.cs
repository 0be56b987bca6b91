using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Identity.Features;

public sealed partial class ApplicationService
{
    /// <summary>gRPC gdx.identity.v1.Applications/Verify: an operator has checked the form and its letters.</summary>
    [Authorize(Roles = Roles.Operator)]
    public override async Task<Application> Verify(VerifyApplicationRequest request, ServerCallContext context)
    {
        var application = await FindAsync(request.ApplicationId, context.CancellationToken);
        if (application.State != ApplicationState.Submitted)
        {
            throw WrongState(application);
        }

        (application.State, application.VerifiedAt, application.VerifiedBy) = (ApplicationState.Verified, clock.GetUtcNow(), context.Person());
        await db.SaveChangesAsync(context.CancellationToken);
        return Answer(application, consumerKey: null);
    }
}
