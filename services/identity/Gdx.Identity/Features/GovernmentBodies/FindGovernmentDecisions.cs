using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

public sealed partial class GovernmentBodyService
{
    /// <summary>gRPC gdx.identity.v1.GovernmentBodies/FindDecisions: what was decided on each hand-in, newest first, for operators.</summary>
    [Authorize(Roles = Roles.Operator)]
    public override async Task<FindGovernmentDecisionsReply> FindDecisions(FindGovernmentDecisionsRequest request, ServerCallContext context)
    {
        if (!System.Enum.IsDefined(request.Outcome))
        {
            throw Problems.Invalid("outcome", "must be accepted, doubtful or refused, or unspecified for all");
        }

        var (size, before) = (Fields.PageSize(request.PageSize), Fields.PageToken(request.PageToken));
        var page = await db.GovernmentDecisions.AsNoTracking()
            .Where(decision => request.Outcome == GovernmentOutcome.Unspecified || decision.Outcome == request.Outcome)
            .Where(decision => before == null || decision.Id < before)
            .OrderByDescending(decision => decision.Id)
            .Take(size + 1)
            .ToListAsync(context.CancellationToken);
        return new FindGovernmentDecisionsReply
        {
            Decisions =
            {
                page.Take(size).Select(decision => new GovernmentDecision
                {
                    Id = decision.Id.ToString(),
                    At = decision.At.ToTimestamp(),
                    By = decision.By.ToString(),
                    ApplicationId = decision.ApplicationId?.ToString() ?? "",
                    JuristicId = decision.JuristicId ?? "",
                    Outcome = decision.Outcome,
                    Reasons = { decision.Reasons },
                }),
            },
            NextPageToken = page.Count > size ? page[size - 1].Id.ToString("N") : "",
        };
    }
}
