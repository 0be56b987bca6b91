using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.TestEnvironment;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Gdx.Identity.Tests;

public sealed class ApiClientTests(IdentityApp app) : IClassFixture<IdentityApp>
{
    [Theory]
    [InlineData(Roles.OrganizationAdmin)]
    [InlineData(Roles.TechnicalContact)]
    public async Task An_agency_finds_its_own_clients_and_nobody_elses(string role)
    {
        var (mine, theirs) = (await TestClient.InAsync(app), await TestClient.InAsync(app));
        var me = (await SignedIn.AsAsync(app, mine.Agency, role)).Metadata;

        var found = await app.Clients.FindAsync(new(), me);
        var got = await app.Clients.GetAsync(new() { ApiClientId = mine.Id.ToString() }, me);

        Assert.Equal([mine.Id.ToString()], found.Clients.Select(client => client.Id));
        Assert.Equal((mine.ConsumerKey.ToString(), 1), (got.ConsumerKey, got.SecretGeneration));
        var unknown = Guid.NewGuid().ToString();
        foreach (var id in new[] { theirs.Id.ToString(), unknown })
        {
            Func<Task>[] attempts =
            [
                async () => await app.Clients.GetAsync(new() { ApiClientId = id }, me),
                async () => await app.Clients.RenewAsync(new() { ApiClientId = id }, me),
                async () => await app.Clients.RotateAsync(new() { ApiClientId = id, OldEndsAt = In(TimeSpan.FromDays(1)) }, me),
                async () => await app.Clients.RevokeAsync(new() { ApiClientId = id, Reason = "not mine" }, me),
                async () => await app.Clients.SetCallerAddressesAsync(new() { ApiClientId = id }, me),
                async () => await app.Clients.SetDefaultPurposeAsync(new() { ApiClientId = id }, me),
                async () => await app.Clients.RegisterKeyAsync(new() { ApiClientId = id, Jwk = TestClient.NewEcKey().Jwk }, me),
                async () => await app.Clients.RemoveKeyAsync(new() { ApiClientId = id, KeyId = "x" }, me),
            ];
            foreach (var attempt in attempts)
            {
                await RefusedAsync(attempt, StatusCode.NotFound, "identity.client.unknown");
            }
        }

        await RefusedAsync(async () => await app.Clients.FindAsync(new() { AgencyId = theirs.Agency.ToString() }, me), StatusCode.NotFound, "identity.agency.unknown");
        Assert.Equal(ApiClientState.Active, (await app.Clients.GetAsync(new() { ApiClientId = theirs.Id.ToString() }, await app.AsAsync(IdentityApp.Maker))).State);
    }

    [Fact]
    public async Task Before_the_chosen_end_of_a_rotation_both_secrets_work_and_after_it_one()
    {
        var client = await TestClient.InAsync(app);
        var me = (await SignedIn.AsAsync(app, client.Agency, Roles.TechnicalContact)).Metadata;
        var end = In(TimeSpan.FromDays(30) - TimeSpan.FromMinutes(1));

        var asked = await app.Clients.RotateAsync(new() { ApiClientId = client.Id.ToString(), OldEndsAt = end }, me);
        Assert.True(asked.ClaimPending);
        Assert.Equal((1, null), (asked.SecretGeneration, asked.OldSecretEndsAt));
        var secret = await app.ClaimAsync(client.Id.ToString());
        var rotated = await app.Clients.GetAsync(new() { ApiClientId = client.Id.ToString() }, me);

        Assert.Equal((2, end.Seconds, false), (rotated.SecretGeneration, rotated.OldSecretEndsAt.Seconds, rotated.ClaimPending));
        var old = await TestClient.TokenAsync(await client.AskAsync(app));
        var present = await TestClient.TokenAsync(await (client with { Secret = secret }).AskAsync(app));
        Assert.Equal(("secret:1", "secret:2"), (old.GetClaim(Claims.Credential).Value, present.GetClaim(Claims.Credential).Value));
        await Eventually.True(() => app.Told.OfType<ApiClientRenewed>().Any(told => told.ApiClientId == client.Id), "the mail of the link to be asked for");
        await Eventually.True(() => app.Told.OfType<ApiClientRotated>().Any(told => told.ApiClientId == client.Id && told.OldEndsAt.ToUnixTimeSeconds() == end.Seconds), "the rotation to be told");
        await RefusedAsync(async () => await app.Clients.RotateAsync(new() { ApiClientId = client.Id.ToString(), OldEndsAt = end }, me), StatusCode.FailedPrecondition, "identity.client.state");

        await app.SqlAsync<int>($"WITH changed AS (UPDATE api_clients SET old_secret_ends_at = now() WHERE id = '{client.Id}' RETURNING 1 AS one) SELECT one FROM changed");
        Assert.Equal("401 invalid_client", await TestClient.ErrorAsync(await client.AskAsync(app)));
        await TestClient.TokenAsync(await (client with { Secret = secret }).AskAsync(app));
    }

