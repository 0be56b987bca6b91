using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Data;
using Gdx.ServiceDefaults;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Step = Gdx.Identity.Data.ApplicationStep;

namespace Gdx.Identity.Features;

/// <summary>gRPC gdx.identity.v1.Applications: from draft to decision; who verifies never decides, and nobody decides about their own.</summary>
public sealed partial class ApplicationService(IdentityDb db, SubjectKey subjects, IHostEnvironment environment, TimeProvider clock) : Applications.ApplicationsBase
{
    /// <summary>The applications that the caller may see: operators all that are handed in; anyone their own; an agency's admins its own and, once handed in, those under it.</summary>
    public static IQueryable<RegistrationApplication> SeenBy(IdentityDb db, Caller caller)
    {
        var (person, isOperator, agency) = (caller.Person, caller.Is(Roles.Operator), caller.Is(Roles.OrganizationAdmin) ? caller.Agency : null);
        return db.Applications.Where(application => application.ApplicantId == person
            || (application.State != ApplicationState.Draft && (isOperator || (agency != null && (application.AgencyId == agency || application.CentralAgencyId == agency)))));
    }

    public static RpcException Unknown() => Problems.Rpc(StatusCode.NotFound, "identity.application.unknown", "There is no application with this id.");

    public static RpcException WrongState(RegistrationApplication application) => Problems.Rpc(
        StatusCode.FailedPrecondition, "identity.application.state", $"The application is {application.State.ToString().ToLowerInvariant()}; this cannot be done with it now.");

    /// <summary>
    /// The application under a lock until the transaction ends, so that of two steps at once the second finds what the first has done;
    /// unknown to whoever may not see it.
    /// </summary>
    private async Task<RegistrationApplication> LockAsync(string id, Caller caller, CancellationToken ct)
    {
        var applicationId = Fields.Id("application_id", id);
        await db.Database.ExecuteSqlAsync($"SELECT FROM applications WHERE id = {applicationId} FOR UPDATE", ct);
        return await SeenBy(db, caller).SingleOrDefaultAsync(application => application.Id == applicationId, ct) ?? throw Unknown();
    }

    /// <summary>The caller's own application, under a lock.</summary>
    private async Task<RegistrationApplication> LockOwnAsync(string id, Caller caller, CancellationToken ct) =>
        await LockAsync(id, caller, ct) is var application && application.ApplicantId == caller.Person ? application : throw Unknown();

    /// <summary>Nobody has a say in what they ask for: neither the applicant nor the primary admin named on the form.</summary>
    private async Task RefuseOwnAsync(RegistrationApplication application, Guid person, CancellationToken ct)
    {
        if (application.ApplicantId == person
            || (application.PrimaryAdminHash is { } hash && await db.People.AnyAsync(one => one.Id == person && one.CitizenIdHash == hash, ct)))
        {
            throw Problems.Rpc(StatusCode.PermissionDenied, "identity.application.same_person", "You are the applicant or named on the form: somebody else decides.");
        }
    }

    private void Move(RegistrationApplication application, ApplicationState to, Guid person, DateTimeOffset now, string? reason = null)
    {
        db.ApplicationSteps.Add(new Step { Id = Guid.CreateVersion7(now), ApplicationId = application.Id, At = now, By = person, From = application.State, To = to, Reason = reason });
        application.State = to;
    }

    private void Move(Data.Agency agency, AgencyState to, Guid person, DateTimeOffset now)
    {
        if (agency.State != to)
        {
            db.AgencySteps.Add(new Data.AgencyStep { Id = Guid.CreateVersion7(now), AgencyId = agency.Id, At = now, By = person, From = agency.State, To = to });
            agency.State = to;
        }
    }

