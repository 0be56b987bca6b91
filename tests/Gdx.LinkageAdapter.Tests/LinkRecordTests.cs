using System.Text.Json;
using Gdx.Entitlement.Contracts.V1;
using Gdx.LinkageAdapter.Watching;
using Gdx.Numbers;
using Gdx.TestEnvironment;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.DependencyInjection;

namespace Gdx.LinkageAdapter.Tests;

public sealed class LinkRecordTests(World world)
{
    private const string TokenNotFound = """{"Message":"UnauthorizedException: token not found"}""";
    private static readonly string[] Granted = ["firstName", "dateOfBirth", "fatherPersonalID"];

    [Fact]
    public async Task A_granted_record_arrives_with_the_granted_fields_only()
    {
        var agency = await world.AdmitWithGrantAsync([.. Granted, "aFieldThatTheSourceDoesNotHave"]);

        var answer = await world.App.LinkAsync(agency, await world.App.TokenAsync(agency));

        Assert.True(answer.Status == 200, answer.Body);
        Assert.Equal("application/json; charset=utf-8", answer.ContentType);
        Assert.Equal(Granted.Order(), answer.Json.Select(field => field.Key).Order());
        Assert.Equal(JsonValueKind.Number, answer.Json["dateOfBirth"]!.GetValueKind());
        Assert.Equal(JsonValueKind.Number, answer.Json["fatherPersonalID"]!.GetValueKind());
        Assert.Equal("no-store", answer.Header("Cache-Control"));
    }

    [Fact]
    public async Task An_allowed_call_leaves_who_what_for_and_what_came_of_it()
    {
        var agency = await world.AdmitWithGrantAsync(Granted);

        var answer = await world.App.LinkAsync(agency, await world.App.TokenAsync(agency), headers: ("Gdx-Case", "2569/0042"));

        var evidence = await world.EvidenceAsync(answer);
        Assert.Equal($"gdx1;{evidence["entry_id"]}", answer.Header("Gdx-Receipt"));
        Assert.Equal(agency.Id.ToString(), evidence["agency_id"]);
        Assert.Equal(agency.ClientId.ToString(), evidence["client_id"]);
        Assert.Equal(agency.OfficerId, evidence["agent_id"]);
        Assert.Equal(("api", "dopa.person", "1"), ((string?)evidence["channel"], (string?)evidence["dataset_id"], (string?)evidence["dataset_version"]));
        Assert.Equal(Granted, JsonSerializer.Deserialize<string[]>((string)evidence["fields"]!));
        Assert.Equal((World.Purpose, "2569/0042"), ((string?)evidence["purpose"], (string?)evidence["case"]));
        Assert.Equal(("allowed", "entitlement.allowed", "200", "200"), ((string?)evidence["outcome"], (string?)evidence["decision"], (string?)evidence["answer_status"], (string?)evidence["source_status"]));
        Assert.Equal($"\\x{Convert.ToHexStringLower(World.SubjectHash(LegacyCaller.Citizen))}", evidence["subject_hash"]);
        Assert.Equal("2", evidence["decisions_version"]);
        Assert.NotNull(evidence["grant_id"]);
        Assert.NotNull(evidence["source_ms"]);
    }

    [Fact]
    public async Task A_citizen_the_source_does_not_know_is_no_data()
    {
        var agency = await world.AdmitWithGrantAsync();

        var answer = await world.App.LinkAsync(agency, await world.App.TokenAsync(agency), LegacyCaller.Nobody);

        Assert.Equal((404, """{"Code":"90500","Message":"No data."}"""), (answer.Status, answer.Body));
        var evidence = await world.EvidenceAsync(answer);
        Assert.Equal(("allowed", "404"), ((string?)evidence["outcome"], (string?)evidence["source_status"]));
    }

    [Fact]
    public async Task Without_a_grant_the_agency_has_no_right()
    {
        var agency = await world.AdmitAsync();
        await world.ConfigureAsync(agency);

        var answer = await world.App.LinkAsync(agency, await world.App.TokenAsync(agency));

        Assert.Equal((403, """{"Code":"95010","Message":"Your agency has no grant for this service."}"""), (answer.Status, answer.Body));
        var evidence = await world.EvidenceAsync(answer);
        Assert.Equal(("denied", "entitlement.grant.missing"), ((string?)evidence["outcome"], (string?)evidence["decision"]));
    }