    [Fact]
    public async Task A_renewal_ends_every_earlier_secret_at_the_claim()
    {
        var client = await TestClient.InAsync(app);
        var me = (await SignedIn.AsAsync(app, client.Agency, Roles.OrganizationAdmin)).Metadata;
        await app.Clients.RotateAsync(new() { ApiClientId = client.Id.ToString(), OldEndsAt = In(TimeSpan.FromDays(3)) }, me);
        var second = await app.ClaimAsync(client.Id.ToString());

        await app.Clients.RenewAsync(new() { ApiClientId = client.Id.ToString() }, me);
        await TestClient.TokenAsync(await client.AskAsync(app));
        var third = await app.ClaimAsync(client.Id.ToString());

        Assert.Equal("401 invalid_client", await TestClient.ErrorAsync(await client.AskAsync(app)));
        Assert.Equal("401 invalid_client", await TestClient.ErrorAsync(await (client with { Secret = second }).AskAsync(app)));
        Assert.Equal("secret:3", (await TestClient.TokenAsync(await (client with { Secret = third }).AskAsync(app))).GetClaim(Claims.Credential).Value);
    }

    [Fact]
    public async Task An_overlap_has_an_end_within_thirty_days()
    {
        var client = await TestClient.InAsync(app);
        var me = (await SignedIn.AsAsync(app, client.Agency, Roles.TechnicalContact)).Metadata;

        foreach (var end in new[] { null, In(TimeSpan.FromDays(30) + TimeSpan.FromMinutes(1)), In(TimeSpan.FromSeconds(-1)), new Timestamp { Seconds = long.MaxValue }, new Timestamp { Nanos = -1 } })
        {
            await FieldRefusedAsync(async () => await app.Clients.RotateAsync(new() { ApiClientId = client.Id.ToString(), OldEndsAt = end }, me), "old_ends_at");
        }

        var bare = await TestClient.InAsync(app, client.Agency, unclaimed => (unclaimed.State, unclaimed.SecretHash, unclaimed.SecretGeneration, unclaimed.ClaimPending) = (ApiClientState.Unclaimed, null, 0, true));
        await RefusedAsync(async () => await app.Clients.RotateAsync(new() { ApiClientId = bare.Id.ToString(), OldEndsAt = In(TimeSpan.FromDays(1)) }, me), StatusCode.FailedPrecondition, "identity.client.state");
    }

    [Fact]
    public async Task An_agency_revokes_its_own_client_for_good()
    {
        var client = await TestClient.InAsync(app);
        var me = await SignedIn.AsAsync(app, client.Agency, Roles.TechnicalContact);

        var revoked = await app.Clients.RevokeAsync(new() { ApiClientId = client.Id.ToString(), Reason = "server stolen" }, me.Metadata);

        Assert.Equal(ApiClientState.Revoked, revoked.State);
        Assert.Equal("401 invalid_client", await TestClient.ErrorAsync(await client.AskAsync(app)));
        await RefusedAsync(async () => await app.Clients.RenewAsync(new() { ApiClientId = client.Id.ToString() }, me.Metadata), StatusCode.FailedPrecondition, "identity.client.state");
        await Eventually.True(() => app.Told.OfType<ApiClientRevoked>().Any(told => told.ApiClientId == client.Id && told.RevokedBy == me.Person), "the revocation to be told");
    }

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7/32")]
    [InlineData("203.0.113.0/24", "203.0.113.0/24")]
    [InlineData("2001:db8::/32", "2001:db8::/32")]
    [InlineData("2001:DB8::1", "2001:db8::1/128")]
    [InlineData("0.0.0.0/0", "0.0.0.0/0")]
    public async Task Caller_addresses_are_kept_as_ranges(string given, string kept)
    {
        var client = await TestClient.InAsync(app);

        var set = await app.Clients.SetCallerAddressesAsync(new() { ApiClientId = client.Id.ToString(), CallerAddresses = { given, given } }, await app.AsAsync(IdentityApp.Maker));

        Assert.Equal([kept], set.CallerAddresses);
    }