    private async Task<Application> AnswerAsync(RegistrationApplication application, CancellationToken ct)
    {
        var key = application.ApiClientId is null ? null
            : await db.ApiClients.Where(client => client.Id == application.ApiClientId).Select(client => (Guid?)client.ConsumerKey).SingleAsync(ct);
        var answer = Answer(application, key, await VerificationClock.ReadAsync(db, clock.GetUtcNow(), ct));
        var steps = await db.ApplicationSteps.AsNoTracking().Where(step => step.ApplicationId == application.Id).OrderBy(step => step.Id).ToListAsync(ct);
        answer.History.Add(steps.Select(step => new Contracts.V1.ApplicationStep { At = step.At.ToTimestamp(), By = step.By.ToString(), From = step.From, To = step.To, Reason = step.Reason ?? "" }));
        var letters = await db.Letters.Where(letter => letter.ApplicationId == application.Id).OrderBy(letter => letter.Id).Select(LetterService.Described).ToListAsync(ct);
        answer.Letters.Add(letters.Select(letter => letter.Answer()));
        return answer;
    }

    private static Application Answer(RegistrationApplication application, Guid? consumerKey, VerificationClock calendar) => new()
    {
        Id = application.Id.ToString(),
        State = application.State,
        AgencyKind = application.AgencyKind,
        AgencyNameTh = application.AgencyNameTh,
        AgencyNameEn = application.AgencyNameEn,
        Mission = application.Mission,
        ContactEmail = application.ContactEmail,
        SubmittedAt = application.SubmittedAt?.ToTimestamp(),
        SubmittedBy = application.SubmittedBy?.ToString() ?? "",
        VerifiedAt = application.VerifiedAt?.ToTimestamp(),
        VerifiedBy = application.VerifiedBy?.ToString() ?? "",
        DecidedAt = application.DecidedAt?.ToTimestamp(),
        DecidedBy = application.DecidedBy?.ToString() ?? "",
        Reason = application.Reason ?? "",
        AgencyId = application.AgencyId?.ToString() ?? "",
        ApiClientId = application.ApiClientId?.ToString() ?? "",
        ConsumerKey = consumerKey?.ToString() ?? "",
        Use = application.Use ?? (application.ApplicantId is null ? ApplicationUse.Api : ApplicationUse.Unspecified),
        AgencyJuristicId = application.JuristicId ?? "",
        OfficialCode = application.OfficialCode ?? "",
        CentralAgencyId = application.CentralAgencyId?.ToString() ?? "",
        Address = application.Address ?? "",
        Phone = application.Phone ?? "",
        Service = application.Service ?? "",
        Datasets = { application.Datasets },
        PrimaryAdmin = application.PrimaryAdminHash is null && application.PrimaryAdminName is null && application.PrimaryAdminEmail is null ? null
            : new() { Name = application.PrimaryAdminName ?? "", Email = application.PrimaryAdminEmail ?? "" },
        TechnicalContact = application.TechnicalName is null && application.TechnicalEmail is null && application.TechnicalPhone is null ? null
            : new() { Name = application.TechnicalName ?? "", Email = application.TechnicalEmail ?? "", Phone = application.TechnicalPhone ?? "" },
        CallerAddresses = { application.CallerAddresses },
        Agents = { application.Agents.Select(Answer) },
        ApplicantId = application.ApplicantId?.ToString() ?? "",
        DueAt = application.WaitsSince is { } since ? calendar.Due(since).ToTimestamp() : null,
        Overdue = application is { State: ApplicationState.Submitted, WaitsSince: { } waiting } && waiting < calendar.Cutoff,
        Doubts = { application.Doubts.Select(code => new Doubt { Code = code, TextTh = GovernmentOnly.Doubts[code].Thai, TextEn = GovernmentOnly.Doubts[code].English }) },
        AwaitsEndorsement = application.AwaitsEndorsement,
        EndorsedAt = application.EndorsedAt?.ToTimestamp(),
        EndorsedBy = application.EndorsedBy?.ToString() ?? "",
    };

    private static Contracts.V1.ApplicationAgent Answer(Data.ApplicationAgent agent) => agent.SystemName is { } system
        ? new() { DisplayName = agent.DisplayName, SystemName = system }
        : new() { DisplayName = agent.DisplayName, Kept = agent.Key ?? "" };
}
