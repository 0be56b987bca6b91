using System.Text.RegularExpressions;
using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Data;
using Gdx.Numbers;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Gdx.Identity.Features;

public sealed partial class ApplicationService
{
    private const int MostAgents = 100;

    /// <summary>gRPC gdx.identity.v1.Applications/Submit: takes in the form of a government body. Citizens and companies are refused.</summary>
    [Authorize(Roles = Roles.Operator)]
    public override async Task<Application> Submit(SubmitApplicationRequest request, ServerCallContext context)
    {
        var application = Read(request, context.Person(), context.GetHttpContext().RequestServices.GetRequiredService<IHostEnvironment>().IsDevelopment());
        var ct = context.CancellationToken;
        if (await db.Applications.SingleOrDefaultAsync(earlier => earlier.RequestId == application.RequestId, ct) is { } first)
        {
            return await AnswerAsync(first, ct);
        }

        db.Applications.Add(application);
        try
        {
            await db.SaveChangesAsync(ct);
            return Answer(application, consumerKey: null);
        }
        catch (DbUpdateException race) when (race.InnerException is PostgresException { ConstraintName: RegistrationApplication.OneRequest or RegistrationApplication.OneOpenPerAgency })
        {
            // The same hand-in twice at the same moment may stumble over either index; it is still the same hand-in.
            db.ChangeTracker.Clear();
            return await db.Applications.SingleOrDefaultAsync(earlier => earlier.RequestId == application.RequestId, ct) is { } winner
                ? await AnswerAsync(winner, ct)
                : throw Problems.Rpc(StatusCode.AlreadyExists, "identity.application.duplicate", "This government body has an application that is not decided yet. Decide that one first.");
        }
    }

    private RegistrationApplication Read(SubmitApplicationRequest request, Guid person, bool development)
    {
        if (request.Agents.Count is < 1 or > MostAgents)
        {
            throw Problems.Invalid("agents", $"must name 1 to {MostAgents} officers or systems");
        }

        var agents = request.Agents.Select((agent, index) => ReadAgent(agent, $"agents[{index}]")).ToList();
        if (agents.Select(agent => agent.SystemName ?? agent.CitizenIdHash).Distinct(StringComparer.OrdinalIgnoreCase).Count() < agents.Count)
        {
            throw Problems.Invalid("agents", "must name each officer and system once");
        }

        return new RegistrationApplication
        {
            Id = Guid.CreateVersion7(clock.GetUtcNow()),
            RequestId = Fields.Id("request_id", request.RequestId),
            State = ApplicationState.Submitted,
            AgencyKind = GovernmentOnly.Kind(request.AgencyKind),
            AgencyNameTh = Fields.Text("agency_name_th", request.AgencyNameTh, 200),
            AgencyNameEn = Fields.Text("agency_name_en", request.AgencyNameEn, 200),
            JuristicId = GovernmentOnly.Juristic(request.AgencyJuristicId).Value,
            Mission = Fields.Text("mission", request.Mission, 1000, lines: true),
            ContactEmail = GovernmentOnly.Email(request.ContactEmail, development),
            Agents = agents,
            SubmittedAt = clock.GetUtcNow(),
            SubmittedBy = person,
        };
    }

    private ApplicationAgent ReadAgent(Agent agent, string field) => new()
    {
        CitizenIdHash = agent.AgentCase != Agent.AgentOneofCase.CitizenId ? null
            : CitizenId.TryParse(agent.CitizenId, out var citizen) ? Convert.ToBase64String(subjects.Hash(citizen))
            : throw Problems.Invalid($"{field}.citizen_id", "must be 13 digits with a valid check digit"),
        SystemName = agent.AgentCase switch
        {
            Agent.AgentOneofCase.CitizenId => null,
            Agent.AgentOneofCase.SystemName when SystemName().IsMatch(agent.SystemName) => agent.SystemName,
            Agent.AgentOneofCase.SystemName => throw Problems.Invalid($"{field}.system_name", "must be 2 to 32 English letters, digits, - or _, the first a letter"),
            _ => throw Problems.Invalid($"{field}.agent", "must have a citizen number or a system name"),
        },
        DisplayName = Fields.Text($"{field}.display_name", agent.DisplayName, 200),
    };

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_-]{1,31}\z")]
    private static partial Regex SystemName();
}
