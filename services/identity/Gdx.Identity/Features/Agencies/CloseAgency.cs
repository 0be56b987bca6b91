using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Identity.Features;

public sealed partial class AgencyService
{
    private const string Closed = "The agency is closed.";

    /// <summary>gRPC gdx.identity.v1.Agencies/Close: ends an agency for good; its sessions end and its API clients are revoked.</summary>
    [Authorize(Roles = Roles.Operator)]
    public override async Task<Agency> Close(CloseAgencyRequest request, ServerCallContext context)
    {
        var (ct, person, now, reason) = (context.CancellationToken, context.Person(), clock.GetUtcNow(), Fields.Text("reason", request.Reason, 1000, lines: true));
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var agency = await LockAsync(request.AgencyId, ct);
        if (agency.State is not (AgencyState.Active or AgencyState.Suspended))
        {
            throw WrongState(agency);
        }

        foreach (var client in await LockClientsAsync(agency, ct))
        {
            if (client.State != ApiClientState.Revoked)
            {
                (client.State, client.StateBeforeSuspension, client.ClaimPending, client.SecretHash) = (ApiClientState.Revoked, null, false, null);
                (client.RevokedAt, client.RevokedBy, client.RevokedBecause) = (now, person, Closed);
                db.Publish(client.Id, new ApiClientRevoked { ApiClientId = client.Id, AgencyId = agency.Id, RevokedAt = now, RevokedBy = person });
            }
        }

        await EndSessionsAsync(agency, now, "agency-closed", ct);
        Move(agency, AgencyState.Closed, person, now, reason);
        db.Publish(agency.Id, new AgencyClosed { AgencyId = agency.Id, At = now, By = person });
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return await AnswerAsync(agency, ct);
    }
}
