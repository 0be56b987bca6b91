using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Identity.Features;

public sealed partial class ApiClientService
{
    /// <summary>gRPC gdx.identity.v1.ApiClients/SetExpiry: when a client ends by itself, for operators. Warnings (<see cref="WarnOfExpiry"/>) begin anew.</summary>
    [Authorize(Roles = Roles.Operator)]
    public override Task<ApiClient> SetExpiry(SetApiClientExpiryRequest request, ServerCallContext context) => ChangeAsync(request.ApiClientId, context, (client, now) =>
    {
        DateTimeOffset? end = request.ExpiresAt is null ? null : Fields.Time("expires_at", request.ExpiresAt);
        if (end <= now)
        {
            throw Problems.Invalid("expires_at", "must lie in the future: revoke the client to end it now");
        }

        if (client.ExpiresAt != end)
        {
            (client.ExpiresAt, client.ExpiryWarned) = (end, null);
        }
    });
}
