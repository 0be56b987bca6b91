using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Identity.Features;

public sealed partial class ApplicationService
{
    /// <summary>gRPC gdx.identity.v1.Applications/Withdraw: the applicant takes back what is not decided.</summary>
    [Authorize(Roles = Roles.Person)]
    public override async Task<Application> Withdraw(WithdrawApplicationRequest request, ServerCallContext context)
    {
        var (ct, caller, now) = (context.CancellationToken, Caller.Of(context), clock.GetUtcNow());
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var application = await LockOwnAsync(request.ApplicationId, caller, ct);
        if (application.State is not (ApplicationState.Draft or ApplicationState.Submitted or ApplicationState.Verified or ApplicationState.Returned))
        {
            throw WrongState(application);
        }

        Move(application, ApplicationState.Withdrawn, caller.Person, now);
        await CloseAgencyOfAsync(application, caller.Person, now, ct);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return await AnswerAsync(application, ct);
    }
}
