using System.Collections.Concurrent;
using Gdx.Identity.Contracts.V1;
using Gdx.TestEnvironment;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Time.Testing;

namespace Gdx.LinkageAdapter.Tests;

public sealed class ClientKeepingTests(World world)
{
    [Fact]
    public async Task During_a_rotation_both_secrets_and_their_tokens_work_until_the_old_one_ends()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var own = await World.StartAsync(clock);
        var agency = await own.AdmitWithGrantAsync();
        var before = await own.App.TokenAsync(agency);
        var secret = World.NewSecret();
        own.Tell(agency, ApiClientState.Active, secret, also: client =>
        {
            client.SecretGeneration = 2;
            client.OldSecretHash = World.HashOf(agency.Secret);
            client.OldSecretEndsAt = Timestamp.FromDateTimeOffset(clock.GetUtcNow().AddMinutes(50));
        });
        await LegacyCaller.UntilAsync(() => own.App.ValidateAsync(agency, secret), 200);

        var (old, present) = (await own.App.TokenAsync(agency), await own.App.TokenAsync(agency with { Secret = secret }));
        Assert.All(await Task.WhenAll(own.App.LinkAsync(agency, before), own.App.LinkAsync(agency, old), own.App.LinkAsync(agency, present), BearerAsync("secret:1"), BearerAsync("secret:2")), answer => Assert.Equal(200, answer.Status));

        clock.Advance(TimeSpan.FromMinutes(51));
        await LegacyCaller.UntilAsync(() => own.App.LinkAsync(agency, present), 200);
        Assert.Equal((401, 401, 403), ((await own.App.LinkAsync(agency, before)).Status, (await own.App.LinkAsync(agency, old)).Status, (await own.App.ValidateAsync(agency)).Status));
        Assert.Equal((401, 200), ((await BearerAsync("secret:1")).Status, (await BearerAsync("secret:2")).Status));

