using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Gdx.Identity.Contracts.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gdx.Notification.Tests;

/// <summary>An Identity that really listens and hands out claim links; it can be out of order, and have nothing to claim.</summary>
public sealed class FakeIdentity : IAsyncDisposable
{
    private readonly WebApplication app;

    private FakeIdentity()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, Port, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(this);
        app = builder.Build();
        app.MapGrpcService<ClaimLinks>();
    }

    public string Address => $"http://127.0.0.1:{Port}";

    /// <summary>While true every call is answered UNAVAILABLE.</summary>
    public bool OutOfOrder { get; set; }

    /// <summary>Clients that have been claimed or revoked.</summary>
    public ConcurrentDictionary<Guid, bool> Gone { get; } = [];

    /// <summary>The secret part of every link handed out, by client.</summary>
    public ConcurrentDictionary<Guid, string> Codes { get; } = [];

    private int Port { get; } = FreePort.Next();

    public static string ContactOf(Guid client) => $"contact-{client:N}@welfare.test";

    public static async Task<FakeIdentity> StartAsync()
    {
        var identity = new FakeIdentity();
        await identity.app.StartAsync();
        return identity;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private sealed class ClaimLinks(FakeIdentity identity) : ApiClients.ApiClientsBase
    {
        public override Task<ClaimLink> IssueClaimLink(IssueClaimLinkRequest request, ServerCallContext context)
        {
            var id = Guid.Parse(request.ApiClientId);
            if (identity.OutOfOrder)
            {
                throw new RpcException(new Status(StatusCode.Unavailable, "out of order"));
            }

            if (identity.Gone.ContainsKey(id))
            {
                throw new RpcException(new Status(StatusCode.FailedPrecondition, "nothing to claim"));
            }

            return Task.FromResult(new ClaimLink
            {
                Url = $"http://identity.test/claim?code={identity.Codes.GetOrAdd(id, _ => $"canary{Guid.NewGuid():N}")}",
                ExpiresAt = new DateTimeOffset(2026, 12, 1, 2, 30, 0, TimeSpan.Zero).ToTimestamp(),
                ContactEmail = ContactOf(id),
                ConsumerKey = id.ToString(),
                AgencyNameTh = "กรม <ตัวอย่าง>",
                AgencyNameEn = "Sample & Department",
            });
        }
    }
}

/// <summary>A port that was free a moment ago.</summary>
internal static class FreePort
{
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
