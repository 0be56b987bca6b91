using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Identity.Features;

public sealed partial class AgencyService
{
    /// <summary>gRPC gdx.identity.v1.Agencies/Reinstate: a suspended agency works again; its API clients are as they were, its people sign in anew.</summary>
    [Authorize(Roles = Roles.Operator)]
    public override async Task<Agency> Reinstate(ReinstateAgencyRequest request, ServerCallContext context)
    {
        var (ct, person, now, reason) = (context.CancellationToken, context.Person(), clock.GetUtcNow(), Fields.Text("reason", request.Reason, 1000, lines: true));
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var agency = await LockAsync(request.AgencyId, ct);
        if (agency.State != AgencyState.Suspended)
        {
            throw WrongState(agency);
        }

        foreach (var client in await LockClientsAsync(agency, ct))
        {
            if (client is { State: ApiClientState.Suspended, StateBeforeSuspension: { } before })
            {
                (client.State, client.StateBeforeSuspension) = (before, null);
            }
        }

        Move(agency, AgencyState.Active, person, now, reason);
        db.Publish(agency.Id, new AgencyReinstated { AgencyId = agency.Id, At = now, By = person });
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return await AnswerAsync(agency, ct);
    }
}
