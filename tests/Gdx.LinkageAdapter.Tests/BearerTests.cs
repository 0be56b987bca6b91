using System.Text;
using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.LinkageAdapter.Contracts.V1;
using Gdx.TestEnvironment;
using Grpc.Core;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Tokens;

namespace Gdx.LinkageAdapter.Tests;

public sealed class BearerTests(World world)
{
    [Fact]
    public async Task An_access_token_reads_a_record_and_leaves_the_same_evidence()
    {
        var agency = await world.AdmitWithGrantAsync("firstName");
        var token = world.App.ApiToken(agency);

        var answer = await CallAsync(token);
        var again = await CallAsync(token);
        var system = await CallAsync(world.App.ApiToken(agency, agent: Agency.SystemName));

        Assert.Equal((200, 200, 200), (answer.Status, again.Status, system.Status));
        Assert.Equal(["firstName"], answer.Json.Select(field => field.Key));
        var evidence = await world.EvidenceAsync(answer);
        Assert.Equal((agency.ClientId.ToString(), agency.Id.ToString(), agency.OfficerId, "allowed"), (evidence["client_id"], evidence["agency_id"], evidence["agent_id"], evidence["outcome"]));
        Assert.Equal(Agency.SystemName, (await world.EvidenceAsync(system))["agent_id"]);
        Assert.StartsWith("gdx1;", answer.Header("Gdx-Receipt"), StringComparison.Ordinal);
    }

    public static TheoryData<string, Action<SecurityTokenDescriptor>> Forged => new()
    {
        { "for services", token => token.Audience = "gdx" },
        { "for nobody", token => token.Audience = null },
        { "of another issuer", token => token.Issuer = "http://elsewhere.test" },
        { "of another type", token => token.TokenType = "JWT" },
        { "signed by a stranger", token => token.SigningCredentials = TestIssuer.ForeignKey() },
        { "signed with a shared key", token => token.SigningCredentials = new(new SymmetricSecurityKey(Encoding.UTF8.GetBytes("0123456789012345678901234567890123456789")), SecurityAlgorithms.HmacSha256) },
        { "not signed", token => token.SigningCredentials = null },
        { "of a person", token => token.Claims["role"] = new[] { Roles.Operator } },
        { "without a client", token => token.Claims.Remove("client_id") },
        { "without an agent", token => token.Claims.Remove(Claims.Agent) },
        { "without a credential", token => token.Claims.Remove(Claims.Credential) },
        { "of a key that nobody has", token => token.Claims["client_id"] = Guid.NewGuid().ToString() },
        { "of another client's key", token => token.Claims["sub"] = Guid.NewGuid().ToString() },
    };

    [Theory]
    [MemberData(nameof(Forged))]
    public async Task A_token_that_is_none_of_ours_opens_nothing(string what, Action<SecurityTokenDescriptor> change)
    {
        var agency = await world.AdmitWithGrantAsync();

        var answer = await CallAsync(world.App.ApiToken(agency, change: change));

        Assert.True(answer.Status == 401, $"{what}: {answer.Status}");
        Assert.Equal("Bearer error=\"invalid_token\"", answer.Header("WWW-Authenticate"));
        Assert.Equal(0, await world.EvidenceCountAsync(answer)); // Nobody known: counted, not recorded.
    }

    [Theory]
    [InlineData("secret:2")]
    [InlineData("secret:0")]
    [InlineData("key:removed")]
    [InlineData("secret:x")]
    [InlineData("")]
    public async Task A_token_of_another_credential_is_refused(string credential)
    {
        var agency = await world.AdmitWithGrantAsync();

        Assert.Equal(401, (await CallAsync(world.App.ApiToken(agency, credential))).Status);
    }

    [Fact]
    public async Task An_agent_that_is_not_on_the_application_is_refused_and_recorded()
    {
        var agency = await world.AdmitWithGrantAsync();

        var answer = await CallAsync(world.App.ApiToken(agency, agent: Guid.NewGuid().ToString()));

        Assert.Equal(401, answer.Status);
        Assert.Equal("token.unknown", (await world.EvidenceAsync(answer))["decision"]);
    }

