using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Data;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Gdx.Identity.Features;

public sealed partial class ApplicationService
{
    /// <summary>gRPC gdx.identity.v1.Applications/SubmitDraft: hands in an own draft, or an own application that was returned.</summary>
    [Authorize(Roles = Roles.Person)]
    public override async Task<Application> SubmitDraft(SubmitDraftRequest request, ServerCallContext context)
    {
        var (ct, caller, now) = (context.CancellationToken, Caller.Of(context), clock.GetUtcNow());
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var application = await LockOwnAsync(request.ApplicationId, caller, ct);
        if (application.State is not (ApplicationState.Draft or ApplicationState.Returned))
        {
            throw WrongState(application);
        }

        await HandInAsync(application, caller.Person, now, transaction, ct);
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException race) when (race.InnerException is PostgresException { ConstraintName: RegistrationApplication.OneOpenPerAgency })
        {
            throw Duplicate();
        }

        await transaction.CommitAsync(ct);
        return await AnswerAsync(application, ct);
    }
}
