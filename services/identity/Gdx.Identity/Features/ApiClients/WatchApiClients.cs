using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Data;
using Gdx.ServiceDefaults;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Gdx.Identity.Features;

public sealed partial class ApiClientService
{
    private const int BatchSize = 500;
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(1); // A fifth of the watcher's lease: four may be lost before it stops trusting what it has.

    /// <summary>gRPC gdx.identity.v1.ApiClients/Watch: everything after a revision, then every change as it commits, for the linkage-adapter.</summary>
    [Authorize(Roles = Roles.LinkageAdapter)]
    public override async Task Watch(WatchApiClientsRequest request, IServerStreamWriter<WatchApiClientsReply> responseStream, ServerCallContext context)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        try
        {
            await SendAsync(request, responseStream, stop.Token);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // The stream ends in order; the watcher goes on at another replica, or here after the restart.
        }
    }

    private async Task SendAsync(WatchApiClientsRequest request, IServerStreamWriter<WatchApiClientsReply> responseStream, CancellationToken ct)
    {
        var (epoch, highest) = await db.ReadEpochAsync(ct);
        var last = request.AfterRevision;
        if (request.Epoch != epoch || last < 0 || last > highest)
        {
            last = 0;
            await responseStream.WriteAsync(new WatchApiClientsReply { Reset = new WatchReset() }, ct);
        }

        while (true)
        {
            // Taken before reading, so that a change in between wakes us at once.
            var next = signals.Next(DatabaseSignals.Watch);
            var changes = await db.ApiClients.AsNoTracking().Where(client => client.Revision > last).OrderBy(client => client.Revision).Take(BatchSize).ToListAsync(ct);
            foreach (var client in changes)
            {
                await responseStream.WriteAsync(new WatchApiClientsReply { Client = Change(client) }, ct);
                last = client.Revision;
            }

            if (changes.Count < BatchSize)
            {
                await responseStream.WriteAsync(new WatchApiClientsReply { Heartbeat = new WatchHeartbeat { Epoch = epoch, Revision = last } }, ct);
                await DatabaseSignals.WaitAsync(next, Heartbeat, ct);
            }
        }
    }

    private static ApiClientChange Change(Data.ApiClient client) => new()
    {
        Revision = client.Revision,
        Id = client.Id.ToString(),
        AgencyId = client.AgencyId.ToString(),
        ConsumerKey = client.ConsumerKey.ToString(),
        State = client.State,
        SecretHash = client.SecretHash is null ? ByteString.Empty : ByteString.CopyFrom(client.SecretHash),
        Agents = { client.Agents.Select(Known) },
        OldSecretHash = client.OldSecretHash is null ? ByteString.Empty : ByteString.CopyFrom(client.OldSecretHash),
        OldSecretEndsAt = client.OldSecretEndsAt?.ToTimestamp(),
        SecretGeneration = client.SecretGeneration,
        CallerAddresses = { client.CallerAddresses },
        ExpiresAt = client.ExpiresAt?.ToTimestamp(),
        KeyIds = { client.Keys.Select(key => key.Id) },
        DefaultPurpose = client.DefaultPurpose ?? "",
    };

    private static KnownAgent Known(ApiClientAgent agent) => agent.CitizenIdHash is null
        ? new() { SystemName = agent.AgentId, AgentId = agent.AgentId }
        : new() { CitizenIdHash = ByteString.CopyFrom(agent.CitizenIdHash), AgentId = agent.AgentId };
}
