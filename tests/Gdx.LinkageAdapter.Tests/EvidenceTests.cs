using Gdx.Identity.Contracts;
using Gdx.TestEnvironment;
using Npgsql;

namespace Gdx.LinkageAdapter.Tests;

public sealed class EvidenceTests(World world)
{
    [Fact]
    public async Task While_evidence_cannot_be_written_the_answer_is_withheld()
    {
        await using var own = await World.StartAsync();
        var agency = await own.AdmitWithGrantAsync();
        var token = await own.App.TokenAsync(agency);
        Assert.Equal(200, (await own.App.LinkAsync(agency, token)).Status);

        await own.QueryAsync("ALTER TABLE evidence RENAME TO evidence_away");
        var withheld = await own.App.LinkAsync(agency, token);
        var validate = await own.App.ValidateAsync(agency);
        await own.QueryAsync("ALTER TABLE evidence_away RENAME TO evidence");

        Assert.Equal((503, "90025", "5"), (withheld.Status, withheld.Code, withheld.Header("Retry-After")));
        Assert.DoesNotContain("firstName", withheld.Body, StringComparison.Ordinal);
        Assert.Null(withheld.Header("Gdx-Receipt"));
        Assert.Equal((503, "90025"), (validate.Status, validate.Code));
        Assert.Equal(200, (await own.App.LinkAsync(agency, token)).Status);
    }

    [Fact]
    public async Task When_the_database_dies_answers_are_withheld_until_it_is_back()
    {
        await using var postgres = await TestServer.StartPostgresAsync();
        await using var own = await World.StartAsync(connectionString: postgres.ConnectionString);
        var agency = await own.AdmitWithGrantAsync();
        var token = await own.App.TokenAsync(agency);
        Assert.Equal(200, (await own.App.LinkAsync(agency, token)).Status);

        await postgres.KillAsync();
        var withheld = await own.App.LinkAsync(agency, token);
        var validate = await own.App.ValidateAsync(agency);
        var unknownToken = await own.App.LinkAsync(agency, Guid.NewGuid().ToString());
        await postgres.StartAsync();

        Assert.All([withheld, validate, unknownToken], answer => Assert.Equal((503, "90025"), (answer.Status, answer.Code)));
        var back = await LegacyCaller.UntilAsync(() => own.App.LinkAsync(agency, token), 200);
        Assert.Equal(1, await own.EvidenceCountAsync(back));
    }

    [Fact]
    public async Task Every_answer_under_load_with_a_restarting_writer_has_its_evidence()
    {
        await using var own = await World.StartAsync();
        var agency = await own.AdmitWithGrantAsync("firstName");
        var token = await own.App.SystemTokenAsync(agency);
        await own.App.LinkAsync(agency, token);
        using var stop = new CancellationTokenSource();
        var callers = Enumerable.Range(0, 8).Select(async _ =>
        {
            var answers = new List<Answer>();
            while (!stop.IsCancellationRequested)
            {
                answers.Add(await own.App.LinkAsync(agency, token));
            }

            return answers;
        }).ToList();

        // The server ends every connection of the adapter, again and again, in the midst of COPY and commit.
        var rounds = TestEnvironment.TestEnvironment.Full ? 200 : 25;
        for (var round = 0; round < rounds; round++)
        {
            await own.QueryAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
            await LegacyCaller.UntilAsync(() => own.App.LinkAsync(agency, token), 200);
        }

        await stop.CancelAsync();
        var all = (await Task.WhenAll(callers)).SelectMany(answers => answers).ToList();
        var recorded = (await own.QueryAsync("SELECT trace_id FROM evidence WHERE outcome = 'allowed'")).Select(row => (string)row[0]!).ToList();

        Assert.All(all, answer => Assert.Contains(answer.Status, (int[])[200, 503]));
        Assert.Empty(all.Where(answer => answer.Status == 200).Select(answer => answer.TraceId).Except(recorded));
        Assert.Equal(recorded.Count, recorded.Distinct().Count());
    }

    [Fact]
    public async Task What_queued_is_written_when_the_adapter_stops()
    {
        await using var own = await World.StartAsync();
        var agency = await own.AdmitWithGrantAsync("firstName");
        var token = await own.App.TokenAsync(agency);
        var calls = Enumerable.Range(0, 100).Select(_ => TryLinkAsync()).ToList();
        await calls[0];

        await own.App.DisposeAsync();
        var answers = (await Task.WhenAll(calls)).OfType<Answer>().Where(answer => answer.Status == 200).ToList();

        var recorded = (await own.QueryAsync("SELECT trace_id FROM evidence")).Select(row => (string)row[0]!).ToHashSet();
        Assert.NotEmpty(answers);
        Assert.All(answers, answer => Assert.Contains(answer.TraceId, recorded));

        async Task<Answer?> TryLinkAsync()
        {
            try
            {
                return await own.App.LinkAsync(agency, token);
            }
            catch (HttpRequestException)
            {
                return null; // Came too late for the stopping server.
            }
        }
    }

