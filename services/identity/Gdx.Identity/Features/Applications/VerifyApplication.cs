using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Identity.Features;

public sealed partial class ApplicationService
{
    /// <summary>gRPC gdx.identity.v1.Applications/Verify: an operator has checked the form and its letters; what is doubtful only with a reason.</summary>
    [Authorize(Roles = Roles.Operator)]
    public override async Task<Application> Verify(VerifyApplicationRequest request, ServerCallContext context)
    {
        var (ct, caller, now) = (context.CancellationToken, Caller.Of(context), clock.GetUtcNow());
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var application = await LockAsync(request.ApplicationId, caller, ct);
        if (application.State != ApplicationState.Submitted)
        {
            throw WrongState(application);
        }

        if (application.AwaitsEndorsement)
        {
            throw Problems.Rpc(StatusCode.FailedPrecondition, "identity.application.endorsement_missing", "The central agency has not endorsed this application.");
        }

        await RefuseOwnAsync(application, caller.Person, ct);
        var reason = application.Doubts.Count > 0 || request.Reason.Length > 0 ? Fields.Text("reason", request.Reason, 1000, lines: true) : null;
        (application.VerifiedAt, application.VerifiedBy) = (now, caller.Person);
        var agency = await AgencyOfAsync(application, now, ct);
        if (agency.State != AgencyState.Active)
        {
            Move(agency, AgencyState.Verified, caller.Person, now);
        }

        Move(application, ApplicationState.Verified, caller.Person, now, reason);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return await AnswerAsync(application, ct);
    }
}
