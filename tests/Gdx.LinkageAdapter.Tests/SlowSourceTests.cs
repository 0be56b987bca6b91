using System.Net.Http.Json;

namespace Gdx.LinkageAdapter.Tests;

/// <summary>What ends while the source is still answering. Worlds of their own: the simulated source is slowed down for all.</summary>
public sealed class SlowSourceTests
{
    [Fact]
    public async Task A_grant_revoked_while_the_source_answers_gives_nothing_out()
    {
        await using var world = await World.StartAsync();
        var agency = await world.AdmitAsync();
        await world.ConfigureAsync(agency);
        var grantId = await world.GrantAsync(agency, grant => grant.Fields.Add("firstName"));
        var token = await world.App.TokenAsync(agency);
        Assert.Equal(200, (await world.App.LinkAsync(agency, token)).Status);
        using var http = new HttpClient();
        (await http.PutAsJsonAsync(new Uri(world.Outside.Http, "lk2/faults"), new { latencyMs = 2000 })).EnsureSuccessStatusCode();

        var call = world.App.LinkAsync(agency, token);
        world.Revoke(agency, grantId);
        var answer = await call;

        Assert.Equal(403, answer.Status);
        Assert.Equal("95010", answer.Code);
        Assert.DoesNotContain("firstName", answer.Body, StringComparison.Ordinal);
        var evidence = await world.EvidenceAsync(answer);
        Assert.Equal(("denied", "[]"), (evidence["outcome"], evidence["fields"]));
    }

    [Fact]
    public async Task That_somebody_is_not_in_the_register_is_not_told_either_once_the_grant_is_revoked()
    {
        await using var world = await World.StartAsync();
        var agency = await world.AdmitAsync();
        await world.ConfigureAsync(agency);
        var grantId = await world.GrantAsync(agency, grant => grant.Fields.Add("firstName"));
        var token = await world.App.TokenAsync(agency);
        Assert.Equal(404, (await world.App.LinkAsync(agency, token, LegacyCaller.Nobody)).Status);
        using var http = new HttpClient();
        (await http.PutAsJsonAsync(new Uri(world.Outside.Http, "lk2/faults"), new { latencyMs = 2000 })).EnsureSuccessStatusCode();

        var call = world.App.LinkAsync(agency, token, LegacyCaller.Nobody);
        world.Revoke(agency, grantId);
        var answer = await call;

        Assert.Equal((403, "95010"), (answer.Status, answer.Code));
        Assert.Equal("denied", (await world.EvidenceAsync(answer))["outcome"]);
    }
}
