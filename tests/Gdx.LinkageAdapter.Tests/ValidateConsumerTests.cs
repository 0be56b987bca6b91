using Gdx.Identity.Contracts.V1;
using Gdx.Numbers;
using Gdx.TestEnvironment;

namespace Gdx.LinkageAdapter.Tests;

public sealed class ValidateConsumerTests(World world)
{
    private const string ConsumerNotFound = """{"Message":"ForbiddenException: consumer not found"}""";
    private const string AgentNotFound = """{"Message":"ForbiddenException: agent not found"}""";

    [Fact]
    public async Task Key_secret_and_agent_give_a_token()
    {
        var agency = await world.AdmitAsync();

        var answer = await world.App.ValidateAsync(agency);

        Assert.Equal(200, answer.Status);
        Assert.Equal("application/json; charset=utf-8", answer.ContentType);
        Assert.Matches("""^\{"Result":"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"\}$""", answer.Body);
        Assert.Equal("no-store", answer.Header("Cache-Control"));
        var evidence = await world.EvidenceAsync(answer);
        Assert.Equal(("token.issued", "allowed", agency.OfficerId), ((string?)evidence["decision"], (string?)evidence["outcome"], (string?)evidence["agent_id"]));
    }

    [Fact]
    public async Task A_system_may_be_the_agent()
    {
        var agency = await world.AdmitAsync();

        var answer = await world.App.ValidateAsync(agency, agent: Agency.SystemName);

        Assert.Equal(200, answer.Status);
        Assert.Equal(Agency.SystemName, (await world.EvidenceAsync(answer))["agent_id"]);
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded; charset=utf-8")]
    [InlineData("application/json")]
    public async Task The_content_type_of_a_call_without_a_body_does_not_matter(string contentType)
    {
        var agency = await world.AdmitAsync();
        var raw = await RawCaller.SendAsync(world.App, $"GET /ws/auth/validate?ConsumerSecret={agency.Secret}&AgentID={agency.Officer.Value} HTTP/1.1\r\nHost: x\r\nConsumer-Key: {agency.ConsumerKey}\r\nContent-Type: {contentType}\r\nConnection: close\r\n\r\n");

        Assert.Equal(200, raw.Status);
    }

    [Fact]
    public async Task Names_of_parameters_are_taken_in_any_case()
    {
        var agency = await world.AdmitAsync();

        var answer = await world.App.GetAsync($"/ws/auth/validate?consumersecret={agency.Secret}&agentId={agency.Officer.Value}&_=1", ("consumer-key", agency.ConsumerKey.ToString().ToUpperInvariant()));

        Assert.Equal(200, answer.Status);
    }

    [Fact]
    public async Task Unknown_key_missing_key_and_wrong_secret_are_told_the_same()
    {
        var agency = await world.AdmitAsync();
        var path = $"/ws/auth/validate?ConsumerSecret={agency.Secret}&AgentID={agency.Officer.Value}";
        Answer[] answers =
        [
            await world.App.GetAsync(path),
            await world.App.GetAsync(path, ("Consumer-Key", "")),
            await world.App.GetAsync(path, ("Consumer-Key", Guid.NewGuid().ToString())),
            await world.App.GetAsync(path, ("Consumer-Key", "' OR 1=1 --")),
            await world.App.GetAsync(path, ("Consumer-Key", $"{agency.ConsumerKey}, {agency.ConsumerKey}")),
            await world.App.ValidateAsync(agency, secret: World.NewSecret()),
            await world.App.ValidateAsync(agency, secret: ""),
            await world.App.ValidateAsync(agency, secret: new string('x', 10_000)),
            await world.App.GetAsync($"/ws/auth/validate?AgentID={agency.Officer.Value}", ("Consumer-Key", agency.ConsumerKey.ToString())),
        ];

        Assert.All(answers, answer => Assert.Equal((403, ConsumerNotFound), (answer.Status, answer.Body)));
    }

    [Fact]
    public async Task A_wrong_secret_of_a_known_key_is_recorded_and_an_unknown_key_only_counted()
    {
        var agency = await world.AdmitAsync();

        var wrong = await world.App.ValidateAsync(agency, secret: World.NewSecret());
        var unknown = await world.App.ValidateAsync(agency with { ConsumerKey = Guid.NewGuid() });

        var evidence = await world.EvidenceAsync(wrong);
        Assert.Equal(("token.refused", "denied", "403"), ((string?)evidence["decision"], (string?)evidence["outcome"], (string?)evidence["answer_status"]));
        Assert.Equal(0, await world.EvidenceCountAsync(unknown));
    }

    [Fact]
    public async Task An_agent_that_does_not_stand_on_the_application_is_refused()
    {
        var agency = await world.AdmitAsync();
        Answer[] answers =
        [
            await world.App.ValidateAsync(agency, agent: CitizenId.Synthetic(77_777).Value),
            await world.App.ValidateAsync(agency, agent: "OtherSystem"),
            await world.App.ValidateAsync(agency, agent: Agency.SystemName.ToUpperInvariant()),
        ];

        Assert.All(answers, answer => Assert.Equal((403, AgentNotFound), (answer.Status, answer.Body)));
        Assert.Equal("token.refused", (await world.EvidenceAsync(answers[0]))["decision"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("9000000001")]
    [InlineData("9000000001004")]
    [InlineData("%E0%B9%99%E0%B9%90%E0%B9%90%E0%B9%90%E0%B9%90%E0%B9%90%E0%B9%90%E0%B9%90%E0%B9%90%E0%B9%91%E0%B9%90%E0%B9%90%E0%B9%93")]
    [InlineData("%EF%BC%99")]
    [InlineData("a b")]
    [InlineData("x'%3B--")]
    [InlineData("-1")]
    public async Task An_agent_that_cannot_be_one_is_bad_input(string agent)
    {
        var agency = await world.AdmitAsync();

        var answer = await world.App.GetAsync($"/ws/auth/validate?ConsumerSecret={agency.Secret}&AgentID={agent}", ("Consumer-Key", agency.ConsumerKey.ToString()));

        Assert.Equal((400, "90011"), (answer.Status, answer.Code));
        Assert.Contains("AgentID", answer.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ApiClientState.Unclaimed)]
    [InlineData(ApiClientState.Revoked)]
    [InlineData(ApiClientState.Unspecified)]
    [InlineData((ApiClientState)99)]
    public async Task Only_an_active_client_gets_a_token(ApiClientState state)
    {
        var agency = await world.AdmitAsync();

        world.Tell(agency, state);

        var answer = await LegacyCaller.UntilAsync(() => world.App.ValidateAsync(agency), 403);
        Assert.Equal(ConsumerNotFound, answer.Body);
    }

    [Fact]
    public async Task Unknown_callers_are_counted_per_minute_and_address()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var own = await World.StartAsync(clock);
        var stranger = new Agency(Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), World.NewSecret(), CitizenId.Synthetic(1), "");
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(403, (await own.App.ValidateAsync(stranger)).Status);
        }

        await Eventually.True(async () =>
        {
            clock.Advance(TimeSpan.FromSeconds(61));
            return await own.QueryAsync("SELECT sum(count)::bigint FROM refused_callers WHERE reason = 'client.unknown' AND caller = '127.0.0.1'") is [[5L]];
        }, "the counts");
        Assert.Equal([[0L]], await own.QueryAsync("SELECT count(*) FROM evidence"));
    }
}
