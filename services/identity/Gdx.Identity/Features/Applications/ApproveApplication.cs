using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Data;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;
using ApiClient = Gdx.Identity.Data.ApiClient;

namespace Gdx.Identity.Features;

public sealed partial class ApplicationService
{
    /// <summary>gRPC gdx.identity.v1.Applications/Approve: another operator than the one who verified lets the agency in, with its primary admin and its API client.</summary>
    [Authorize(Roles = Roles.Operator)]
    public override async Task<Application> Approve(ApproveApplicationRequest request, ServerCallContext context)
    {
        var (ct, caller, now) = (context.CancellationToken, Caller.Of(context), clock.GetUtcNow());
        var person = caller.Person;
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // Approvals are rare; one after the other, two applications of one agency or one officer find what the first has made.
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(4941)", ct);
        var application = await LockAsync(request.ApplicationId, caller, ct);
        if (application.State != ApplicationState.Verified)
        {
            throw WrongState(application);
        }

        if (application.VerifiedBy == person)
        {
            throw Problems.Rpc(StatusCode.PermissionDenied, "identity.application.same_person", "Whoever verified an application cannot approve it: ask another operator.");
        }

        await RefuseOwnAsync(application, person, ct);
        var agency = await LetInAsync(application, person, now, ct);
        await NamePrimaryAdminAsync(application, agency, person, now, ct);
        (application.DecidedAt, application.DecidedBy, application.AgencyId) = (now, person, agency.Id);
        Move(application, ApplicationState.Approved, person, now);
        if (application.WantsApi)
        {
            var client = new ApiClient
            {
                Id = Guid.CreateVersion7(now),
                AgencyId = agency.Id,
                ConsumerKey = Guid.NewGuid(),
                ContactEmail = application.ContactEmail,
                State = ApiClientState.Unclaimed,
                ClaimPending = true,
                CreatedAt = now,
                Agents = await AgentsAsync(application, now, ct),
            };
            db.ApiClients.Add(client);
            application.ApiClientId = client.Id;
            db.Publish(client.Id, new ApiClientCreated { ApiClientId = client.Id, AgencyId = agency.Id, ConsumerKey = client.ConsumerKey, CreatedAt = now });
        }

        db.Publish(application.Id, new ApplicationApproved { ApplicationId = application.Id, AgencyId = agency.Id, At = now, By = person });
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return await AnswerAsync(application, ct);
    }

    private async Task<Data.Agency> LetInAsync(RegistrationApplication application, Guid person, DateTimeOffset now, CancellationToken ct)
    {
        var agency = await AgencyOfAsync(application, now, ct);
        if (agency.State != AgencyState.Active)
        {
            agency.ApprovedAt = now;
            Move(agency, AgencyState.Active, person, now);
            db.Publish(agency.Id, new AgencyApproved { AgencyId = agency.Id, NameTh = agency.NameTh, NameEn = agency.NameEn, ApprovedAt = now, ApprovedBy = person });
        }

        return agency;
    }

    /// <summary>Where the agency has no primary admin, the one named on the form becomes it. Later ones come by a change that the operator approves.</summary>
    private async Task NamePrimaryAdminAsync(RegistrationApplication application, Data.Agency agency, Guid person, DateTimeOffset now, CancellationToken ct)
    {
        if (application.PrimaryAdminHash is null || await db.Memberships.AnyAsync(one => one.AgencyId == agency.Id && one.IsPrimaryAdmin, ct))
        {
            return;
        }

        var admin = await PersonAsync(application.PrimaryAdminHash, now, ct);
        // Who has proven to be the person tells their own name; of others the form is the best that is known.
        (admin.NameTh, admin.Email) = (admin.NameTh ?? application.PrimaryAdminName, admin.Email ?? application.PrimaryAdminEmail);
        var membership = await db.Memberships.SingleOrDefaultAsync(one => one.PersonId == admin.Id && one.AgencyId == agency.Id
            && (one.State == MembershipState.Waiting || one.State == MembershipState.Active || one.State == MembershipState.Suspended), ct);
        if (membership is null)
        {
            membership = new Data.Membership { Id = Guid.CreateVersion7(now), PersonId = admin.Id, AgencyId = agency.Id, RequestedAt = now };
            db.Memberships.Add(membership);
        }

        (membership.State, membership.IsPrimaryAdmin, membership.DecidedAt, membership.DecidedBy, membership.Reason) = (MembershipState.Active, true, now, person, null);
        membership.Roles = [.. membership.Roles.Append(Roles.OrganizationAdmin).Distinct()];
        db.Publish(membership.Id, new MembershipApproved { MembershipId = membership.Id, AgencyId = agency.Id, PersonId = admin.Id, At = now });
    }

    private async Task<List<Data.ApiClientAgent>> AgentsAsync(RegistrationApplication application, DateTimeOffset now, CancellationToken ct)
    {
        var agents = new List<Data.ApiClientAgent>();
        foreach (var agent in application.Agents)
        {
            var hash = agent.CitizenIdHash is null ? null : Convert.FromBase64String(agent.CitizenIdHash);
            agents.Add(new Data.ApiClientAgent
            {
                AgentId = hash is null ? agent.SystemName! : (await PersonAsync(hash, now, ct)).Id.ToString(),
                CitizenIdHash = hash,
                DisplayName = agent.DisplayName,
            });
        }

        return agents;
    }

    /// <summary>A person has one id in the whole exchange, whichever agencies name them; named here is not proven.</summary>
    private async Task<Person> PersonAsync(byte[] hash, DateTimeOffset now, CancellationToken ct)
    {
        var known = db.People.Local.FirstOrDefault(one => one.CitizenIdHash?.AsSpan().SequenceEqual(hash) == true) ?? await db.People.SingleOrDefaultAsync(one => one.CitizenIdHash == hash, ct);
        if (known is null)
        {
            known = new Person { Id = Guid.CreateVersion7(now), CitizenIdHash = hash, CreatedAt = now };
            db.People.Add(known);
        }

        return known;
    }
}
