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
    private const int MostOpen = 10; // One person writes for one agency, rarely for two; a limit keeps anyone from filling the table.

    /// <summary>gRPC gdx.identity.v1.Applications/SaveDraft: keeps a form with gaps, for whoever has signed in; also to correct one that was returned.</summary>
    [Authorize(Roles = Roles.Person)]
    public override async Task<Application> SaveDraft(SaveDraftRequest request, ServerCallContext context)
    {
        var (ct, caller, now) = (context.CancellationToken, Caller.Of(context), clock.GetUtcNow());
        var form = request.Form ?? throw Problems.Invalid("form", "must be there");
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var application = request.ApplicationId.Length == 0 ? await NewAsync(form, caller, now, ct) : await LockOwnAsync(request.ApplicationId, caller, ct);
        if (application.State is not (ApplicationState.Unspecified or ApplicationState.Draft or ApplicationState.Returned))
        {
            throw WrongState(application);
        }

        if (GovernmentOnly.IsCitizen(form.AgencyJuristicId))
        {
            await RefuseCitizenAsync(form, application, caller.Person, now, transaction, ct);
        }

        var number = application.JuristicId;
        ApplicationForm.Fill(application, form, subjects);
        if (application.State == ApplicationState.Returned && application.JuristicId != number)
        {
            throw Problems.Invalid("agency_juristic_id", "must stay: another body needs an application of its own");
        }

        await CentralAsync(application, ct);
        if (application.State == ApplicationState.Unspecified)
        {
            Move(application, ApplicationState.Draft, caller.Person, now);
            db.Applications.Add(application);
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return await AnswerAsync(application, ct);
    }

    private async Task<RegistrationApplication> NewAsync(SubmitApplicationRequest form, Caller caller, DateTimeOffset now, CancellationToken ct)
    {
        var requestId = Fields.Id("request_id", form.RequestId);
        // Two at once of one person: the second counts, and finds, what the first has made.
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(4946, hashtext({caller.Person.ToString()}))", ct);
        if (await db.Applications.SingleOrDefaultAsync(earlier => earlier.RequestId == requestId, ct) is { } first)
        {
            return first.ApplicantId == caller.Person ? first : throw Problems.Invalid("request_id", "must not be that of another application");
        }

        return await db.Applications.CountAsync(one => one.ApplicantId == caller.Person && (one.State == ApplicationState.Draft || one.State == ApplicationState.Submitted || one.State == ApplicationState.Returned), ct) < MostOpen
            ? new() { Id = Guid.CreateVersion7(now), RequestId = requestId, ApplicantId = caller.Person }
            : throw Problems.Rpc(StatusCode.FailedPrecondition, "identity.application.too_many", $"You have {MostOpen} applications that are not decided: withdraw one first.");
    }
}
