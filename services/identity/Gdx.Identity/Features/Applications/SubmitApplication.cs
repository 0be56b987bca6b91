using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Data;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Gdx.Identity.Features;

public sealed partial class ApplicationService
{
    /// <summary>gRPC gdx.identity.v1.Applications/Submit: an operator takes in a form that came on paper. Citizens and companies are refused.</summary>
    [Authorize(Roles = Roles.Operator)]
    public override async Task<Application> Submit(SubmitApplicationRequest request, ServerCallContext context)
    {
        var (ct, person, now, requestId) = (context.CancellationToken, context.Person(), clock.GetUtcNow(), Fields.Id("request_id", request.RequestId));
        if (await db.Applications.SingleOrDefaultAsync(earlier => earlier.RequestId == requestId, ct) is { } first)
        {
            return await AnswerEarlierAsync(first, ct);
        }

        var application = new RegistrationApplication { Id = Guid.CreateVersion7(now), RequestId = requestId };
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (GovernmentOnly.IsCitizen(request.AgencyJuristicId))
        {
            await RefuseCitizenAsync(request, null, person, now, transaction, ct);
        }

        ApplicationForm.Fill(application, request, subjects);
        await HandInAsync(application, person, now, transaction, ct);
        db.Applications.Add(application);
        try
        {
            await db.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
            return await AnswerAsync(application, ct);
        }
        catch (DbUpdateException race) when (race.InnerException is PostgresException { ConstraintName: RegistrationApplication.OneRequest or RegistrationApplication.OneOpenPerAgency })
        {
            // The same hand-in twice at the same moment may stumble over either index; it is still the same hand-in.
            db.ChangeTracker.Clear();
            await transaction.RollbackAsync(ct);
            return await db.Applications.SingleOrDefaultAsync(earlier => earlier.RequestId == requestId, ct) is { } winner
                ? await AnswerEarlierAsync(winner, ct)
                : throw Duplicate();
        }
    }

    /// <summary>A request id that a person chose for a draft tells an operator nothing.</summary>
    private async Task<Application> AnswerEarlierAsync(RegistrationApplication earlier, CancellationToken ct) =>
        earlier.ApplicantId is null ? await AnswerAsync(earlier, ct) : throw Problems.Invalid("request_id", "must not be that of another application");

    private static RpcException Duplicate() => Problems.Rpc(
        StatusCode.AlreadyExists, "identity.application.duplicate", "This government body has an application that is not decided yet. That one must be decided first.");
}