        Task<Answer> BearerAsync(string credential) => own.App.GetAsync(LegacyCaller.LinkPath(), ("Authorization", $"Bearer {own.App.ApiToken(agency, credential)}"));
    }

    [Fact]
    public async Task A_client_past_its_expiry_is_nobody()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var own = await World.StartAsync(clock);
        var agency = await own.AdmitWithGrantAsync();
        own.Tell(agency, ApiClientState.Active, also: client => client.ExpiresAt = Timestamp.FromDateTimeOffset(clock.GetUtcNow().AddMinutes(5)));
        var token = await own.App.TokenAsync(agency);
        Assert.Equal(200, (await own.App.LinkAsync(agency, token)).Status);

        clock.Advance(TimeSpan.FromMinutes(6));

        await LegacyCaller.UntilAsync(() => own.App.LinkAsync(agency, token), 403);
        Assert.Equal(403, (await own.App.ValidateAsync(agency)).Status);
    }

    [Fact]
    public async Task A_client_with_a_list_of_addresses_calls_from_nowhere_else()
    {
        var agency = await world.AdmitWithGrantAsync();
        world.Tell(agency, ApiClientState.Active, also: client => client.CallerAddresses.Add(["203.0.113.0/24", "2001:db8::/32"]));
        var elsewhere = await LegacyCaller.UntilAsync(() => ValidateAsync("198.51.100.1"), 403);

        var here = await ValidateAsync("203.0.113.9");
        var token = here.Json["Result"]!.GetValue<string>();
        var allowed = await world.App.LinkAsync(agency, token, headers: ("X-Forwarded-For", "2001:db8:7::1"));
        var refused = await world.App.LinkAsync(agency, token, headers: ("X-Forwarded-For", "203.0.114.1"));
        var direct = await world.App.LinkAsync(agency, token);
        var spoofed = await world.App.LinkAsync(agency, token, headers: ("X-Forwarded-For", "203.0.113.9, 198.51.100.1"));
        var bearer = await world.App.GetAsync(LegacyCaller.LinkPath(), ("Authorization", $"Bearer {world.App.ApiToken(agency)}"), ("X-Forwarded-For", "198.51.100.1"));

        Assert.Equal((200, 200, 403, 403, 403, 403), (here.Status, allowed.Status, refused.Status, direct.Status, spoofed.Status, bearer.Status));
        Assert.Equal("ForbiddenException: address not allowed", refused.Message);
        foreach (var answer in new[] { elsewhere, refused, direct, spoofed, bearer })
        {
            Assert.Equal("client.address_refused", (await world.EvidenceAsync(answer))["decision"]);
        }

        Task<Answer> ValidateAsync(string from) => world.App.GetAsync($"/ws/auth/validate?ConsumerSecret={agency.Secret}&AgentID={agency.Officer.Value}", ("Consumer-Key", agency.ConsumerKey.ToString()), ("X-Forwarded-For", from));
    }

    [Fact]
    public async Task Where_no_proxy_is_known_the_peer_is_the_caller_whatever_it_says()
    {
        await using var own = await World.StartAsync(settings: ("Gdx:KnownProxies", ""));
        var agency = await own.AdmitWithGrantAsync();
        own.Tell(agency, ApiClientState.Active, also: client => client.CallerAddresses.Add("203.0.113.9/32"));
        await LegacyCaller.UntilAsync(() => own.App.ValidateAsync(agency), 403);

        var answer = await own.App.GetAsync($"/ws/auth/validate?ConsumerSecret={agency.Secret}&AgentID={agency.Officer.Value}", ("Consumer-Key", agency.ConsumerKey.ToString()), ("X-Forwarded-For", "203.0.113.9"));

        Assert.Equal((403, "ForbiddenException: address not allowed"), (answer.Status, answer.Message));
    }

    [Fact]
    public async Task A_list_that_is_not_understood_lets_nobody_in()
    {
        var agency = await world.AdmitWithGrantAsync();
        world.Tell(agency, ApiClientState.Active, also: client => client.CallerAddresses.Add("a range of a later version"));

        await LegacyCaller.UntilAsync(() => world.App.ValidateAsync(agency), 403);
    }

    [Fact]
    public async Task Uses_and_guesses_are_told_once_a_minute_and_again_where_identity_was_away()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var own = await World.StartAsync(clock);
        var agency = await own.AdmitWithGrantAsync();
        var token = await own.App.TokenAsync(agency);
        await own.App.LinkAsync(agency, token);
        await own.App.GetAsync(LegacyCaller.LinkPath(), ("Authorization", $"Bearer {own.App.ApiToken(agency, agent: Agency.SystemName)}"));
        for (var guess = 0; guess < 3; guess++)
        {
            Assert.Equal(403, (await own.App.GetAsync($"/ws/auth/validate?ConsumerSecret=wrong&AgentID=X", ("Consumer-Key", agency.ConsumerKey.ToString()), ("X-Forwarded-For", "198.51.100.77"))).Status);
        }

        Assert.Empty(own.Neighbours.Reports);
        await own.Neighbours.StopAsync();
        clock.Advance(TimeSpan.FromSeconds(61));
        await Eventually.True(() => own.App.Logs.Any(line => line.Contains("last uses of clients could not be told", StringComparison.Ordinal)), "the report to fail");
        await own.Neighbours.StartAsync();
        await Eventually.True(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(61));
            return own.Neighbours.Reports.SelectMany(report => report.Guesses).Any();
        }, "the next report");

        var uses = own.Neighbours.Reports.SelectMany(report => report.Uses).ToList();
        Assert.Equal([(agency.ClientId.ToString(), 1, Agency.SystemName), (agency.ClientId.ToString(), 1, agency.OfficerId)],
            uses.Select(use => (use.ApiClientId, use.SecretGeneration, use.AgentId)).OrderByDescending(use => use.AgentId == Agency.SystemName));
        var guesses = own.Neighbours.Reports.SelectMany(report => report.Guesses).ToList();
        Assert.Contains(guesses, guess => guess.ApiClientId == agency.ClientId.ToString() && guess.Count == 3);
        Assert.Contains(guesses, guess => guess.Address == "198.51.100.77" && guess.Count == 3);
        Assert.Equal(2, guesses.Count);
    }

    [Fact]
    public async Task Sixty_four_guessers_wait_longer_and_longer_while_the_agency_works_on()
    {
        await using var own = await World.StartAsync(settings: ("Gdx:Limits:WrongSecretsOfAddress", "50"));
        var agency = await own.AdmitWithGrantAsync();
        var guesses = new ConcurrentBag<Answer>();

        var guessers = Enumerable.Range(0, 64).Select(async number =>
        {
            for (var guess = 0; guess < 12; guess++)
            {
                guesses.Add(await ValidateAsync($"guess-{number}-{guess}", $"198.51.100.{number}"));
            }
        });
        var works = Task.Run(async () =>
        {
            for (var call = 0; call < 40; call++)
            {
                // From where it always calls, from somewhere new each time, and from an address that somebody guesses from.
                var answer = await ValidateAsync(agency.Secret, call % 3 == 0 ? "203.0.113.7" : call % 3 == 1 ? $"203.0.113.{100 + call}" : "198.51.100.5");
                Assert.True(answer.Status == 200, answer.Body);
                Assert.Equal(200, (await own.App.LinkAsync(agency, answer.Json["Result"]!.GetValue<string>())).Status);
            }
        });
        await Task.WhenAll(guessers.Append(works));

        Assert.DoesNotContain(guesses, answer => answer.Status == 200);
        var waits = guesses.Where(answer => answer.Status == 429).Select(answer => int.Parse(answer.Header("Retry-After")!, System.Globalization.CultureInfo.InvariantCulture)).ToList();
        Assert.InRange(waits.Count, 64, 64 * 7);
        Assert.All(waits, wait => Assert.InRange(wait, 1, 300));

        Task<Answer> ValidateAsync(string secret, string from) => own.App.GetAsync($"/ws/auth/validate?ConsumerSecret={secret}&AgentID={agency.Officer.Value}", ("Consumer-Key", agency.ConsumerKey.ToString()), ("X-Forwarded-For", from));
    }
}