    [Fact]
    public async Task Evidence_is_on_disk_before_the_answer_leaves()
    {
        var agency = await world.AdmitWithGrantAsync();
        var token = await world.App.TokenAsync(agency);
        await using var connection = new NpgsqlConnection(world.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);

        // Nobody can commit to the table while this transaction holds it.
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var block = new NpgsqlCommand("LOCK TABLE evidence IN EXCLUSIVE MODE", connection))
        {
            await block.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        var call = world.App.LinkAsync(agency, token);
        await Eventually.True(async () => await world.QueryAsync("SELECT count(*) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation WHERE c.relname = 'evidence' AND NOT l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())") is [[> 0L]], "the writer to wait");
        Assert.False(call.IsCompleted);
        await transaction.RollbackAsync(TestContext.Current.CancellationToken);

        var answer = await call;
        Assert.Equal(200, answer.Status);
        Assert.Equal(1, await world.EvidenceCountAsync(answer));
    }

    [Theory]
    [InlineData(Roles.Operator)]
    [InlineData(Roles.Auditor)]
    public async Task Operators_and_auditors_find_a_call_by_its_trace(string role)
    {
        var agency = await world.AdmitWithGrantAsync();
        var call = await world.App.LinkAsync(agency, await world.App.TokenAsync(agency));

        var answer = await FindAsync($"traceId={call.TraceId.ToUpperInvariant()}", world.App.Token(role));

        Assert.Equal(200, answer.Status);
        var entry = Assert.Single(answer.Json["entries"]!.AsArray())!;
        Assert.Equal(call.TraceId, entry["traceId"]!.GetValue<string>());
        Assert.Equal($"gdx1;{entry["entryId"]!.GetValue<string>()}", call.Header("Gdx-Receipt"));
        Assert.Equal("allowed", entry["outcome"]!.GetValue<string>());
        Assert.Equal(Convert.ToHexStringLower(World.SubjectHash(LegacyCaller.Citizen)), entry["subjectHash"]!.GetValue<string>());
        Assert.DoesNotContain(LegacyCaller.Citizen.Value, answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_go_back_in_time_without_gap_or_overlap()
    {
        var agency = await world.AdmitWithGrantAsync("firstName");
        var token = await world.App.TokenAsync(agency);
        var before = DateTimeOffset.UtcNow;
        await Task.WhenAll(Enumerable.Range(0, 25).Select(_ => world.App.LinkAsync(agency, token)));

        var found = new List<string>();
        string? next = null;
        do
        {
            var page = await FindAsync($"agencyId={agency.Id}&pageSize=10&from={Uri.EscapeDataString(before.ToString("O"))}&pageToken={next}", world.App.Token(Roles.Operator));
            found.AddRange(page.Json["entries"]!.AsArray().Select(entry => entry!["entryId"]!.GetValue<string>()));
            next = page.Json["nextPageToken"]?.GetValue<string>();
        }
        while (next is not null);

        Assert.Equal(25, found.Count);
        Assert.Equal(found.OrderByDescending(id => id, StringComparer.Ordinal), found);
        Assert.Equal(25, found.Distinct().Count());
        var earlier = await FindAsync($"agencyId={agency.Id}&to={Uri.EscapeDataString(before.ToString("O"))}", world.App.Token(Roles.Operator));
        Assert.Equal("token.issued", Assert.Single(earlier.Json["entries"]!.AsArray())!["decision"]!.GetValue<string>());
        var one = await FindAsync($"entryId={found[3]}", world.App.Token(Roles.Operator));
        Assert.Equal(found[3], Assert.Single(one.Json["entries"]!.AsArray())!["entryId"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("traceId=xyz")]
    [InlineData("traceId=00000000000000000000000000000000&traceId=00000000000000000000000000000001")]
    [InlineData("agencyId=1")]
    [InlineData("entryId=%00")]
    [InlineData("from=yesterday")]
    [InlineData("to=99999-01-01")]
    [InlineData("pageSize=0")]
    [InlineData("pageSize=201")]
    [InlineData("pageSize=-1")]
    [InlineData("pageSize=1e3")]
    [InlineData("pageToken=zzz")]
    [InlineData("pageToken=%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F")]
    public async Task A_bad_question_about_evidence_is_refused(string query)
    {
        var answer = await FindAsync(query, world.App.Token(Roles.Operator));

        Assert.Equal((400, "request.invalid"), (answer.Status, answer.Json["code"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Nobody_else_reads_evidence()
    {
        var expired = world.Issuer.Token("x", [Roles.Operator], token => (token.NotBefore, token.Expires) = (DateTime.UtcNow.AddHours(-2), DateTime.UtcNow.AddHours(-1)));
        var foreign = world.Issuer.Token("x", [Roles.Operator], token => token.SigningCredentials = TestIssuer.ForeignKey());
        var otherAudience = world.Issuer.Token("x", [Roles.Operator], token => token.Audience = "elsewhere");
        var otherType = world.Issuer.Token("x", [Roles.Operator], token => token.TokenType = "JWT");

        Assert.Equal(401, (await world.App.GetAsync("/v1/evidence")).Status);
        Assert.All(await Task.WhenAll(new[] { expired, foreign, otherAudience, otherType, "garbage", "" }.Select(token => FindAsync("", token))), answer => Assert.Equal(401, answer.Status));
        Assert.Equal(403, (await FindAsync("", world.App.Token(Roles.Service, Roles.LinkageAdapter))).Status);
        Assert.Equal(403, (await FindAsync("", world.App.Token())).Status);
    }

    private Task<Answer> FindAsync(string query, string token) => world.App.GetAsync($"/v1/evidence?{query}", ("Authorization", $"Bearer {token}"));
}
