using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Identity.Features;

public sealed partial class ApplicationService
{
    /// <summary>gRPC gdx.identity.v1.Applications/Return: an operator gives an application back for correction, with a reason that the applicant reads.</summary>
    [Authorize(Roles = Roles.Operator)]
    public override async Task<Application> Return(ReturnApplicationRequest request, ServerCallContext context)
    {
        var (ct, caller, now) = (context.CancellationToken, Caller.Of(context), clock.GetUtcNow());
        var reason = Fields.Text("reason", request.Reason, 1000, lines: true);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var application = await LockAsync(request.ApplicationId, caller, ct);
        // What came on paper is corrected by nobody here: it is rejected, and the new paper is handed in.
        if (application is not { State: ApplicationState.Submitted or ApplicationState.Verified, ApplicantId: not null })
        {
            throw WrongState(application);
        }

        Move(application, ApplicationState.Returned, caller.Person, now, reason);
        application.Reason = reason;
        db.Publish(application.Id, new ApplicationReturned { ApplicationId = application.Id, At = now, By = caller.Person });
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return await AnswerAsync(application, ct);
    }
}
