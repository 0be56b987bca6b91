using System.Net.Sockets;
using System.Security.Cryptography;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Net.Client;

namespace Gdx.SystemTests;

/// <summary>What the running system refuses from outside.</summary>
public sealed class ClosedDoorTests(RunningSystem system)
{
    private static readonly Marshaller<byte[]> Raw = Marshallers.Create(bytes => bytes, bytes => bytes);

    public static TheoryData<string, string> EveryMethod()
    {
        var data = new TheoryData<string, string>();
        foreach (var (service, file) in new (string, FileDescriptor)[]
        {
            ("identity", Identity.Contracts.V1.IdentityReflection.Descriptor), ("catalog", Catalog.Contracts.V1.CatalogReflection.Descriptor),
            ("entitlement", Entitlement.Contracts.V1.EntitlementReflection.Descriptor), ("linkage-adapter", LinkageAdapter.Contracts.V1.LinkageAdapterReflection.Descriptor),
            ("notification", Notification.Contracts.V1.NotificationReflection.Descriptor),
        })
        {
            foreach (var method in file.Services.SelectMany(one => one.Methods))
            {
                data.Add(service, $"{method.Service.FullName}/{method.Name}");
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(EveryMethod))]
    public async Task No_method_answers_a_caller_without_a_token(string service, string method)
    {
        using var channel = GrpcChannel.ForAddress(Grpc(service));
        var parts = method.Split('/');

        using var call = channel.CreateCallInvoker().AsyncServerStreamingCall(new Method<byte[], byte[]>(MethodType.ServerStreaming, parts[0], parts[1], Raw, Raw), null, new CallOptions(deadline: DateTime.UtcNow.AddSeconds(10)), []);
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await call.ResponseStream.MoveNext(default));

        Assert.Equal(StatusCode.Unauthenticated, refused.StatusCode);
    }

    [Theory]
    [InlineData("identity")]
    [InlineData("catalog")]
    [InlineData("entitlement")]
    [InlineData("linkage-adapter")]
    [InlineData("notification")]
    public async Task Garbage_on_a_grpc_port_harms_nobody(string service)
    {
        var address = new Uri(Grpc(service));
        foreach (var length in new[] { 1, 24, 4096, 70_000 })
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(address.Host, address.Port);
            try
            {
                await socket.GetStream().WriteAsync(RandomNumberGenerator.GetBytes(length));
            }
            catch (IOException)
            {
                continue; // Hung up on while we were still talking: the right answer to garbage.
            }
        }

        var health = await system.Exchange.SendAsync(HttpMethod.Get, $"{Http(service)}/health");
        Assert.Equal(200, health.Status);
    }

    [Theory]
    [InlineData("/v1/evidence", 401)]
    [InlineData("/", 401, 404)]
    [InlineData("/v1/unknown", 401, 404)]
    public async Task No_http_route_answers_a_caller_without_a_token(string path, params int[] refusals)
    {
        var answer = await system.Exchange.SendAsync(HttpMethod.Get, system.Exchange.Endpoints.Api + path);

        Assert.Contains(answer.Status, refusals);
    }

    [Fact]
    public async Task A_consumer_cannot_read_the_evidence()
    {
        var client = system.Client;
        var token = (await system.Exchange.ValidateAsync(client.ConsumerKey, client.ConsumerSecret, client.AgentId)).Json["Result"]!.GetValue<string>();

        var answer = await system.Exchange.SendAsync(HttpMethod.Get, $"{system.Exchange.Endpoints.Api}/v1/evidence", [("Consumer-Key", client.ConsumerKey), ("Token", token), ("Authorization", $"Bearer {token}")]);

        Assert.Equal(401, answer.Status);
    }

    [Fact]
    public async Task An_api_clients_access_token_opens_the_api_and_no_other_door()
    {
        var client = system.Client;
        using var http = new HttpClient();
        using var form = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("client_id", client.ConsumerKey), new("client_secret", client.ConsumerSecret), new("agent_id", client.AgentId)]);
        using var issued = await http.PostAsync(new Uri(system.Exchange.Endpoints.Identity + "/connect/token"), form);
        var token = System.Text.Json.Nodes.JsonNode.Parse(await issued.EnsureSuccessStatusCode().Content.ReadAsStringAsync())!["access_token"]!.GetValue<string>();

        var record = await system.Exchange.SendAsync(HttpMethod.Get, $"{system.Exchange.Endpoints.Api}/ws/dopa/linkage/v1/link?OfficeID=00023&ServiceID=001&Version=01&CitizenID={client.CitizenId}", [("Authorization", $"Bearer {token}")]);
        var evidence = await system.Exchange.SendAsync(HttpMethod.Get, $"{system.Exchange.Endpoints.Api}/v1/evidence", [("Authorization", $"Bearer {token}")]);

        Assert.Equal((200, 401), (record.Status, evidence.Status));
        foreach (var row in EveryMethod())
        {
            var (service, method) = row.Data;
            using var channel = GrpcChannel.ForAddress(Grpc(service));
            var parts = method.Split('/');
            using var call = channel.CreateCallInvoker().AsyncServerStreamingCall(new Method<byte[], byte[]>(MethodType.ServerStreaming, parts[0], parts[1], Raw, Raw), null,
                new CallOptions(new Metadata { { "authorization", $"Bearer {token}" } }, DateTime.UtcNow.AddSeconds(10)), []);
            var refused = await Assert.ThrowsAsync<RpcException>(async () => await call.ResponseStream.MoveNext(default));
            Assert.True(refused.StatusCode == StatusCode.Unauthenticated, $"{method}: {refused.StatusCode}");
        }
    }

    private string Grpc(string service) => service switch
    {
        "identity" => system.Exchange.Endpoints.IdentityGrpc,
        "catalog" => system.Exchange.Endpoints.CatalogGrpc,
        "entitlement" => system.Exchange.Endpoints.EntitlementGrpc,
        "linkage-adapter" => system.Exchange.Endpoints.LinkageAdapterGrpc,
        _ => system.Exchange.Endpoints.NotificationGrpc,
    };

    private string Http(string service) => service switch
    {
        "identity" => system.Exchange.Endpoints.Identity,
        "catalog" => system.Exchange.Endpoints.Catalog,
        "entitlement" => system.Exchange.Endpoints.Entitlement,
        "linkage-adapter" => system.Exchange.Endpoints.Api,
        _ => system.Exchange.Endpoints.Notification,
    };
}