    [Theory]
    [InlineData("")]
    [InlineData("203.0.113.7/24")]
    [InlineData("203.0.113.0/33")]
    [InlineData("203.0.113")]
    [InlineData("3405803783")]
    [InlineData("0xCB.0.113.7")]
    [InlineData("::ffff:203.0.113.7")]
    [InlineData("::ffff:203.0.113.0/120")]
    [InlineData("fe80::1%3")]
    [InlineData("server.welfare.go.th")]
    [InlineData("203.0.113.0/24, 203.0.114.0/24")]
    public async Task What_is_no_address_and_no_range_is_refused(string given)
    {
        var client = await TestClient.InAsync(app);

        await FieldRefusedAsync(async () => await app.Clients.SetCallerAddressesAsync(new() { ApiClientId = client.Id.ToString(), CallerAddresses = { given } }, await app.AsAsync(IdentityApp.Maker)), "caller_addresses");
    }

    [Fact]
    public async Task The_token_endpoint_refuses_other_addresses_and_the_watch_stream_tells_the_list()
    {
        var client = await TestClient.InAsync(app);
        await app.Clients.SetCallerAddressesAsync(new() { ApiClientId = client.Id.ToString(), CallerAddresses = { "203.0.113.0/24", "2001:db8::/32" } }, await app.AsAsync(IdentityApp.Maker));

        await TestClient.TokenAsync(await client.AskAsync(app, "203.0.113.200"));
        await TestClient.TokenAsync(await client.AskAsync(app, "2001:db8:1::1"));
        Assert.Equal("400 unauthorized_client", await TestClient.ErrorAsync(await client.AskAsync(app, "203.0.114.1")));

        using var call = app.Clients.Watch(new(), await app.AsAsync(IdentityApp.Adapter));
        var told = await Eventually.Get(async () => await call.ResponseStream.MoveNext(CancellationToken.None) && call.ResponseStream.Current.Client?.Id == client.Id.ToString() ? call.ResponseStream.Current.Client : null, "the change");
        Assert.Equal(["203.0.113.0/24", "2001:db8::/32"], told.CallerAddresses);
        Assert.Equal(1, told.SecretGeneration);
    }

    [Fact]
    public async Task A_default_purpose_is_told_to_the_adapter_and_cleared_by_an_empty_one()
    {
        var client = await TestClient.InAsync(app);
        var admin = (await SignedIn.AsAsync(app, client.Agency, Roles.OrganizationAdmin)).Metadata;

        var set = await app.Clients.SetDefaultPurposeAsync(new() { ApiClientId = client.Id.ToString(), DefaultPurpose = "welfare.eligibility" }, admin);

        Assert.Equal("welfare.eligibility", set.DefaultPurpose);
        using var call = app.Clients.Watch(new(), await app.AsAsync(IdentityApp.Adapter));
        var told = await Eventually.Get(async () => await call.ResponseStream.MoveNext(CancellationToken.None) && call.ResponseStream.Current.Client?.Id == client.Id.ToString() ? call.ResponseStream.Current.Client : null, "the change");
        Assert.Equal("welfare.eligibility", told.DefaultPurpose);
        var cleared = await app.Clients.SetDefaultPurposeAsync(new() { ApiClientId = client.Id.ToString() }, admin);
        Assert.Equal("", cleared.DefaultPurpose);
    }

