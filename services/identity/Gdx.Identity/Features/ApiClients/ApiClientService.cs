using Gdx.Identity.Data;
using Gdx.ServiceDefaults;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

/// <summary>gRPC gdx.identity.v1.ApiClients: the machine-to-machine credentials of agencies.</summary>
public sealed partial class ApiClientService(IdentityDb db, PublicAddress address, DatabaseSignals signals, IHostApplicationLifetime lifetime, TimeProvider clock)
    : Contracts.V1.ApiClients.ApiClientsBase
{
    /// <summary>The client under a lock until the transaction ends: revoking, renewing, claiming and issuing links happen one after the other.</summary>
    private async Task<ApiClient> LockAsync(string id, CancellationToken ct)
    {
        var clientId = Fields.Id("api_client_id", id);
        return await db.ApiClients.FromSql($"SELECT *, xmin FROM api_clients WHERE id = {clientId} FOR UPDATE").SingleOrDefaultAsync(ct)
            ?? throw Problems.Rpc(StatusCode.NotFound, "identity.client.unknown", "There is no API client with this id.");
    }

    private static RpcException WrongState(string why) => Problems.Rpc(StatusCode.FailedPrecondition, "identity.client.state", why);

    private static Contracts.V1.ApiClient Answer(ApiClient client) => new()
    {
        Id = client.Id.ToString(),
        AgencyId = client.AgencyId.ToString(),
        ConsumerKey = client.ConsumerKey.ToString(),
        State = client.State,
        CreatedAt = client.CreatedAt.ToTimestamp(),
        ClaimedAt = client.ClaimedAt?.ToTimestamp(),
    };
}
