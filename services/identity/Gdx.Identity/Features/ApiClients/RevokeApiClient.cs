using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Identity.Features;

public sealed partial class ApiClientService
{
    /// <summary>gRPC gdx.identity.v1.ApiClients/Revoke: ends a client at once and for good. One person is enough: taking away must never wait.</summary>
    [Authorize(Roles = Keepers)]
    public override async Task<ApiClient> Revoke(RevokeApiClientRequest request, ServerCallContext context)
    {
        var (ct, person, now, reason) = (context.CancellationToken, context.Person(), clock.GetUtcNow(), Fields.Text("reason", request.Reason, 1000, lines: true));
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var client = await LockAsync(request.ApiClientId, context);
        if (client.State != ApiClientState.Revoked)
        {
            (client.State, client.ClaimPending, client.SecretHash) = (ApiClientState.Revoked, false, null);
            (client.OldSecretHash, client.OldSecretEndsAt, client.RotationEndsAt, client.Keys) = (null, null, null, []);
            (client.RevokedAt, client.RevokedBy, client.RevokedBecause) = (now, person, reason);
            db.Publish(client.Id, new ApiClientRevoked { ApiClientId = client.Id, AgencyId = client.AgencyId, RevokedAt = now, RevokedBy = person });
            await db.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
        }

        return await AnswerAsync(client, ct);
    }
}