    [Fact]
    public async Task Tokens_end_with_their_client_their_key_and_their_agent_within_a_second()
    {
        var agency = await world.AdmitWithGrantAsync();
        world.Tell(agency, ApiClientState.Active, also: client => client.KeyIds.Add("k1"));
        var (bySecret, byKey) = (world.App.ApiToken(agency), world.App.ApiToken(agency, "key:k1"));
        await LegacyCaller.UntilAsync(() => CallAsync(byKey), 200);

        world.Tell(agency, ApiClientState.Active);
        await LegacyCaller.UntilAsync(() => CallAsync(byKey), 401, TimeSpan.FromSeconds(1));
        Assert.Equal(200, (await CallAsync(bySecret)).Status);
        world.Tell(agency, ApiClientState.Active, withOfficer: false);
        await LegacyCaller.UntilAsync(() => CallAsync(bySecret), 401, TimeSpan.FromSeconds(1));
        world.Tell(agency, ApiClientState.Active);
        await LegacyCaller.UntilAsync(() => CallAsync(bySecret), 200);
        world.Tell(agency, ApiClientState.Revoked);
        await LegacyCaller.UntilAsync(() => CallAsync(bySecret), 401, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_client_with_a_key_and_no_secret_calls_by_access_token_only()
    {
        var agency = await world.AdmitWithGrantAsync();
        world.Tell(agency, ApiClientState.Active, also: client =>
        {
            client.SecretHash = Google.Protobuf.ByteString.Empty;
            client.SecretGeneration = 0;
            client.KeyIds.Add("k1");
        });

        await LegacyCaller.UntilAsync(() => CallAsync(world.App.ApiToken(agency, "key:k1")), 200);
        Assert.Equal(403, (await world.App.ValidateAsync(agency)).Status);
        Assert.Equal(401, (await CallAsync(world.App.ApiToken(agency, "secret:0"))).Status);
    }

    [Fact]
    public async Task A_token_ends_after_its_ten_minutes()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var own = await World.StartAsync(clock);
        var agency = await own.AdmitWithGrantAsync();
        var token = own.App.ApiToken(agency);
        await LegacyCaller.UntilAsync(() => own.App.GetAsync(LegacyCaller.LinkPath(), ("Authorization", $"Bearer {token}")), 200);

        clock.Advance(TimeSpan.FromMinutes(11));

        var late = await LegacyCaller.UntilAsync(() => own.App.GetAsync(LegacyCaller.LinkPath(), ("Authorization", $"Bearer {token}")), 401);
        Assert.Equal("token.unknown", (await own.EvidenceAsync(late))["decision"]);
    }

    [Fact]
    public async Task Two_ways_at_once_are_one_too_many()
    {
        var agency = await world.AdmitWithGrantAsync();
        var token = await world.App.TokenAsync(agency);

        var both = await world.App.LinkAsync(agency, token, headers: ("Authorization", $"Bearer {world.App.ApiToken(agency)}"));
        var other = await world.App.LinkAsync(agency, token, headers: ("Authorization", "Basic eDp5"));

        Assert.Equal((400, 200), (both.Status, other.Status));
    }

    [Fact]
    public async Task The_services_own_doors_refuse_the_token()
    {
        var agency = await world.AdmitWithGrantAsync();
        var token = world.App.ApiToken(agency, change: token => token.Claims["role"] = new[] { Roles.ApiClient, Roles.Operator, Roles.Auditor });

        var evidence = await world.App.GetAsync("/v1/evidence", ("Authorization", $"Bearer {token}"));
        var account = await Assert.ThrowsAsync<RpcException>(async () => await world.App.SourceAccounts.GetAsync(new GetSourceAccountRequest { AgencyId = agency.Id.ToString() }, new Metadata { { "authorization", $"Bearer {token}" } }));

        Assert.Equal((401, StatusCode.Unauthenticated), (evidence.Status, account.StatusCode));
    }

    private Task<Answer> CallAsync(string token) => world.App.GetAsync(LegacyCaller.LinkPath(), ("Authorization", $"Bearer {token}"));
}
