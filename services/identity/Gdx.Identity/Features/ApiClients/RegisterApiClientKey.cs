using Gdx.Identity.Contracts.V1;
using Gdx.ServiceDefaults;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Gdx.Identity.Features;

public sealed partial class ApiClientService
{
    private const int MostKeys = 5; // Two while one takes over from the other; a few programs with a key of their own.

    /// <summary>gRPC gdx.identity.v1.ApiClients/RegisterKey: a public key with which the client proves itself at the token endpoint. A client may have one before, or instead of, a secret.</summary>
    [Authorize(Roles = Keepers)]
    public override Task<ApiClient> RegisterKey(RegisterApiClientKeyRequest request, ServerCallContext context)
    {
        var (id, jwk) = ClientKeys.Read("jwk", request.Jwk);
        var person = context.Person();
        return ChangeAsync(request.ApiClientId, context, (client, now) =>
        {
            if (client.Keys.Any(key => key.Id == id))
            {
                throw Problems.Rpc(StatusCode.AlreadyExists, "identity.client.key.known", "The API client has this key already.");
            }

            if (client.Keys.Count >= MostKeys)
            {
                throw WrongState("The API client has five keys: remove one first.");
            }

            client.Keys = [.. client.Keys, new(id, jwk, now, person)];
            // It has something to prove itself with from now on; where its agency is suspended, from then on.
            if (client.State == ApiClientState.Unclaimed)
            {
                client.State = ApiClientState.Active;
            }
            else if (client.StateBeforeSuspension == ApiClientState.Unclaimed)
            {
                client.StateBeforeSuspension = ApiClientState.Active;
            }
        });
    }

    /// <summary>gRPC gdx.identity.v1.ApiClients/RemoveKey: the key proves nothing any more, and the tokens that were got with it end.</summary>
    [Authorize(Roles = Keepers)]
    public override Task<ApiClient> RemoveKey(RemoveApiClientKeyRequest request, ServerCallContext context) => ChangeAsync(request.ApiClientId, context, (client, _) =>
        client.Keys = client.Keys.Any(key => key.Id == request.KeyId)
            ? [.. client.Keys.Where(key => key.Id != request.KeyId)]
            : throw Problems.Rpc(StatusCode.NotFound, "identity.client.key.unknown", "The API client has no such key."));
}