    [Theory]
    [InlineData("w")]
    [InlineData("Welfare")]
    [InlineData("welfare eligibility")]
    [InlineData("welfare.eligibility\n")]
    [InlineData("สวัสดิการ")]
    public async Task What_is_no_purpose_code_is_refused(string given)
    {
        var client = await TestClient.InAsync(app);

        await FieldRefusedAsync(async () => await app.Clients.SetDefaultPurposeAsync(new() { ApiClientId = client.Id.ToString(), DefaultPurpose = given }, await app.AsAsync(IdentityApp.Maker)), "default_purpose");
    }

    [Fact]
    public async Task Only_an_operator_sets_an_expiry_and_a_client_past_it_gets_no_token()
    {
        var client = await TestClient.InAsync(app);
        var admin = (await SignedIn.AsAsync(app, client.Agency, Roles.OrganizationAdmin)).Metadata;
        var maker = await app.AsAsync(IdentityApp.Maker);
        var (soon, past) = (In(TimeSpan.FromHours(1)), In(TimeSpan.FromSeconds(-1)));

        await FieldRefusedAsync(async () => await app.Clients.SetExpiryAsync(new() { ApiClientId = client.Id.ToString(), ExpiresAt = past }, maker), "expires_at");
        var denied = await Assert.ThrowsAsync<RpcException>(async () => await app.Clients.SetExpiryAsync(new() { ApiClientId = client.Id.ToString(), ExpiresAt = soon }, admin));
        var set = await app.Clients.SetExpiryAsync(new() { ApiClientId = client.Id.ToString(), ExpiresAt = soon }, maker);
        await TestClient.TokenAsync(await client.AskAsync(app));
        await app.SqlAsync<int>($"WITH changed AS (UPDATE api_clients SET expires_at = now() WHERE id = '{client.Id}' RETURNING 1 AS one) SELECT one FROM changed");

        Assert.Equal((StatusCode.PermissionDenied, soon.Seconds), (denied.StatusCode, set.ExpiresAt.Seconds));
        Assert.Equal("401 invalid_client", await TestClient.ErrorAsync(await client.AskAsync(app)));
    }

    [Fact]
    public async Task Last_uses_are_kept_for_each_secret_and_agent_and_never_go_back()
    {
        var client = await TestClient.InAsync(app, change: rotated => (rotated.SecretGeneration, rotated.OldSecretHash, rotated.OldSecretEndsAt) = (2, new byte[32], DateTimeOffset.UtcNow.AddDays(1)));
        var (adapter, maker) = (await app.AsAsync(IdentityApp.Adapter), await app.AsAsync(IdentityApp.Maker));
        var (early, late) = (In(TimeSpan.FromMinutes(-10)), In(TimeSpan.FromMinutes(-5)));

        await app.Clients.ReportUseAsync(new() { Uses = { Use(1, TestClient.SystemName, late), Use(2, client.OfficerId, early) } }, adapter);
        await app.Clients.ReportUseAsync(new() { Uses = { Use(1, TestClient.SystemName, early), new ClientUse { ApiClientId = Guid.NewGuid().ToString(), AgentId = "X", LastUsedAt = early } } }, adapter);
        var got = await app.Clients.GetAsync(new() { ApiClientId = client.Id.ToString() }, maker);
        var found = Assert.Single((await app.Clients.FindAsync(new() { AgencyId = client.Agency.ToString() }, maker)).Clients);

        Assert.Equal([(1, TestClient.SystemName, late.Seconds), (2, client.OfficerId, early.Seconds)], got.Uses.Select(use => (use.SecretGeneration, use.AgentId, use.LastUsedAt.Seconds)));
        Assert.Equal([(1, TestClient.SystemName)], found.OldSecretUses.Select(use => (use.SecretGeneration, use.AgentId)));
        Assert.Equal(late.Seconds, found.LastUsedAt.Seconds);

        ClientUse Use(int generation, string agent, Timestamp at) => new() { ApiClientId = client.Id.ToString(), SecretGeneration = generation, AgentId = agent, LastUsedAt = at };
    }

