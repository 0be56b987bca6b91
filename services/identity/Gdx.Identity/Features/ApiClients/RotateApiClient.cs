using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Identity.Features;

public sealed partial class ApiClientService
{
    private static readonly TimeSpan LongestOverlap = TimeSpan.FromDays(30); // Long enough to reach every program of an agency, short enough that it is done.

    /// <summary>gRPC gdx.identity.v1.ApiClients/Rotate: a further secret may be claimed by a link that is mailed; the present one works on until the chosen end.</summary>
    [Authorize(Roles = Keepers)]
    public override Task<ApiClient> Rotate(RotateApiClientRequest request, ServerCallContext context) => ChangeAsync(request.ApiClientId, context, (client, now) =>
    {
        var end = Fields.Time("old_ends_at", request.OldEndsAt);
        if (end <= now || end > now + LongestOverlap)
        {
            throw Problems.Invalid("old_ends_at", "must lie in the future, at most 30 days ahead");
        }

        if (client.SecretHash is null)
        {
            throw WrongState("The API client has no secret yet: renew it to get a link.");
        }

        if (client.OldSecretEndsAt > now)
        {
            // Claiming a third would end the oldest before its promised time.
            throw WrongState("The secret before the present one still works: wait for its end, or renew the client to end both.");
        }

        (client.ClaimPending, client.RotationEndsAt) = (true, end);
        db.Publish(client.Id, new ApiClientRenewed { ApiClientId = client.Id, AgencyId = client.AgencyId, RenewalId = Guid.CreateVersion7(now), RenewedAt = now });
    });
}
