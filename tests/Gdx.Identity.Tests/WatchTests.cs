using System.Diagnostics;
using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Features;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gdx.Identity.Tests;

public sealed class WatchTests(IdentityApp app) : IClassFixture<IdentityApp>
{
    [Fact]
    public async Task A_first_watch_is_told_to_forget_and_gets_everything_in_order()
    {
        var first = await app.LetInAsync();
        var second = await app.LetInAsync(form => form.Agents.Add(new Agent { SystemName = "Batch", DisplayName = "Night run" }));
        await using var watch = await OpenAsync("", 0);

        var (changes, heartbeat) = await watch.UntilHeartbeatAsync();

        Assert.True(watch.WasReset);
        Assert.Equal(changes.OrderBy(change => change.Revision), changes);
        Assert.Equal(changes[^1].Revision, heartbeat.Revision);
        Assert.Contains(changes, change => change.Id == first.ApiClientId);
        var told = Assert.Single(changes, change => change.Id == second.ApiClientId);
        Assert.Equal((ApiClientState.Unclaimed, second.ConsumerKey, second.AgencyId), (told.State, told.ConsumerKey, told.AgencyId));
        Assert.Empty(told.SecretHash);
        Assert.Equal(["Batch"], told.Agents.Where(agent => agent.KeyCase == KnownAgent.KeyOneofCase.SystemName).Select(agent => agent.SystemName));
        var officer = Assert.Single(told.Agents, agent => agent.KeyCase == KnownAgent.KeyOneofCase.CitizenIdHash);
        Assert.Equal(32, officer.CitizenIdHash.Length);
        Assert.True(Guid.TryParse(officer.AgentId, out _));
    }

    [Fact]
    public async Task A_claim_and_a_revocation_arrive_within_a_second()
    {
        var client = (await app.LetInAsync()).ApiClientId;
        await using var watch = await OpenAsync("", 0);
        await watch.UntilHeartbeatAsync();

        var secret = await app.ClaimAsync(client);
        var claimed = await watch.ChangeAsync(client, TimeSpan.FromSeconds(1));
        await RevokeAsync(client);
        var revoked = await watch.ChangeAsync(client, TimeSpan.FromSeconds(1));

        Assert.Equal(ApiClientState.Active, claimed.State);
        Assert.Equal(Secrets.Hash(secret), claimed.SecretHash.ToByteArray());
        Assert.Equal(ApiClientState.Revoked, revoked.State);
        Assert.True(revoked.Revision > claimed.Revision);
    }

    [Fact]
    public async Task A_watch_that_comes_back_gets_only_what_is_newer()
    {
        var seen = (await app.LetInAsync()).ApiClientId;
        await using var before = await OpenAsync("", 0);
        var (_, last) = await before.UntilHeartbeatAsync();
        var missed = (await app.LetInAsync()).ApiClientId;

        await using var after = await OpenAsync(last.Epoch, last.Revision);
        var (changes, heartbeat) = await after.UntilHeartbeatAsync();

        Assert.False(after.WasReset);
        Assert.Contains(changes, change => change.Id == missed);
        Assert.DoesNotContain(changes, change => change.Id == seen);
        Assert.All(changes, change => Assert.True(change.Revision > last.Revision));
        Assert.Equal(last.Epoch, heartbeat.Epoch);
    }

    [Fact]
    public async Task A_watch_that_knows_another_database_or_the_future_starts_anew()
    {
        var client = (await app.LetInAsync()).ApiClientId;
        await using var plain = await OpenAsync("", 0);
        var (_, last) = await plain.UntilHeartbeatAsync();

        foreach (var (epoch, revision) in new[] { (Guid.NewGuid().ToString(), last.Revision), ("nonsense", 1), (last.Epoch, last.Revision + 1_000_000), (last.Epoch, -1), (last.Epoch, long.MinValue) })
        {
            await using var watch = await OpenAsync(epoch, revision);
            var (changes, _) = await watch.UntilHeartbeatAsync();
            Assert.True(watch.WasReset);
            Assert.Contains(changes, change => change.Id == client);
        }
    }

    [Fact]
    public async Task A_quiet_stream_beats_every_second()
    {
        await using var own = new IdentityApp();
        await own.InitializeAsync();
        await using var watch = new Watching(own.Clients.Watch(new(), await own.AsAsync(IdentityApp.Adapter)));
        await watch.UntilHeartbeatAsync();
        var since = Stopwatch.StartNew();

        await watch.UntilHeartbeatAsync();
        await watch.UntilHeartbeatAsync();

        Assert.InRange(since.Elapsed.TotalSeconds, 0, 4); // Two beats, well inside the watcher's lease of 5 s even on a busy machine.
    }

    [Fact]
    public async Task A_server_that_stops_ends_the_stream_in_order()
    {
        await using var own = new IdentityApp();
        await own.InitializeAsync();
        await using var watch = new Watching(own.Clients.Watch(new(), await own.AsAsync(IdentityApp.Adapter)));
        await watch.UntilHeartbeatAsync();

        own.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        await watch.EndAsync();
    }

