using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Identity.Features;

public sealed partial class ApplicationService
{
    /// <summary>gRPC gdx.identity.v1.Applications/Decline: an admin of the central agency does not stand up for a regional one, with a reason that the applicant reads.</summary>
    [Authorize(Roles = Roles.OrganizationAdmin)]
    public override async Task<Application> Decline(DeclineApplicationRequest request, ServerCallContext context)
    {
        var (ct, caller, now) = (context.CancellationToken, Caller.Of(context), clock.GetUtcNow());
        var (central, reason) = (caller.RequireAgency(), Fields.Text("reason", request.Reason, 1000, lines: true));
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var application = await LockAsync(request.ApplicationId, caller, ct);
        if (application.CentralAgencyId != central)
        {
            throw Unknown();
        }

        if (!application.AwaitsEndorsement)
        {
            throw WrongState(application);
        }

        await RefuseOwnAsync(application, caller.Person, ct);
        application.Reason = reason;
        if (application.ApplicantId is null)
        {
            // What came on paper is corrected by nobody here.
            (application.DecidedAt, application.DecidedBy) = (now, caller.Person);
            Move(application, ApplicationState.Rejected, caller.Person, now, reason);
            await CloseAgencyOfAsync(application, caller.Person, now, ct);
        }
        else
        {
            Move(application, ApplicationState.Returned, caller.Person, now, reason);
        }

        db.Publish(application.Id, new ApplicationDeclined { ApplicationId = application.Id, CentralAgencyId = central, At = now, By = caller.Person });
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return await AnswerAsync(application, ct);
    }
}
