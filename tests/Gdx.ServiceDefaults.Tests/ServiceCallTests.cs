using Gdx.Catalog.Contracts.V1;
using Gdx.TestEnvironment;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Gdx.ServiceDefaults.Tests;

/// <summary>One service calls another over real sockets, with the issuer's tokens.</summary>
public sealed class ServiceCallTests : IAsyncLifetime
{
    private readonly Answers answers = new();
    private TestIssuer issuer = null!;
    private WebApplication callee = null!;
    private IHost caller = null!;
    private string address = "";

    private Datasets.DatasetsClient Client => caller.Services.GetRequiredService<Datasets.DatasetsClient>();

    public async ValueTask InitializeAsync()
    {
        issuer = await TestIssuer.StartAsync();
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(issuer.Settings).AddInMemoryCollection([new("URLS", "http://127.0.0.1:0"), new("GRPC_PORT", "0")]);
        builder.AddServiceDefaults("callee");
        builder.Services.AddSingleton(answers);
        callee = builder.Build();
        callee.UseServiceDefaults();
        callee.MapGrpcService<AnsweringDatasets>();
        await callee.StartAsync();
        address = callee.Urls.Single(url => !url.Contains("127.0.0.1", StringComparison.Ordinal)).Replace("[::]", "127.0.0.1", StringComparison.Ordinal);

        var calling = WebApplication.CreateBuilder();
        calling.Configuration.AddInMemoryCollection(issuer.Settings).AddInMemoryCollection([new("services:callee:grpc:0", address)]);
        calling.AddServiceDefaults("caller");
        calling.Services.AddServiceClient<Datasets.DatasetsClient>("callee");
        caller = calling.Build();
    }

    [Fact]
    public async Task A_service_calls_another_with_its_own_token_and_a_deadline()
    {
        var answer = await Client.GetAsync(new GetDatasetRequest());

        Assert.Equal("caller", answer.Id);
        Assert.InRange(answers.Deadline, DateTime.UtcNow, DateTime.UtcNow.AddSeconds(5));
    }

    [Fact]
    public async Task Without_a_token_or_with_another_role_nobody_comes_in()
    {
        using var channel = GrpcChannel.ForAddress(address);
        var bare = new Datasets.DatasetsClient(channel);

        Assert.Equal(StatusCode.Unauthenticated, (await RefusedAsync(bare, null)).StatusCode);
        Assert.Equal(StatusCode.PermissionDenied, (await RefusedAsync(bare, issuer.Token("somchai", "operator"))).StatusCode);
        var silent = await Assert.ThrowsAsync<RpcException>(async () => await bare.FindAsync(new(), new Metadata { { "authorization", $"Bearer {issuer.Token("caller", "service")}" } }));
        Assert.Equal(StatusCode.PermissionDenied, silent.StatusCode);
    }

    [Fact]
    public async Task A_service_that_is_away_for_a_moment_is_asked_again()
    {
        answers.Next.Enqueue(Problems.Rpc(StatusCode.Unavailable, "server.stopping", "away"));

        Assert.Equal("caller", (await Client.GetAsync(new GetDatasetRequest())).Id);
        Assert.Empty(answers.Next);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task What_a_method_throws_becomes_a_status_that_leaks_nothing(Exception thrown, StatusCode status, string code)
    {
        for (var attempt = 0; attempt < 3; attempt++)
        {
            answers.Next.Enqueue(thrown);
        }

        var refusal = await Assert.ThrowsAsync<RpcException>(async () => await Client.GetAsync(new GetDatasetRequest()));

        Assert.Equal(status, refusal.StatusCode);
        Assert.Equal(code, refusal.GetRpcStatus()!.GetDetail<Google.Rpc.ErrorInfo>()!.Reason);
        Assert.DoesNotContain("inside", refusal.ToString(), StringComparison.Ordinal);
    }

    public static TheoryData<Exception, StatusCode, string> Faults => new()
    {
        { new InvalidOperationException("inside"), StatusCode.Internal, "server.fault" },
        { new DbUpdateConcurrencyException("inside"), StatusCode.Aborted, "request.conflict" },
        { new DbUpdateException("inside", new PostgresException("inside", "ERROR", "ERROR", PostgresErrorCodes.UniqueViolation)), StatusCode.Aborted, "request.conflict" },
        { new DbUpdateException("inside", new PostgresException("inside", "ERROR", "ERROR", PostgresErrorCodes.NotNullViolation)), StatusCode.Internal, "server.fault" },
        { new NpgsqlException("inside", new IOException("inside")), StatusCode.Unavailable, "server.database.unavailable" },
        { new InvalidOperationException("inside: likely due to a transient failure", new NpgsqlException("inside", new IOException("inside"))), StatusCode.Unavailable, "server.database.unavailable" },
        { Problems.Rpc(StatusCode.NotFound, "catalog.dataset.unknown", "unknown"), StatusCode.NotFound, "catalog.dataset.unknown" },
        { Problems.Invalid("dataset_id", "missing"), StatusCode.InvalidArgument, "request.invalid" },
    };

    public async ValueTask DisposeAsync()
    {
        caller.Dispose();
        await callee.DisposeAsync();
        await issuer.DisposeAsync();
    }

    private static Task<RpcException> RefusedAsync(Datasets.DatasetsClient client, string? token) =>
        Assert.ThrowsAsync<RpcException>(async () => await client.GetAsync(new(), token is null ? [] : new Metadata { { "authorization", $"Bearer {token}" } }));
}

/// <summary>What the callee does next.</summary>
public sealed class Answers
{
    public System.Collections.Concurrent.ConcurrentQueue<Exception> Next { get; } = [];

    public DateTime Deadline { get; set; }
}

/// <summary>Throws what is next in the queue; else answers with the caller's name. Its other method says nothing about callers.</summary>
public sealed class AnsweringDatasets(Answers answers) : Datasets.DatasetsBase
{
    [Authorize(Roles = "service")]
    public override Task<Dataset> Get(GetDatasetRequest request, ServerCallContext context)
    {
        answers.Deadline = context.Deadline;
        return answers.Next.TryDequeue(out var fault) ? Task.FromException<Dataset>(fault) : Task.FromResult(new Dataset { Id = context.GetHttpContext().User.Identity!.Name });
    }

    public override Task<FindDatasetsReply> Find(FindDatasetsRequest request, ServerCallContext context) => Task.FromResult(new FindDatasetsReply());
}
