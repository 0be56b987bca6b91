using System.Collections.Concurrent;
using System.Net;
using Gdx.Identity.Contracts.V1;
using Gdx.TestEnvironment;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gdx.Entitlement.Tests;

/// <summary>An Identity that really listens and knows some agencies; it can be out of order.</summary>
public sealed partial class FakeIdentity : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentDictionary<Guid, AgencyState> agencies = [];

    private FakeIdentity()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(this);
        app = builder.Build();
        app.MapGrpcService<KnownAgencies>();
        app.MapGrpcService<KnownMembers>();
        app.MapGrpcService<LivingSessions>();
    }

    public string Address => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    /// <summary>Answers every call about this agency with a status that is not its caller's fault.</summary>
    public ConcurrentDictionary<Guid, StatusCode> Faults { get; } = [];

    public static async Task<FakeIdentity> StartAsync()
    {
        var identity = new FakeIdentity();
        await identity.app.StartAsync();
        return identity;
    }

    public Guid NewAgency(AgencyState state = AgencyState.Active)
    {
        var id = Guid.CreateVersion7();
        agencies[id] = state;
        return id;
    }

    public void Move(Guid agency, AgencyState to) => agencies[agency] = to;

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private sealed class KnownAgencies(FakeIdentity identity) : Agencies.AgenciesBase
    {
        public override Task<Agency> Get(GetAgencyRequest request, ServerCallContext context)
        {
            if (context.RequestHeaders.GetValue("authorization")?.StartsWith("Bearer ", StringComparison.Ordinal) is not true)
            {
                throw new RpcException(new Status(StatusCode.Unauthenticated, "who calls?"));
            }

            var id = Guid.Parse(request.AgencyId);
            if (identity.Faults.TryGetValue(id, out var fault))
            {
                throw new RpcException(new Status(fault, "the reason stays between services"));
            }

            return identity.agencies.TryGetValue(id, out var state)
                ? Task.FromResult(new Agency { Id = id.ToString(), Kind = AgencyKind.Department, NameTh = "กรมตัวอย่าง", NameEn = "Sample Department", State = state })
                : throw new RpcException(new Status(StatusCode.NotFound, "no such agency"));
        }
    }
}