    [Fact]
    public async Task A_renewed_client_keeps_its_secret_until_the_new_one_is_claimed()
    {
        var client = (await app.LetInAsync()).ApiClientId;
        var old = await app.ClaimAsync(client);
        await using var watch = await OpenAsync("", 0);
        await watch.UntilHeartbeatAsync();

        await app.Clients.RenewAsync(new() { ApiClientId = client }, await app.AsAsync(IdentityApp.Maker));
        var renewed = await watch.ChangeAsync(client);
        var secret = await app.ClaimAsync(client);
        var claimed = await watch.ChangeAsync(client);

        Assert.Equal((ApiClientState.Active, Secrets.Hash(old)), (renewed.State, renewed.SecretHash.ToByteArray()), Comparer);
        Assert.Equal((ApiClientState.Active, Secrets.Hash(secret)), (claimed.State, claimed.SecretHash.ToByteArray()), Comparer);
        await TestEnvironment.Eventually.True(() => app.Told.OfType<ApiClientRenewed>().Any(told => told.ApiClientId.ToString() == client), "the renewal on the bus");
    }

    [Fact]
    public async Task A_revoked_client_is_over_for_good()
    {
        var client = (await app.LetInAsync()).ApiClientId;
        var code = await app.ClaimCodeAsync(client);

        var first = await RevokeAsync(client);
        var again = await RevokeAsync(client);
        using var page = await app.OpenClaimAsync(code);
        using var button = await app.PostClaimAsync(code);

        Assert.Equal((ApiClientState.Revoked, first), (first.State, again));
        Assert.Equal([System.Net.HttpStatusCode.Gone, System.Net.HttpStatusCode.Gone], [page.StatusCode, button.StatusCode]);
        Assert.Equal("identity.claim.revoked", (await IdentityApp.JsonAsync(button))["code"]!.GetValue<string>());
        var renewal = await Assert.ThrowsAsync<RpcException>(async () => await app.Clients.RenewAsync(new() { ApiClientId = client }, await app.AsAsync(IdentityApp.Maker)));
        var link = await Assert.ThrowsAsync<RpcException>(() => app.ClaimCodeAsync(client));
        Assert.Equal([StatusCode.FailedPrecondition, StatusCode.FailedPrecondition], [renewal.StatusCode, link.StatusCode]);
        await TestEnvironment.Eventually.True(() => app.Told.OfType<ApiClientRevoked>().Count(told => told.ApiClientId.ToString() == client) == 1, "one revocation on the bus");
    }

    private static bool Comparer((ApiClientState State, byte[] Hash) one, (ApiClientState State, byte[] Hash) other) => one.State == other.State && one.Hash.SequenceEqual(other.Hash);

    private async Task<ApiClient> RevokeAsync(string client) => await app.Clients.RevokeAsync(new() { ApiClientId = client, Reason = "It left the building." }, await app.AsAsync(IdentityApp.Maker));

    private async Task<Watching> OpenAsync(string epoch, long revision) =>
        new(app.Clients.Watch(new() { Epoch = epoch, AfterRevision = revision }, await app.AsAsync(IdentityApp.Adapter)));

    private sealed class Watching(AsyncServerStreamingCall<WatchApiClientsReply> call) : IAsyncDisposable
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

        public bool WasReset { get; private set; }

        public async Task<(List<ApiClientChange> Changes, WatchHeartbeat Heartbeat)> UntilHeartbeatAsync()
        {
            var changes = new List<ApiClientChange>();
            while (true)
            {
                var reply = await NextAsync(Patience);
                switch (reply.KindCase)
                {
                    case WatchApiClientsReply.KindOneofCase.Reset: WasReset = true; break;
                    case WatchApiClientsReply.KindOneofCase.Client: changes.Add(reply.Client); break;
                    default: return (changes, reply.Heartbeat);
                }
            }
        }

        public async Task<ApiClientChange> ChangeAsync(string client, TimeSpan? within = null)
        {
            var since = Stopwatch.StartNew();
            while (true)
            {
                var reply = await NextAsync((within ?? Patience) - since.Elapsed);
                if (reply.Client?.Id == client)
                {
                    return reply.Client;
                }
            }
        }

        /// <summary>Reads until the server ends the stream.</summary>
        public async Task EndAsync()
        {
            while (await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken).WaitAsync(Patience))
            {
                Assert.NotEqual(WatchApiClientsReply.KindOneofCase.None, call.ResponseStream.Current.KindCase);
            }
        }

        public ValueTask DisposeAsync()
        {
            call.Dispose();
            return ValueTask.CompletedTask;
        }

        private async Task<WatchApiClientsReply> NextAsync(TimeSpan within)
        {
            Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken).WaitAsync(within));
            return call.ResponseStream.Current;
        }
    }
}