    [Fact]
    public async Task A_grant_outside_its_time_or_channel_is_no_right_and_says_why()
    {
        var expired = await RefusalAsync(grant => grant.ValidUntil = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow.AddHours(-1)));
        var early = await RefusalAsync(grant => grant.ValidFrom = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow.AddHours(1)));
        var suspended = await RefusalAsync(grant => grant.State = GrantState.Suspended);
        var overdue = await RefusalAsync(grant => grant.RecertifyBy = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow.AddHours(-1)));
        var orphan = await RefusalAsync(grant => grant.ParentGrantId = Guid.NewGuid().ToString());
        var undated = await RefusalAsync(grant => grant.ValidFrom = null);
        var web = await RefusalAsync(grant => grant.Channels[0] = Channel.Web);
        var unknownState = await RefusalAsync(grant => grant.State = (GrantState)99);

        Assert.Contains("expired", expired, StringComparison.Ordinal);
        Assert.Contains("not valid yet", early, StringComparison.Ordinal);
        Assert.Contains("suspended", suspended, StringComparison.Ordinal);
        Assert.Contains("recertified", overdue, StringComparison.Ordinal);
        Assert.Contains("central agency", orphan, StringComparison.Ordinal);
        Assert.Contains("expired", undated, StringComparison.Ordinal);
        Assert.Contains("API", web, StringComparison.Ordinal);
        Assert.Contains("no grant", unknownState, StringComparison.Ordinal);

        async Task<string> RefusalAsync(Action<Grant> change)
        {
            var agency = await world.AdmitAsync();
            await world.GrantAsync(agency, grant => { grant.Fields.Add("firstName"); grant.State = GrantState.Conditional; change(grant); });
            var answer = await world.App.LinkAsync(agency, await world.App.TokenAsync(agency));
            Assert.Equal((403, "95010"), (answer.Status, answer.Code));
            return answer.Message!;
        }
    }

    [Fact]
    public async Task A_call_names_its_purpose_or_is_for_its_clients_default()
    {
        var agency = await world.AdmitAsync();
        await WithDefaultPurposeAsync(agency, "");
        await world.ConfigureAsync(agency);
        await world.GrantAsync(agency, grant => { grant.Fields.Add("firstName"); grant.Purposes.AddRange([World.Purpose, "pension.check"]); });
        var token = await world.App.TokenAsync(agency);

        var silent = await world.App.LinkAsync(agency, token);
        await WithDefaultPurposeAsync(agency, World.Purpose);
        var byDefault = await world.App.LinkAsync(agency, token);
        var foreign = await world.App.LinkAsync(agency, token, headers: ("Gdx-Purpose", "tax.audit"));
        var named = await world.App.LinkAsync(agency, token, headers: ("Gdx-Purpose", World.Purpose));
        var withoutJob = await world.App.LinkAsync(agency, token, headers: ("Gdx-Purpose", "pension.check"));

        Assert.Equal((403, "95011"), (silent.Status, silent.Code));
        Assert.Equal((403, "95011"), (foreign.Status, foreign.Code));
        Assert.Equal((200, 200), (named.Status, byDefault.Status));
        Assert.Equal(("entitlement.purpose.required", null), ((string?)(await world.EvidenceAsync(silent))["decision"], (string?)(await world.EvidenceAsync(silent))["purpose"]));
        Assert.Equal(("entitlement.purpose.not_granted", "tax.audit"), ((string?)(await world.EvidenceAsync(foreign))["decision"], (string?)(await world.EvidenceAsync(foreign))["purpose"]));
        Assert.Equal(World.Purpose, (await world.EvidenceAsync(byDefault))["purpose"]);
        Assert.Equal((502, "95013"), (withoutJob.Status, withoutJob.Code));
        Assert.Equal(World.Purpose, (await world.EvidenceAsync(named))["purpose"]);
        Assert.Equal("source.no_account", (await world.EvidenceAsync(withoutJob))["decision"]);
    }

    [Fact]
    public async Task A_purpose_ends_by_itself_and_may_ask_for_a_case()
    {
        var agency = await world.AdmitAsync();
        await world.ConfigureAsync(agency);
        await world.GrantAsync(agency, grant =>
        {
            grant.State = GrantState.Conditional;
            grant.Fields.Add("firstName");
            grant.Purposes.AddRange([World.Purpose, "pension.check"]);
            grant.PurposeTerms.Add(new PurposeTerms { Code = World.Purpose, CaseRequired = true });
            grant.PurposeTerms.Add(new PurposeTerms { Code = "pension.check", ValidUntil = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow.AddHours(-1)) });
        });
        var token = await world.App.TokenAsync(agency);

        var without = await world.App.LinkAsync(agency, token);
        var with = await world.App.LinkAsync(agency, token, headers: ("Gdx-Case", "12/2569"));
        var over = await world.App.LinkAsync(agency, token, headers: ("Gdx-Purpose", "pension.check"));

        Assert.Equal((403, "95011"), (without.Status, without.Code));
        Assert.Contains("Gdx-Case", without.Message, StringComparison.Ordinal);
        Assert.Equal(200, with.Status);
        Assert.Equal((403, "95011"), (over.Status, over.Code));
        Assert.Equal("entitlement.case.required", (await world.EvidenceAsync(without))["decision"]);
        Assert.Equal("entitlement.purpose.outside_period", (await world.EvidenceAsync(over))["decision"]);
    }

    [Fact]
    public async Task Where_officers_are_managed_an_officer_is_in_a_group_and_a_system_is_not()
    {
        var agency = await world.AdmitAsync();
        await world.ConfigureAsync(agency);
        var grant = await world.GrantAsync(agency, grant => { grant.State = GrantState.Conditional; grant.Fields.AddRange(Granted); grant.OfficersManaged = true; });
        var token = await world.App.TokenAsync(agency);
        var system = (await world.App.ValidateAsync(agency, agent: Agency.SystemName)).Json["Result"]!.GetValue<string>();

        var stranger = await world.App.LinkAsync(agency, token);
        var machine = await world.App.LinkAsync(agency, system);
        var group = await world.GroupAsync(agency, grant);
        var registered = await world.App.LinkAsync(agency, token);
        await world.GroupAsync(agency, grant, group => group.ValidFrom = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow.AddHours(1)), group);
        var early = await world.App.LinkAsync(agency, token);
        await world.GroupAsync(agency, grant, group => group.Active = false, group);
        var dissolved = await world.App.LinkAsync(agency, token);

        Assert.Equal((403, "95011"), (stranger.Status, stranger.Code));
        Assert.Equal("entitlement.officer.not_registered", (await world.EvidenceAsync(stranger))["decision"]);
        Assert.Equal(Granted.Order(), machine.Json.Select(field => field.Key).Order());
        Assert.Equal(["firstName"], registered.Json.Select(field => field.Key));
        Assert.Equal("entitlement.officer.outside_period", (await world.EvidenceAsync(early))["decision"]);
        Assert.Equal("entitlement.officer.not_registered", (await world.EvidenceAsync(dissolved))["decision"]);
    }

    [Fact]
    public async Task A_delegated_grant_gives_what_the_one_above_still_covers_and_ends_with_it()
    {
        var (central, regional) = (await world.AdmitAsync(), await world.AdmitAsync());
        await world.ConfigureAsync(regional);
        var above = await world.GrantAsync(central, grant => grant.Fields.AddRange(["firstName", "lastName"]));
        await world.GrantAsync(regional, grant => { grant.State = GrantState.Conditional; grant.Fields.AddRange(Granted); grant.ParentGrantId = above; });
        var token = await world.App.TokenAsync(regional);

        var covered = await world.App.LinkAsync(regional, token);
        world.Revoke(central, above);
        var ended = await LegacyCaller.UntilAsync(() => world.App.LinkAsync(regional, token), 403, TimeSpan.FromSeconds(1));

        Assert.Equal(["firstName"], covered.Json.Select(field => field.Key));
        Assert.Equal("95010", ended.Code);
        Assert.DoesNotContain(above, ended.Body, StringComparison.Ordinal);
        Assert.Equal("entitlement.delegation.not_in_force", (await world.EvidenceAsync(ended))["decision"]);
    }

    private async Task WithDefaultPurposeAsync(Agency agency, string purpose)
    {
        world.Tell(agency, Identity.Contracts.V1.ApiClientState.Active, also: client => client.DefaultPurpose = purpose);
        await Eventually.True(() => world.App.Services.GetRequiredService<ClientBook>().Find(agency.ConsumerKey)?.DefaultPurpose == (purpose.Length == 0 ? null : purpose), "the default purpose");
    }

    [Fact]
    public async Task A_revoked_grant_denies_within_a_second()
    {
        var agency = await world.AdmitAsync();
        await world.ConfigureAsync(agency);
        var grant = await world.GrantAsync(agency, grant => grant.Fields.Add("firstName"));
        var token = await world.App.TokenAsync(agency);
        Assert.Equal(200, (await world.App.LinkAsync(agency, token)).Status);

        world.Revoke(agency, grant);

        var answer = await LegacyCaller.UntilAsync(() => world.App.LinkAsync(agency, token), 403, TimeSpan.FromSeconds(1));
        Assert.Equal("""{"Code":"95010","Message":"Your agency's grant for this service has been revoked."}""", answer.Body);
        var evidence = await world.EvidenceAsync(answer);
        Assert.Equal(("entitlement.grant.revoked", grant), ((string?)evidence["decision"], (string?)evidence["grant_id"]));
    }

    [Fact]
    public async Task A_token_of_nobody_is_told_to_get_another()
    {
        var agency = await world.AdmitWithGrantAsync();
        Answer[] answers =
        [
            await world.App.LinkAsync(agency, Guid.NewGuid().ToString()),
            await world.App.LinkAsync(agency, ""),
            await world.App.LinkAsync(agency, "no token at all"),
            await world.App.LinkAsync(agency, new string('a', 20_000)),
            await world.App.GetAsync(LegacyCaller.LinkPath(), ("Consumer-Key", agency.ConsumerKey.ToString())),
        ];

        Assert.All(answers, answer => Assert.Equal((401, TokenNotFound), (answer.Status, answer.Body)));
        Assert.Equal(("denied", "token.unknown"), ((string?)(await world.EvidenceAsync(answers[0]))["outcome"], (string?)(await world.EvidenceAsync(answers[0]))["decision"]));
    }

    [Fact]
    public async Task An_unknown_key_is_refused_before_anything_else()
    {
        var agency = await world.AdmitWithGrantAsync();
        var token = await world.App.TokenAsync(agency);

        var unknown = await world.App.LinkAsync(agency with { ConsumerKey = Guid.NewGuid() }, token);
        var missing = await world.App.GetAsync(LegacyCaller.LinkPath(), ("Token", token));

        Assert.All([unknown, missing], answer => Assert.Equal((403, """{"Message":"ForbiddenException: consumer not found"}"""), (answer.Status, answer.Body)));
    }

    [Theory]
    [InlineData("00023", "999", "01")]
    [InlineData("00023", "001", "02")]
    [InlineData("00024", "001", "01")]
    [InlineData("00023", "027", "01")]
    public async Task A_service_that_is_not_in_the_table_does_not_exist(string office, string service, string version)
    {
        var agency = await world.AdmitWithGrantAsync();

        var answer = await world.App.GetAsync(LegacyCaller.LinkPath(null, service, version, office), ("Consumer-Key", agency.ConsumerKey.ToString()), ("Token", await world.App.TokenAsync(agency)));

        Assert.Equal((404, "95012"), (answer.Status, answer.Code));
        Assert.Equal("service.unknown", (await world.EvidenceAsync(answer))["decision"]);
    }

    [Fact]
    public async Task A_house_is_another_dataset_with_a_grant_of_its_own()
    {
        var agency = await world.AdmitWithGrantAsync();
        var token = await world.App.TokenAsync(agency);
        var path = LegacyCaller.LinkPath(service: "008");
        var before = await world.App.GetAsync(path, ("Consumer-Key", agency.ConsumerKey.ToString()), ("Token", token));

        await world.GrantAsync(agency, grant => { grant.DatasetId = "dopa.house"; grant.Fields.AddRange(["houseID", "houseNo"]); });
        var after = await world.App.GetAsync(path, ("Consumer-Key", agency.ConsumerKey.ToString()), ("Token", token));

        Assert.Equal((403, "95010"), (before.Status, before.Code));
        Assert.Equal(200, after.Status);
        Assert.Equal(["houseID", "houseNo"], after.Json.Select(field => field.Key).Order());
    }

    [Fact]
    public async Task An_agency_without_an_account_at_the_source_hears_so()
    {
        var agency = await world.AdmitAsync();
        await world.GrantAsync(agency, grant => grant.Fields.Add("firstName"));

        var answer = await world.App.LinkAsync(agency, await world.App.TokenAsync(agency));

        Assert.Equal((502, "95013"), (answer.Status, answer.Code));
        Assert.Equal(("failed", "source.no_account"), ((string?)(await world.EvidenceAsync(answer))["outcome"], (string?)(await world.EvidenceAsync(answer))["decision"]));
    }

    [Fact]
    public async Task Many_calls_at_once_are_each_answered_and_each_recorded()
    {
        var agency = await world.AdmitWithGrantAsync("firstName");
        var token = await world.App.SystemTokenAsync(agency);
        var citizens = Enumerable.Range(0, 200).Select(i => CitizenId.Synthetic(100 + i)).ToList();

        var answers = await Task.WhenAll(citizens.Select(citizen => world.App.LinkAsync(agency, token, citizen)));

        Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        var recorded = await world.QueryAsync($"SELECT count(*), count(DISTINCT subject_hash) FROM evidence WHERE agency_id = '{agency.Id}' AND decision = 'entitlement.allowed'");
        Assert.Equal([[200L, 200L]], recorded);
    }

    [Fact]
    public async Task The_spans_of_a_call_are_one_trace()
    {
        var agency = await world.AdmitWithGrantAsync();

        var answer = await world.App.LinkAsync(agency, await world.App.TokenAsync(agency));

        await Eventually.True(() => world.App.Spans.Any(span => span.TraceId.ToHexString() == answer.TraceId && span.Kind == System.Diagnostics.ActivityKind.Server), "the server's span");
        var names = world.App.Spans.Where(span => span.TraceId.ToHexString() == answer.TraceId).Select(span => span.OperationName).ToHashSet();
        Assert.Superset(new HashSet<string> { "authenticate", "decide", "source call", "project", "evidence" }, names);
    }
}
