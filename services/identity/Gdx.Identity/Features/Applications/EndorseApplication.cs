using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Identity.Features;

public sealed partial class ApplicationService
{
    /// <summary>gRPC gdx.identity.v1.Applications/Endorse: an admin of the central agency stands up for a regional one; now the operator may verify.</summary>
    [Authorize(Roles = Roles.OrganizationAdmin)]
    public override async Task<Application> Endorse(EndorseApplicationRequest request, ServerCallContext context)
    {
        var (ct, caller, now) = (context.CancellationToken, Caller.Of(context), clock.GetUtcNow());
        var central = caller.RequireAgency();
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
        (application.EndorsedAt, application.EndorsedBy) = (now, caller.Person);
        Move(application, ApplicationState.Submitted, caller.Person, now);
        db.Publish(application.Id, new ApplicationSubmitted { ApplicationId = application.Id, At = now, By = caller.Person });
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return await AnswerAsync(application, ct);
    }
}
