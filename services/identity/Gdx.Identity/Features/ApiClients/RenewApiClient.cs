using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Identity.Features;

public sealed partial class ApiClientService
{
    /// <summary>gRPC gdx.identity.v1.ApiClients/Renew: a new secret may be claimed by a link that is mailed; every earlier one works until then.</summary>
    [Authorize(Roles = Keepers)]
    public override Task<ApiClient> Renew(RenewApiClientRequest request, ServerCallContext context) => ChangeAsync(request.ApiClientId, context, (client, now) =>
    {
        (client.ClaimPending, client.RotationEndsAt) = (true, null);
        db.Publish(client.Id, new ApiClientRenewed { ApiClientId = client.Id, AgencyId = client.AgencyId, RenewalId = Guid.CreateVersion7(now), RenewedAt = now });
    });
}
