using Gdx.Identity.Contracts;
using Gdx.LinkageAdapter.Contracts.V1;
using Gdx.Numbers;
using Gdx.TestEnvironment;
using Grpc.Core;

namespace Gdx.LinkageAdapter.Tests;

public sealed class SourceAccountTests(World world)
{
    [Fact]
    public async Task A_configured_account_is_shown_without_its_system_user()
    {
        var request = Good();

        var configured = await world.App.SourceAccounts.ConfigureAsync(request, world.App.AsOperator());
        var shown = await world.App.SourceAccounts.GetAsync(new() { AgencyId = request.AgencyId, Source = request.Source }, world.App.AsOperator());

        Assert.Equal(configured, shown);
        Assert.Equal((request.ProxyAddress, "00023"), (shown.ProxyAddress, shown.OfficeId));
        Assert.Equal(request.Jobs, shown.Jobs);
        Assert.DoesNotContain(request.SystemUserCitizenId, shown.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_system_user_is_encrypted_in_the_table()
    {
        var request = Good();
        await world.App.SourceAccounts.ConfigureAsync(request, world.App.AsOperator());

        var row = Assert.Single(await world.QueryAsync($"SELECT t::text, protected_system_user FROM source_accounts t WHERE agency_id = '{request.AgencyId}'"));

        Assert.DoesNotContain(request.SystemUserCitizenId, (string)row[0]!, StringComparison.Ordinal);
        Assert.DoesNotContain(request.SystemUserCitizenId, System.Text.Encoding.Latin1.GetString((byte[])row[1]!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_replica_uses_a_new_account_at_once()
    {
        await using var own = await World.StartAsync();
        await using var other = await own.StartAnotherAsync();
        var agency = await own.AdmitWithGrantAsync();

        await Eventually.True(async () => (await other.ValidateAsync(agency)).Status == 200, "the client on the other replica");
        var token = await other.TokenAsync(agency);
        await LegacyCaller.UntilAsync(() => other.LinkAsync(agency, token), 200, TimeSpan.FromSeconds(10));
    }

    public static TheoryData<string, Action<ConfigureSourceAccountRequest>> BadRequests() => new()
    {
        { "agency_id", request => request.AgencyId = "" },
        { "agency_id", request => request.AgencyId = "1" },
        { "source", request => request.Source = "" },
        { "source", request => request.Source = "linkage-center-3" },
        { "proxy_address", request => request.ProxyAddress = "" },
        { "proxy_address", request => request.ProxyAddress = "ftp://proxy" },
        { "proxy_address", request => request.ProxyAddress = "/lk2" },
        { "proxy_address", request => request.ProxyAddress = "http://user:password@proxy/" },
        { "proxy_address", request => request.ProxyAddress = "http://proxy/?x=1" },
        { "proxy_address", request => request.ProxyAddress = "http://proxy/#x" },
        { "proxy_address", request => request.ProxyAddress = "http://proxy/" + new string('x', 600) },
        { "proxy_address", request => request.ProxyAddress = "http://proxy\u0000/" },
        { "system_user_citizen_id", request => request.SystemUserCitizenId = "" },
        { "system_user_citizen_id", request => request.SystemUserCitizenId = "9000000001004" },
        { "system_user_citizen_id", request => request.SystemUserCitizenId = "๙๐๐๐๐๐๐๐๐๑๐๐๓" },
        { "office_id", request => request.OfficeId = "23" },
        { "office_id", request => request.OfficeId = "๐๐๐๒๓" },
        { "office_id", request => request.OfficeId = "00023\n" },
        { "jobs", request => request.Jobs.Clear() },
        { "jobs.purpose", request => request.Jobs[0].Purpose = "Welfare" },
        { "jobs.purpose", request => request.Jobs.Add(request.Jobs[0].Clone()) },
        { "jobs.job_id", request => request.Jobs[0].JobId = "x" },
        { "jobs", request => request.Jobs.AddRange(Enumerable.Range(0, 101).Select(i => new Job { Purpose = $"purpose-{i}", JobId = Guid.NewGuid().ToString() })) },
    };

    [Theory]
    [MemberData(nameof(BadRequests), DisableDiscoveryEnumeration = true)]
    public async Task A_bad_account_is_refused_by_field(string field, Action<ConfigureSourceAccountRequest> spoil)
    {
        var request = Good();
        spoil(request);

        var refused = await Assert.ThrowsAsync<RpcException>(async () => await world.App.SourceAccounts.ConfigureAsync(request, world.App.AsOperator()));

        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        Assert.Equal(field, refused.GetRpcStatus()!.GetDetail<Google.Rpc.BadRequest>()!.FieldViolations.Single().Field);
        if (request.SystemUserCitizenId.Length > 0)
        {
            Assert.DoesNotContain(request.SystemUserCitizenId, refused.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_account_that_is_not_there_is_unknown()
    {
        var refused = await Assert.ThrowsAsync<RpcException>(async () =>
            await world.App.SourceAccounts.GetAsync(new() { AgencyId = Guid.NewGuid().ToString(), Source = "linkage-center-2" }, world.App.AsOperator()));

        Assert.Equal(StatusCode.NotFound, refused.StatusCode);
        Assert.Equal("linkage-adapter.source_account.unknown", refused.GetRpcStatus()!.GetDetail<Google.Rpc.ErrorInfo>()!.Reason);
    }

    [Fact]
    public async Task Only_operators_see_and_set_accounts()
    {
        foreach (var (metadata, status) in new (Metadata, StatusCode)[]
        {
            ([], StatusCode.Unauthenticated),
            (world.App.As(), StatusCode.PermissionDenied),
            (world.App.As(Roles.Auditor), StatusCode.PermissionDenied),
            (world.App.As(Roles.Service, Roles.Entitlement), StatusCode.PermissionDenied),
        })
        {
            var configure = await Assert.ThrowsAsync<RpcException>(async () => await world.App.SourceAccounts.ConfigureAsync(Good(), metadata));
            var get = await Assert.ThrowsAsync<RpcException>(async () => await world.App.SourceAccounts.GetAsync(new() { AgencyId = Guid.NewGuid().ToString(), Source = "linkage-center-2" }, metadata));
            Assert.Equal((status, status), (configure.StatusCode, get.StatusCode));
        }
    }

    [Fact]
    public async Task Accounts_configured_side_by_side_leave_one()
    {
        var agency = Guid.CreateVersion7().ToString();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            var request = Good();
            (request.AgencyId, request.ProxyAddress) = (agency, $"http://proxy-{i}/");
            try
            {
                await world.App.SourceAccounts.ConfigureAsync(request, world.App.AsOperator());
                return StatusCode.OK;
            }
            catch (RpcException refused)
            {
                return refused.StatusCode;
            }
        }));

        Assert.Contains(StatusCode.OK, outcomes);
        Assert.All(outcomes, outcome => Assert.Contains(outcome, (StatusCode[])[StatusCode.OK, StatusCode.Aborted]));
        Assert.Equal([[1L]], await world.QueryAsync($"SELECT count(*) FROM source_accounts WHERE agency_id = '{agency}'"));
    }

    private static ConfigureSourceAccountRequest Good() => new()
    {
        AgencyId = Guid.CreateVersion7().ToString(),
        Source = "linkage-center-2",
        ProxyAddress = "https://proxy.example.go.th/lk2",
        SystemUserCitizenId = CitizenId.Synthetic(1234).Value,
        OfficeId = "00023",
        Jobs = { new Job { Purpose = World.Purpose, JobId = Guid.NewGuid().ToString() } },
    };
}
