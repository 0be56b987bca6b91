using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Gdx.Identity.Contracts.V1;
using Gdx.Notification.Features;
using Gdx.TestEnvironment;
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
        app.MapGrpcService<NoticeBook>();
        app.MapGrpcService<AgencyBook>();
        app.MapGrpcService<LivingSessions>();
    }

    public string Address => $"http://127.0.0.1:{Port}";

    /// <summary>While true every call is answered UNAVAILABLE.</summary>
    public bool OutOfOrder { get; set; }

    /// <summary>Clients that have been claimed or revoked.</summary>
    public ConcurrentDictionary<Guid, bool> Gone { get; } = [];

    /// <summary>The secret part of every link handed out, by client.</summary>
    public ConcurrentDictionary<Guid, string> Codes { get; } = [];

    /// <summary>Whom each fact concerns, by kind and what it is about; where it says nothing a key contact.</summary>
    public ConcurrentDictionary<(NoticeKind Kind, Guid About), Notice> Notices { get; } = [];

    /// <summary>How Identity was last asked about a fact.</summary>
    public ConcurrentDictionary<(NoticeKind Kind, Guid About), GetNoticeRequest> Questions { get; } = [];

    /// <summary>Agencies that are not active.</summary>
    public ConcurrentDictionary<Guid, AgencyState> States { get; } = [];

    private int Port { get; } = FreePort.Next();

    public static string ContactOf(Guid client) => $"contact-{client:N}@welfare.test";

    /// <summary>Has a fact concern these people; the values are the samples', without what the event itself says.</summary>
    public void Concerns(NoticeKind kind, Guid about, Guid agency, params NoticeRecipient[] recipients)
    {
        var notice = new Notice { AgencyId = agency.ToString(), Recipients = { recipients } };
        foreach (var name in new[] { "agency_name_th", "agency_name_en", "person_name", "reason" })
        {
            notice.Values[name] = (string)Samples.Values[name];
        }

        notice.Times["submitted_at"] = ((DateTimeOffset)Samples.Values["submitted_at"]).ToTimestamp();
        Notices[(kind, about)] = notice;
    }

    /// <summary>A person with an address of their own.</summary>
    public static NoticeRecipient Person(Audience audience, Guid? id = null)
    {
        var person = id ?? Guid.NewGuid();
        return new() { Key = person.ToString(), PersonId = person.ToString(), Audience = audience, Email = AddressOf(person) };
    }

    public static string AddressOf(Guid person) => $"person-{person:N}@welfare.test";

    public static async Task<FakeIdentity> StartAsync()
    {
        var identity = new FakeIdentity();
        await identity.app.StartAsync();
        return identity;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private sealed class NoticeBook(FakeIdentity identity) : Gdx.Identity.Contracts.V1.Notices.NoticesBase
    {
        public override Task<Notice> Get(GetNoticeRequest request, ServerCallContext context)
        {
            if (identity.OutOfOrder)
            {
                throw new RpcException(new Status(StatusCode.Unavailable, "out of order"));
            }

            var about = Guid.TryParse(request.AboutId, out var id) ? id : Guid.Empty;
            identity.Questions[(request.Kind, about)] = request;
            if (identity.Notices.TryGetValue((request.Kind, about), out var notice))
            {
                return Task.FromResult(notice);
            }

            return request.Kind is NoticeKind.ApiClientCreated or NoticeKind.ApiClientRenewed
                ? Task.FromResult(new Notice { Recipients = { new NoticeRecipient { Key = "key-contact", Audience = Audience.KeyContact, Email = ContactOf(about) } } })
                : throw new RpcException(new Status(StatusCode.NotFound, "nothing to tell of"));
        }
    }

    private sealed class AgencyBook(FakeIdentity identity) : Agencies.AgenciesBase
    {
        public override Task<Agency> Get(GetAgencyRequest request, ServerCallContext context) =>
            Task.FromResult(new Agency { Id = request.AgencyId, State = identity.States.GetValueOrDefault(Guid.Parse(request.AgencyId), AgencyState.Active) });
    }

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
