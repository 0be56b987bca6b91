using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Identity.Features;

public sealed partial class ApiClientService
{
    /// <summary>gRPC gdx.identity.v1.ApiClients/Renew: a new secret may be claimed by a link that is mailed; the old one works until then.</summary>
    [Authorize(Roles = Roles.Operator)]
    public override async Task<ApiClient> Renew(RenewApiClientRequest request, ServerCallContext context)
    {
        var (ct, now) = (context.CancellationToken, clock.GetUtcNow());
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var client = await LockAsync(request.ApiClientId, ct);
        if (client.State == ApiClientState.Revoked)
        {
            throw WrongState("The API client is revoked for good: the agency applies again.");
        }

        client.ClaimPending = true;
        db.Publish(client.Id, new ApiClientRenewed { ApiClientId = client.Id, AgencyId = client.AgencyId, RenewalId = Guid.CreateVersion7(now), RenewedAt = now });
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return Answer(client);
    }
}