    [Fact]
    public async Task A_report_that_is_none_is_refused_whole()
    {
        var adapter = await app.AsAsync(IdentityApp.Adapter);
        var now = In(TimeSpan.Zero);
        var client = await TestClient.InAsync(app);

        await FieldRefusedAsync(async () => await app.Clients.ReportUseAsync(new() { Uses = { Enumerable.Repeat(new ClientUse(), 1001) } }, adapter), "uses");
        await FieldRefusedAsync(async () => await app.Clients.ReportUseAsync(new() { Guesses = { Enumerable.Repeat(new SecretGuesses(), 1001) } }, adapter), "guesses");
        await FieldRefusedAsync(async () => await app.Clients.ReportUseAsync(new() { Uses = { Use("nonsense") } }, adapter), "uses.api_client_id");
        await FieldRefusedAsync(async () => await app.Clients.ReportUseAsync(new() { Uses = { Use(client.Id.ToString(), agent: new string('x', 37)) } }, adapter), "uses.agent_id");
        await FieldRefusedAsync(async () => await app.Clients.ReportUseAsync(new() { Uses = { Use(client.Id.ToString(), generation: -1) } }, adapter), "uses.secret_generation");
        await FieldRefusedAsync(async () => await app.Clients.ReportUseAsync(new() { Guesses = { new SecretGuesses { Address = "here", Count = 1 } } }, adapter), "guesses.address");
        await FieldRefusedAsync(async () => await app.Clients.ReportUseAsync(new() { Guesses = { new SecretGuesses { Address = "203.0.113.1", Count = -1 } } }, adapter), "guesses.count");
        Assert.Empty((await app.Clients.GetAsync(new() { ApiClientId = client.Id.ToString() }, await app.AsAsync(IdentityApp.Maker))).Uses);

        ClientUse Use(string id, string agent = "X", int generation = 1) => new() { ApiClientId = id, AgentId = agent, SecretGeneration = generation, LastUsedAt = now };
    }

    [Fact]
    public async Task The_operator_hears_of_guesses_once_an_hour_for_each_client_and_address()
    {
        var (client, quiet) = (await TestClient.InAsync(app), await TestClient.InAsync(app));
        var adapter = await app.AsAsync(IdentityApp.Adapter);
        var address = $"2001:db8::{IdentityApp.NextNumber() % 65536:x}";

        await app.Clients.ReportUseAsync(Guesses(quiet.Id, 19), adapter);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ => await app.Clients.ReportUseAsync(Guesses(client.Id, 30), adapter)));
        await app.Clients.ReportUseAsync(new() { Guesses = { new SecretGuesses { Address = address, Count = 150 } } }, adapter);

        await Eventually.True(() => app.Told.OfType<SecretGuessed>().Any(told => told.ApiClientId == client.Id) && app.Told.OfType<SecretGuessed>().Any(told => told.ApiClientId is null), "both alerts");
        Assert.Equal(240L, await app.SqlAsync<long>($"SELECT count FROM secret_guesses WHERE target = '{client.Id}'"));
        Assert.Single(app.Told.OfType<SecretGuessed>(), told => told.ApiClientId == client.Id);
        Assert.DoesNotContain(app.Told.OfType<SecretGuessed>(), told => told.ApiClientId == quiet.Id);
        Assert.DoesNotContain(app.ToldRaw, raw => raw.Contains(address, StringComparison.Ordinal));

        // An hour later it is news again.
        await app.SqlAsync<int>($"WITH changed AS (UPDATE secret_guesses SET since = since - interval '61 minutes', told_at = told_at - interval '61 minutes' WHERE target = '{client.Id}' RETURNING 1 AS one) SELECT one FROM changed");
        await app.Clients.ReportUseAsync(Guesses(client.Id, 19), adapter);
        await app.Clients.ReportUseAsync(Guesses(client.Id, 1), adapter);
        await Eventually.True(() => app.Told.OfType<SecretGuessed>().Count(told => told.ApiClientId == client.Id) == 2, "the alert of the next hour");

        static ReportUseRequest Guesses(Guid client, long count) => new() { Guesses = { new SecretGuesses { ApiClientId = client.ToString(), Count = count } } };
    }

    private static async Task RefusedAsync(Func<Task> call, StatusCode status, string code) => Assert.Equal(new Refusal(status, code, ""), await Refusal.OfAsync(call));

    private static async Task FieldRefusedAsync(Func<Task> call, string field) => Assert.Equal(new Refusal(StatusCode.InvalidArgument, "request.invalid", field), await Refusal.OfAsync(call));

    private static Timestamp In(TimeSpan time) => Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow + time);
}
