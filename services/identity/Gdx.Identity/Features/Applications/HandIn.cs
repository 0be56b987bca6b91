using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Data;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Gdx.Identity.Features;

public sealed partial class ApplicationService
{
    /// <summary>What happens to every form that is handed in, from paper or from a draft: it is checked, the policy decides and is kept, the agency comes to be.</summary>
    private async Task HandInAsync(RegistrationApplication application, Guid person, DateTimeOffset now, IDbContextTransaction transaction, CancellationToken ct)
    {
        ApplicationForm.Check(application);
        // Hand-ins for one body one after the other: the second finds the agency that the first has made.
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(4945, hashtext({application.JuristicId}))", ct);
        var central = await CentralAsync(application, ct);
        var known = await db.GovernmentBodies.AsNoTracking().SingleOrDefaultAsync(body => body.JuristicId == application.JuristicId, ct);
        var verdict = GovernmentOnly.Decide(
            new(application.JuristicId!, application.AgencyKind, application.AgencyNameTh, central?.JuristicId, ApplicationForm.Mails(application)), known, environment.IsDevelopment());
        if (verdict.Outcome == GovernmentOutcome.Refused)
        {
            await RefuseAsync(verdict, application, person, now, transaction, ct);
        }

        application.Doubts = [.. verdict.Reasons];
        var agency = await AgencyOfAsync(application, now, ct);
        if (agency.State != AgencyState.Active)
        {
            Move(agency, AgencyState.Applied, person, now);
        }

        (application.AgencyId, application.SubmittedAt, application.SubmittedBy) = (agency.Id, now, person);
        (application.EndorsedAt, application.EndorsedBy, application.VerifiedAt, application.VerifiedBy, application.Reason) = (null, null, null, null, null);
        Move(application, ApplicationState.Submitted, person, now);
        Keep(verdict, application.Id, application.JuristicId, person, now);
        if (central is null)
        {
            db.Publish(application.Id, new ApplicationSubmitted { ApplicationId = application.Id, At = now, By = person });
        }
        else
        {
            db.Publish(application.Id, new ApplicationEndorsementAsked { ApplicationId = application.Id, CentralAgencyId = central.Id, At = now, By = person });
        }
    }

    /// <summary>A citizen asks for themselves: the decision is kept, the number is not.</summary>
    private async Task RefuseCitizenAsync(SubmitApplicationRequest form, RegistrationApplication? draft, Guid person, DateTimeOffset now, IDbContextTransaction transaction, CancellationToken ct)
    {
        var verdict = GovernmentOnly.Decide(new(form.AgencyJuristicId, form.AgencyKind, "", null, []), null, environment.IsDevelopment());
        await RefuseAsync(verdict, draft, person, now, transaction, ct);
    }

    private async Task RefuseAsync(GovernmentVerdict verdict, RegistrationApplication? application, Guid person, DateTimeOffset now, IDbContextTransaction transaction, CancellationToken ct)
    {
        // Nothing but the decision is kept; a draft stays as it is, a form from paper is not there at all.
        var draft = application is not null && db.Entry(application).State is EntityState.Unchanged or EntityState.Modified ? application.Id : (Guid?)null;
        db.ChangeTracker.Clear();
        Keep(verdict, draft, verdict.Reasons.Contains(GovernmentOnly.Citizen) ? null : application?.JuristicId, person, now);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        throw Problems.Invalid(verdict.Field, verdict.Why);
    }

    private void Keep(GovernmentVerdict verdict, Guid? application, string? number, Guid person, DateTimeOffset now) => db.GovernmentDecisions.Add(new()
    {
        Id = Guid.CreateVersion7(now),
        At = now,
        By = person,
        ApplicationId = application,
        JuristicId = number,
        Outcome = verdict.Outcome,
        Reasons = [.. verdict.Reasons],
    });

    private async Task<Data.Agency?> CentralAsync(RegistrationApplication application, CancellationToken ct) => application.CentralAgencyId is not { } id ? null
        : await db.Agencies.AsNoTracking().SingleOrDefaultAsync(agency => agency.Id == id && agency.State == AgencyState.Active && agency.Kind != AgencyKind.Regional, ct)
            ?? throw Problems.Invalid("central_agency_id", "must be a central agency that has been let in");

    /// <summary>The agency of an application under a lock, made or brought in line with the form until it is let in. Refuses one that is suspended or gone for good.</summary>
    private async Task<Data.Agency> AgencyOfAsync(RegistrationApplication application, DateTimeOffset now, CancellationToken ct)
    {
        var agency = await db.Agencies.FromSql($"SELECT *, xmin FROM agencies WHERE juristic_id = {application.JuristicId}::bpchar FOR UPDATE").SingleOrDefaultAsync(ct);
        if (agency is { State: AgencyState.Suspended } or { State: AgencyState.Closed, ApprovedAt: not null })
        {
            throw Problems.Rpc(StatusCode.FailedPrecondition, "identity.agency.state", "The agency is suspended or closed: nothing new can be asked for or given.");
        }

        if (agency is null)
        {
            agency = new Data.Agency { Id = Guid.CreateVersion7(now), NameTh = "", NameEn = "", JuristicId = application.JuristicId! };
            db.Agencies.Add(agency);
        }

        if (agency.State != AgencyState.Active)
        {
            (agency.Kind, agency.CentralAgencyId, agency.OfficialCode) = (application.AgencyKind, application.CentralAgencyId, application.OfficialCode);
            (agency.NameTh, agency.NameEn) = (application.AgencyNameTh, application.AgencyNameEn);
            (agency.Address, agency.Phone, agency.Email) = (application.Address, application.Phone, application.ContactEmail);
        }

        return agency;
    }
}
