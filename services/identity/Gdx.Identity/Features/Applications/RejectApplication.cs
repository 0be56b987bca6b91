using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Identity.Features;

public sealed partial class ApplicationService
{
    /// <summary>gRPC gdx.identity.v1.Applications/Reject: refuses an application that is not decided yet, with a reason that the applicant reads.</summary>
    [Authorize(Roles = Roles.Operator)]
    public override async Task<Application> Reject(RejectApplicationRequest request, ServerCallContext context)
    {
        var reason = Fields.Text("reason", request.Reason, 1000, lines: true);
        var application = await FindAsync(request.ApplicationId, context.CancellationToken);
        if (application.State is not (ApplicationState.Submitted or ApplicationState.Verified))
        {
            throw WrongState(application);
        }

        (application.State, application.DecidedAt, application.DecidedBy, application.Reason) = (ApplicationState.Rejected, clock.GetUtcNow(), context.Person(), reason);
        await db.SaveChangesAsync(context.CancellationToken);
        return Answer(application, consumerKey: null);
    }
}
