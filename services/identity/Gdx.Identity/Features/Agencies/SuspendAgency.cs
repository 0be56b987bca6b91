using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Identity.Features;

public sealed partial class AgencyService
{
    /// <summary>gRPC gdx.identity.v1.Agencies/Suspend: nobody works for the agency and its API clients are refused until it is reinstated. One operator is enough: taking away must never wait.</summary>
    [Authorize(Roles = Roles.Operator)]
    public override async Task<Agency> Suspend(SuspendAgencyRequest request, ServerCallContext context)
    {
        var (ct, person, now, reason) = (context.CancellationToken, context.Person(), clock.GetUtcNow(), Fields.Text("reason", request.Reason, 1000, lines: true));
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var agency = await LockAsync(request.AgencyId, ct);
        if (agency.State != AgencyState.Active)
        {
            throw WrongState(agency);
        }

        foreach (var client in await LockClientsAsync(agency, ct))
        {
            if (client.State is ApiClientState.Unclaimed or ApiClientState.Active)
            {
                (client.StateBeforeSuspension, client.State) = (client.State, ApiClientState.Suspended);
            }
        }

        await EndSessionsAsync(agency, now, "agency-suspended", ct);
        Move(agency, AgencyState.Suspended, person, now, reason);
        db.Publish(agency.Id, new AgencySuspended { AgencyId = agency.Id, At = now, By = person });
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return await AnswerAsync(agency, ct);
    }
}
