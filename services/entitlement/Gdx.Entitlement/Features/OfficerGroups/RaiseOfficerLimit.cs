using Gdx.Entitlement.Contracts.V1;
using Gdx.Identity.Contracts;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Entitlement.Features;

public sealed partial class OfficerGroupService
{
    private const int HighestLimit = 10_000; // As the highest budget of a grant for an officer: one call every three seconds of a working day is no longer a person's work.

    /// <summary>gRPC gdx.entitlement.v1.OfficerGroups/RaiseLimit: more calls for each officer and day than a SuperUser may give, by an operator.</summary>
    [Authorize(Roles = Roles.Operator)]
    public override async Task<Contracts.V1.OfficerGroup> RaiseLimit(RaiseOfficerLimitRequest request, ServerCallContext context)
    {
        var (caller, ct, id, reason) = (GrantCaller.Of(context), context.CancellationToken, Id("group_id", request.GroupId), Text("reason", request.Reason, 1, 1000, lines: true));
        var limit = request.CallsPerOfficerAndDay is >= 1 and <= HighestLimit and var asked ? asked : throw Problems.Invalid("calls_per_officer_and_day", $"must be 1-{HighestLimit}");
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var group = await LockAsync(id, agency: null, ct);
        RequireAlive(group);
        if (group.AgencyId == caller.Agency)
        {
            throw GrantRules.OwnAgency();
        }

        if (group.Officers.Exists(officer => officer.PersonId == caller.Person))
        {
            throw Self();
        }

        if (group.CallsPerOfficerAndDay != limit)
        {
            group.CallsPerOfficerAndDay = limit;
            db.Record(group, OfficerGroupAct.LimitRaised, caller.Person, Now(), reason, [], []);
            await db.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
        }

        return Answer(group);
    }
}
