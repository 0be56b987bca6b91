using System.Collections.Concurrent;
using System.Net;
using Gdx.Entitlement.Contracts.V1;
using Gdx.Identity.Contracts.V1;
using Gdx.TestEnvironment;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Gdx.LinkageAdapter.Tests;

/// <summary>
/// Identity's and Entitlement's watch streams in one process that really listens, speaks the contracts and can be stopped and started again
/// on the same port: everything after a revision, every change, heartbeats.
/// </summary>
public sealed class FakeNeighbours : IAsyncDisposable
{
    private WebApplication? app;
    private int port;

    public FakeStream<ApiClientChange> Clients { get; } = new();

    /// <summary>Grants and officer groups, by their ids.</summary>
    public FakeStream<WatchGrantsReply> Grants { get; } = new();

    /// <summary>What the adapter reported of uses and guesses.</summary>
    public ConcurrentQueue<ReportUseRequest> Reports { get; } = new();

    public string Address => $"http://127.0.0.1:{port}";

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddRoutingCore().AddLogging();
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(Clients).AddSingleton(Grants).AddSingleton(Reports);
        app = builder.Build();
        app.UseRouting();
        app.MapGrpcService<FakeApiClients>();
        app.MapGrpcService<FakeGrants>();
        app.MapGrpcService<LivingSessions>();
        await app.StartAsync();
        port = new Uri(app.Urls.Single()).Port;
    }

    /// <summary>Ends the process as seen from outside: connections break, nobody listens.</summary>
    public async Task StopAsync()
    {
        Clients.BreakOff();
        Grants.BreakOff();
        await app!.DisposeAsync();
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private sealed class FakeApiClients(FakeStream<ApiClientChange> stream, ConcurrentQueue<ReportUseRequest> reports) : ApiClients.ApiClientsBase
    {
        public override Task<ReportUseReply> ReportUse(ReportUseRequest request, ServerCallContext context)
        {
            reports.Enqueue(request);
            return Task.FromResult(new ReportUseReply());
        }

        public override Task Watch(WatchApiClientsRequest request, IServerStreamWriter<WatchApiClientsReply> responseStream, ServerCallContext context) =>
            stream.ServeAsync(request.Epoch, request.AfterRevision, context,
                () => responseStream.WriteAsync(new() { Reset = new() }),
                change => responseStream.WriteAsync(new() { Client = change }),
                (epoch, revision) => responseStream.WriteAsync(new() { Heartbeat = new() { Epoch = epoch, Revision = revision } }));
    }

    private sealed class FakeGrants(FakeStream<WatchGrantsReply> stream) : Entitlement.Contracts.V1.Grants.GrantsBase
    {
        public override Task Watch(WatchGrantsRequest request, IServerStreamWriter<WatchGrantsReply> responseStream, ServerCallContext context) =>
            stream.ServeAsync(request.Epoch, request.AfterRevision, context,
                () => responseStream.WriteAsync(new() { Reset = new() }),
                change => responseStream.WriteAsync(change),
                (epoch, revision) => responseStream.WriteAsync(new() { Heartbeat = new() { Epoch = epoch, Revision = revision } }));
    }
}

/// <summary>The rows behind one watch stream.</summary>
public sealed class FakeStream<T>
    where T : class, IMessage<T>
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, (T Row, long Revision)> rows = [];
    private long revision;
    private int sent;
    private string epoch = Guid.NewGuid().ToString();
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource broken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>While true no heartbeat and no change is sent; connections stay open.</summary>
    public bool IsStalled { get; set; }

    /// <summary>What watchers asked for: (epoch, revision).</summary>
    public ConcurrentQueue<(string Epoch, long After)> Requests { get; } = new();

    /// <summary>How many rows were sent.</summary>
    public int Sent => sent;

    /// <summary>The authorization that the last watcher came with.</summary>
    public string? Authorization { get; private set; }

    public string Epoch => epoch;

    public void Put(string id, Func<long, T> row)
    {
        lock (gate)
        {
            revision++;
            rows[id] = (row(revision), revision);
            Wake();
        }
    }

    /// <summary>Another database: the same rows under a new epoch.</summary>
    public void ChangeEpoch()
    {
        lock (gate)
        {
            epoch = Guid.NewGuid().ToString();
        }
    }

    /// <summary>Forgets a row altogether, as a restored older database would.</summary>
    public void Lose(string id)
    {
        lock (gate)
        {
            rows.Remove(id);
        }
    }

    public void BreakOff()
    {
        broken.TrySetResult();
        broken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public async Task ServeAsync(string theirEpoch, long after, ServerCallContext context, Func<Task> reset, Func<T, Task> change, Func<string, long, Task> heartbeat)
    {
        Authorization = context.RequestHeaders.GetValue("authorization");
        Requests.Enqueue((theirEpoch, after));
        var end = broken.Task;
        using var second = new PeriodicTimer(TimeSpan.FromMilliseconds(200)); // Faster than a second, so that tests are.
        var tick = Task.FromResult(true);
        if (theirEpoch != epoch || after > revision)
        {
            await reset();
            after = 0;
        }

        while (true)
        {
            List<(T Row, long Revision)> next;
            Task wake;
            long now;
            lock (gate)
            {
                (wake, now) = (changed.Task, revision);
                next = [.. rows.Values.Where(row => row.Revision > after).OrderBy(row => row.Revision)];
            }

            if (!IsStalled)
            {
                foreach (var (row, _) in next)
                {
                    await change(row);
                    Interlocked.Increment(ref sent);
                }

                await heartbeat(epoch, now);
                after = now;
            }

            tick = tick.IsCompleted ? second.WaitForNextTickAsync(context.CancellationToken).AsTask() : tick;
            await Task.WhenAny(wake, tick, end);
            if (end.IsCompleted || context.CancellationToken.IsCancellationRequested)
            {
                throw new RpcException(new Status(StatusCode.Unavailable, "stopped"));
            }
        }
    }

    private void Wake()
    {
        changed.TrySetResult();
        changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
