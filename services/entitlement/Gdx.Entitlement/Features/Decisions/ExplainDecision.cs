using Gdx.Entitlement.Contracts.V1;
using Gdx.Entitlement.Decisions;
using Gdx.Identity.Contracts;
using Gdx.ServiceDefaults;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Entitlement.Features;

public sealed partial class DecisionService
{
    /// <summary>gRPC gdx.entitlement.v1.Decisions/Explain: what would be decided about a call, how it comes about, and what is missing.</summary>
    [Authorize(Roles = $"{Roles.Operator},{Roles.OrganizationAdmin},{Roles.SuperUser},{Roles.Officer}")]
    public override async Task<ExplainReply> Explain(ExplainRequest request, ServerCallContext context)
    {
        var (dataset, version) = Dataset(request.DatasetId, request.DatasetVersion);
        if (request.Purpose.Length > 0 && !PurposeCode().IsMatch(request.Purpose))
        {
            throw Problems.Invalid("purpose", "must be a code of 3-64 lower-case letters, digits, dots and hyphens such as welfare.eligibility, or empty");
        }

        var (agency, officer) = About(request, context);
        var question = new Question(agency, dataset, version, request.Purpose.Length > 0 ? request.Purpose : null, (Decisions.Channel)request.Channel, request.At is { } at ? Instant("at", at) : clock.GetUtcNow())
        {
            Officer = officer,
            Case = request.HasCase ? "-" : null, // Whether there is one is all that is asked.
        };

        // Only the asked officer, who is one of a thousand in a group and in few groups of five hundred.
        IQueryable<Data.OfficerGroup> Of(IQueryable<Data.OfficerGroup> groups) =>
            groups.Where(group => group.Officers.Any(one => one.PersonId == officer)).Include(group => group.Officers.Where(one => one.PersonId == officer));

        return Answer(Decide.Explain(await LoadAsync([agency], dataset, version, Of, context.CancellationToken), question));
    }

    private static (Guid Agency, Guid? Officer) About(ExplainRequest request, ServerCallContext context)
    {
        var (user, person) = (context.GetHttpContext().User, context.Person());
        Guid? own = Guid.TryParse(user.FindFirst(Claims.Agency)?.Value, out var id) ? id : null;
        Guid? asked = request.AgencyId.Length > 0 ? Id("agency_id", request.AgencyId) : own;
        Guid? officer = request.OfficerId.Length > 0 ? Id("officer_id", request.OfficerId) : null;
        if (user.IsInRole(Roles.Operator))
        {
            return (asked ?? throw Problems.Invalid("agency_id", "must be a UUID"), officer);
        }

        var forOthers = user.IsInRole(Roles.OrganizationAdmin) || user.IsInRole(Roles.SuperUser);
        return own is null || asked != own || (!forOthers && officer is not null && officer != person)
            ? throw Problems.Rpc(StatusCode.PermissionDenied, "entitlement.explain.not_yours", "You may ask about your own calls; as OrganizationAdmin or SuperUser about those of your agency.")
            : (own.Value, forOthers ? officer : person);
    }

    private static ExplainReply Answer(Explanation explanation)
    {
        var decision = explanation.Decision;
        return new()
        {
            Allowed = decision.IsAllowed,
            Code = decision.Reason,
            GrantId = decision.GrantId?.ToString() ?? "",
            Fields = { decision.Fields },
            Budget = decision.Budget is { } budget ? new()
            {
                CallsPerSecond = budget.CallsPerSecond,
                CallsPerDay = budget.CallsPerDay,
                PersonsPerDay = budget.PersonsPerDay,
                CallsPerOfficerAndDay = budget.CallsPerOfficerAndDay,
                PersonsPerOfficerAndDay = budget.PersonsPerOfficerAndDay,
            } : null,
            OfficerGroupId = decision.GroupId?.ToString() ?? "",
            Path = { explanation.Path.Select(step => new DecisionPathStep { GrantId = step.GrantId.ToString(), Rule = (DecisionRule)step.Rule, Code = Decisions.Decision.ReasonOf(step.Outcome) }) },
            Missing = { explanation.Missing.Select(Answer) },
            DecisionsVersion = Decide.Version,
        };
    }

    private static DecisionMissingStep Answer(MissingStep step) => new()
    {
        Kind = (DecisionMissingKind)step.Kind,
        TextTh = step.Thai,
        TextEn = step.English,
        GrantId = step.GrantId?.ToString() ?? "",
        OfficerGroupId = step.GroupId?.ToString() ?? "",
        Purpose = step.Purpose ?? "",
        Channel = (Contracts.V1.Channel)step.Channel,
        Until = step.Until?.ToTimestamp(),
    };
}
