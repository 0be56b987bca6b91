using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Data;
using Gdx.ServiceDefaults;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using ApiClient = Gdx.Identity.Data.ApiClient;

namespace Gdx.Identity.Features;

/// <summary>gRPC gdx.identity.v1.ApiClients: the machine-to-machine credentials of agencies.</summary>
public sealed partial class ApiClientService(IdentityDb db, PublicAddress address, DatabaseSignals signals, IHostApplicationLifetime lifetime, TimeProvider clock)
    : Contracts.V1.ApiClients.ApiClientsBase
{
    /// <summary>Who may see and change the clients of an agency: operators those of every agency.</summary>
    private const string Keepers = $"{Roles.Operator},{Roles.OrganizationAdmin},{Roles.TechnicalContact}";

    private const int MostUses = 100;

    /// <summary>The client under a lock until the transaction ends: revoking, renewing, claiming and issuing links happen one after the other.</summary>
    private async Task<ApiClient> LockAsync(string id, CancellationToken ct)
    {
        var clientId = Fields.Id("api_client_id", id);
        return await db.ApiClients.FromSql($"SELECT *, xmin FROM api_clients WHERE id = {clientId} FOR UPDATE").SingleOrDefaultAsync(ct)
            ?? throw Unknown();
    }

    /// <summary>The same for a keeper, to whom the clients of other agencies do not exist.</summary>
    private async Task<ApiClient> LockAsync(string id, ServerCallContext context)
    {
        var caller = Caller.Of(context);
        var agency = caller.Is(Roles.Operator) ? (Guid?)null : caller.RequireAgency();
        var client = await LockAsync(id, context.CancellationToken);
        return agency is null || client.AgencyId == agency ? client : throw Unknown();
    }

    /// <summary>Locks the client, changes it and answers it as it then is. The change may refuse by throwing.</summary>
    private async Task<Contracts.V1.ApiClient> ChangeAsync(string id, ServerCallContext context, Action<ApiClient, DateTimeOffset> change)
    {
        var ct = context.CancellationToken;
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var client = await LockAsync(id, context);
        if (client.State == ApiClientState.Revoked)
        {
            throw WrongState("The API client is revoked for good: the agency applies again.");
        }

        change(client, clock.GetUtcNow());
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return await AnswerAsync(client, ct);
    }

    private static RpcException WrongState(string why) => Problems.Rpc(StatusCode.FailedPrecondition, "identity.client.state", why);

    private static RpcException Unknown() => Problems.Rpc(StatusCode.NotFound, "identity.client.unknown", "There is no API client with this id.");

    private async Task<Contracts.V1.ApiClient> AnswerAsync(ApiClient client, CancellationToken ct) => (await AnswerAsync([client], ct))[0];

    /// <summary>The clients with their last uses and, while a rotation goes on, who still uses the old secret.</summary>
    private async Task<IReadOnlyList<Contracts.V1.ApiClient>> AnswerAsync(IReadOnlyList<ApiClient> clients, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var ids = clients.Select(client => client.Id).ToList();
        var lastUses = await db.ApiClientUses.Where(use => ids.Contains(use.ApiClientId)).GroupBy(use => use.ApiClientId)
            .Select(uses => new { Client = uses.Key, At = uses.Max(use => use.LastUsedAt) }).ToDictionaryAsync(use => use.Client, use => use.At, ct);
        List<Contracts.V1.ApiClient> answers = [.. clients.Select(client => Answer(client, now))];
        foreach (var (client, answer) in clients.Zip(answers))
        {
            answer.LastUsedAt = lastUses.TryGetValue(client.Id, out var at) ? at.ToTimestamp() : null;
            if (answer.OldSecretEndsAt is not null) // Rare: days after a rotation.
            {
                answer.OldSecretUses.Add(await UsesAsync(client.Id, client.SecretGeneration - 1, ct));
            }
        }

        return answers;
    }

    private Task<List<Contracts.V1.SecretUse>> UsesAsync(Guid client, int? generation, CancellationToken ct) => db.ApiClientUses
        .Where(use => use.ApiClientId == client && (generation == null || use.SecretGeneration == generation))
        .OrderByDescending(use => use.LastUsedAt)
        .Take(MostUses)
        .Select(use => new Contracts.V1.SecretUse { SecretGeneration = use.SecretGeneration, AgentId = use.AgentId, LastUsedAt = use.LastUsedAt.ToTimestamp() })
        .ToListAsync(ct);

    private static Contracts.V1.ApiClient Answer(ApiClient client, DateTimeOffset now) => new()
    {
        Id = client.Id.ToString(),
        AgencyId = client.AgencyId.ToString(),
        ConsumerKey = client.ConsumerKey.ToString(),
        State = client.State,
        CreatedAt = client.CreatedAt.ToTimestamp(),
        ClaimedAt = client.ClaimedAt?.ToTimestamp(),
        ExpiresAt = client.ExpiresAt?.ToTimestamp(),
        CallerAddresses = { client.CallerAddresses },
        OldSecretEndsAt = client.OldSecretEndsAt > now ? client.OldSecretEndsAt.Value.ToTimestamp() : null,
        Keys = { client.Keys.Select(key => new Contracts.V1.ApiClientKey { Id = key.Id, Kind = ClientKeys.Kind(key), RegisteredAt = key.RegisteredAt.ToTimestamp() }) },
        SecretGeneration = client.SecretGeneration,
        ClaimPending = client.ClaimPending,
        DefaultPurpose = client.DefaultPurpose ?? "",
    };
}
