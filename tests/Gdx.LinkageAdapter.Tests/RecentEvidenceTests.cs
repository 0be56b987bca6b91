using Gdx.Identity.Contracts;
using Gdx.LinkageAdapter.Contracts.V1;
using Grpc.Core;

namespace Gdx.LinkageAdapter.Tests;

public sealed class RecentEvidenceTests(World world)
{
    private static readonly string Nobody = Guid.NewGuid().ToString();

    [Fact]
    public async Task The_newest_decisions_of_an_agency_come_first_and_without_whom_they_were_about()
    {
        var agency = await world.AdmitWithGrantAsync("firstName");
        var token = await world.App.TokenAsync(agency);
        await world.App.LinkAsync(agency, token, headers: ("Gdx-Case", "12/2569"));
        await world.App.LinkAsync(agency, token, headers: ("Gdx-Purpose", "tax.audit"));

        var recent = await RecentAsync(new() { AgencyIds = { agency.Id.ToString() }, Most = 10 });

        Assert.Equal(["entitlement.purpose.not_granted", "entitlement.allowed"], recent.Select(decision => decision.Decision));
        Assert.Equal([("tax.audit", false), (World.Purpose, true)], recent.Select(decision => (decision.Purpose, decision.HasCase)));
        Assert.All(recent, decision => Assert.Equal((agency.Id.ToString(), agency.OfficerId, "api", "dopa.person", "1", "2"),
            (decision.AgencyId, decision.AgentId, decision.Channel, decision.DatasetId, decision.DatasetVersion, decision.DecisionsVersion)));
        Assert.DoesNotContain("12/2569", recent[1].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_may_be_asked_of_several_agencies_of_one_dataset_of_one_grant_and_of_all()
    {
        var (one, other) = (await world.AdmitWithGrantAsync("firstName"), await world.AdmitWithGrantAsync("firstName"));
        foreach (var agency in new[] { one, other, one })
        {
            await world.App.LinkAsync(agency, await world.App.TokenAsync(agency));
        }

        string[] both = [one.Id.ToString(), other.Id.ToString()];
        var all = await RecentAsync(new() { AgencyIds = { both }, Most = 10 });
        var newest = await RecentAsync(new() { AgencyIds = { both }, Most = 1 });
        var house = await RecentAsync(new() { AgencyIds = { both }, DatasetId = "dopa.house", DatasetVersion = "1", Most = 10 });
        var person = await RecentAsync(new() { AgencyIds = { both }, DatasetId = "dopa.person", DatasetVersion = "1", Most = 10 });
        var grant = await RecentAsync(new() { AgencyIds = { both }, GrantId = all[1].GrantId, Most = 10 });
        var everywhere = await RecentAsync(new() { DatasetId = "dopa.person", DatasetVersion = "1", Most = 10_000 });

        Assert.Equal([one.Id.ToString(), other.Id.ToString(), one.Id.ToString()], all.Select(decision => decision.AgencyId));
        Assert.Equal(all[0].EntryId, Assert.Single(newest).EntryId);
        Assert.Empty(house);
        Assert.Equal(3, person.Count);
        Assert.Equal(other.Id.ToString(), Assert.Single(grant).AgencyId);
        Assert.Subset(everywhere.Select(decision => decision.EntryId).ToHashSet(), all.Select(decision => decision.EntryId).ToHashSet());
    }

    [Fact]
    public async Task What_is_no_request_is_refused()
    {
        foreach (var request in (RecentRequest[])[new(), new() { Most = 10_001 }, new() { Most = 1, AgencyIds = { "x" } }, new() { Most = 1, GrantId = "x" }, new() { Most = 1, DatasetId = "dopa.person" }, new() { Most = 1, AgencyIds = { Enumerable.Repeat(Nobody, 1001) } }])
        {
            var refused = await Assert.ThrowsAsync<RpcException>(() => RecentAsync(request));
            Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        }
    }

    private async Task<List<RecentDecision>> RecentAsync(RecentRequest request)
    {
        using var call = new Contracts.V1.Evidence.EvidenceClient(world.App.Channel).Recent(request, world.App.As(Roles.Service, Roles.Entitlement));
        return await call.ResponseStream.ReadAllAsync().ToListAsync();
    }
}
