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
    /// <summary>gRPC gdx.identity.v1.Applications/Approve: another operator than the one who verified lets the agency in; its API client comes to be.</summary>
    [Authorize(Roles = Roles.Operator)]
    public override async Task<Application> Approve(ApproveApplicationRequest request, ServerCallContext context)
    {
        var (ct, person, now) = (context.CancellationToken, context.Person(), clock.GetUtcNow());
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // Approvals are rare; one after the other, two applications of one agency or one officer find what the first has made.
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(4941)", ct);
        var application = await FindAsync(request.ApplicationId, ct);
        if (application.State != ApplicationState.Verified)
        {
            throw WrongState(application);
        }

        if (application.VerifiedBy == person)
        {
            throw Problems.Rpc(StatusCode.PermissionDenied, "identity.application.same_person", "Whoever verified an application cannot approve it: ask another operator.");
        }

        var agency = await db.Agencies.SingleOrDefaultAsync(known => known.JuristicId == application.JuristicId, ct);
        if (agency is null)
        {
            agency = new Data.Agency
            {
                Id = Guid.CreateVersion7(now),
                State = AgencyState.Active,
                Kind = application.AgencyKind,
                NameTh = application.AgencyNameTh,
                NameEn = application.AgencyNameEn,
                JuristicId = application.JuristicId,
                ApprovedAt = now,
            };
            db.Agencies.Add(agency);
            db.Publish(agency.Id, new AgencyApproved { AgencyId = agency.Id, NameTh = agency.NameTh, NameEn = agency.NameEn, ApprovedAt = now, ApprovedBy = person });
        }

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
        (application.State, application.DecidedAt, application.DecidedBy) = (ApplicationState.Approved, now, person);
        (application.AgencyId, application.ApiClientId) = (agency.Id, client.Id);
        db.Publish(client.Id, new ApiClientCreated { ApiClientId = client.Id, AgencyId = agency.Id, ConsumerKey = client.ConsumerKey, CreatedAt = now });
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return Answer(application, client.ConsumerKey);
    }

    /// <summary>A person has one id in the whole exchange, whichever agencies name them.</summary>
    private async Task<List<ApiClientAgent>> AgentsAsync(RegistrationApplication application, DateTimeOffset now, CancellationToken ct)
    {
        var agents = new List<ApiClientAgent>();
        foreach (var agent in application.Agents)
        {
            if (agent.SystemName is { } system)
            {
                agents.Add(new ApiClientAgent { AgentId = system, DisplayName = agent.DisplayName });
                continue;
            }

            var hash = Convert.FromBase64String(agent.CitizenIdHash!);
            var known = await db.People.SingleOrDefaultAsync(one => one.CitizenIdHash == hash, ct);
            if (known is null)
            {
                known = new Person { Id = Guid.CreateVersion7(now), CitizenIdHash = hash, CreatedAt = now };
                db.People.Add(known);
            }

            agents.Add(new ApiClientAgent { AgentId = known.Id.ToString(), CitizenIdHash = hash, DisplayName = agent.DisplayName });
        }

        return agents;
    }
}
