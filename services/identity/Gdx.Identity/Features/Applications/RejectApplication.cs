using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Data;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

public sealed partial class ApplicationService
{
    /// <summary>gRPC gdx.identity.v1.Applications/Reject: refuses an application that is not decided yet, with a reason that the applicant reads.</summary>
    [Authorize(Roles = Roles.Operator)]
    public override async Task<Application> Reject(RejectApplicationRequest request, ServerCallContext context)
    {
        var (ct, caller, now) = (context.CancellationToken, Caller.Of(context), clock.GetUtcNow());
        var reason = Fields.Text("reason", request.Reason, 1000, lines: true);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var application = await LockAsync(request.ApplicationId, caller, ct);
        if (application.State is not (ApplicationState.Submitted or ApplicationState.Verified or ApplicationState.Returned))
        {
            throw WrongState(application);
        }

        (application.DecidedAt, application.DecidedBy, application.Reason) = (now, caller.Person, reason);
        Move(application, ApplicationState.Rejected, caller.Person, now, reason);
        await CloseAgencyOfAsync(application, caller.Person, now, ct);
        db.Publish(application.Id, new ApplicationRejected { ApplicationId = application.Id, At = now, By = caller.Person });
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return await AnswerAsync(application, ct);
    }

    /// <summary>An agency that was never let in is closed with its application; it may apply again.</summary>
    private async Task CloseAgencyOfAsync(RegistrationApplication application, Guid person, DateTimeOffset now, CancellationToken ct)
    {
        if (application.AgencyId is { } id
            && await db.Agencies.FromSql($"SELECT *, xmin FROM agencies WHERE id = {id} FOR UPDATE").SingleAsync(ct) is { ApprovedAt: null } agency)
        {
            Move(agency, AgencyState.Closed, person, now);
        }
    }
}
