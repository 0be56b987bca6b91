using System.Net.Http.Json;
using System.Text;
using Gdx.Numbers;
using Grpc.Core;

namespace Gdx.LinkageAdapter.Tests;

/// <summary>Secrets, tokens and citizen numbers go through every route, and are then looked for wherever something is written down.</summary>
public sealed class CanaryTests
{
    [Fact]
    public async Task What_must_not_be_written_down_is_nowhere()
    {
        await using var own = await World.StartAsync();
        var agency = await own.AdmitWithGrantAsync();
        var token = await own.App.TokenAsync(agency);
        var (citizen, systemUser, unknownAgent) = (CitizenId.Synthetic(150), CitizenId.Synthetic(1), CitizenId.Synthetic(5150));
        var (wrongSecret, wrongToken) = (World.NewSecret(), Guid.NewGuid().ToString());
        (string, string)[] caller = [("Consumer-Key", agency.ConsumerKey.ToString()), ("Token", token)];

        await own.App.LinkAsync(agency, token, citizen);
        await own.App.LinkAsync(agency, wrongToken, citizen);
        await own.App.LinkAsync(agency with { ConsumerKey = Guid.NewGuid() }, token, citizen);
        await own.App.ValidateAsync(agency, secret: wrongSecret);
        await own.App.ValidateAsync(agency, agent: unknownAgent.Value);
        await own.App.SendAsync(HttpMethod.Post, LegacyCaller.LinkPath(citizen), caller);
        await own.App.GetAsync(LegacyCaller.LinkPath(citizen) + $"&CitizenID={citizen.Value}", caller);
        await own.App.GetAsync(LegacyCaller.LinkPath(citizen) + "%", caller);
        await own.App.GetAsync($"/ws/{citizen.Value}/{wrongSecret}?ConsumerSecret={wrongSecret}", caller);
        await own.App.GetAsync($"/{citizen.Value}?CitizenID={citizen.Value}");
        await own.App.GetAsync(LegacyCaller.LinkPath(citizen), [.. caller, ("Gdx-Case", citizen.Value)]);
        await own.App.GetAsync(LegacyCaller.LinkPath(citizen), [.. caller, ("User-Agent", citizen.Value), ("Referer", $"http://x/?id={citizen.Value}")]);
        await own.App.GetAsync($"/v1/evidence?traceId={citizen.Value}", ("Authorization", $"Bearer {own.App.Token(Gdx.Identity.Contracts.Roles.Operator)}"));
        await own.App.GetAsync("/v1/evidence", ("Authorization", $"Bearer {token}"));
        await Assert.ThrowsAsync<RpcException>(async () => await own.App.SourceAccounts.ConfigureAsync(new() { AgencyId = citizen.Value, SystemUserCitizenId = citizen.Value }, own.App.AsOperator()));
        using var http = new HttpClient();
        foreach (var fault in new object[] { new { status = 500 }, new { serviceStatus = 500 }, new { garbage = true }, new { dropConnections = true }, new { status = 404 } })
        {
            await http.PutAsJsonAsync(new Uri(own.Outside.Http, "lk2/faults"), fault, TestContext.Current.CancellationToken);
            await own.App.LinkAsync(agency, token, citizen);
        }

        await own.QueryAsync("ALTER TABLE evidence RENAME TO evidence_away");
        await own.App.LinkAsync(agency, token, citizen);
        await own.App.ValidateAsync(agency);
        await own.QueryAsync("ALTER TABLE evidence_away RENAME TO evidence");
        await own.App.DisposeAsync();

        string[] canaries = [agency.Secret, wrongSecret, token, wrongToken, citizen.Value, systemUser.Value, unknownAgent.Value, agency.Officer.Value, LinkageAdapterApp.SubjectKeyText];
        var written = new Dictionary<string, string>
        {
            ["log"] = string.Join('\n', own.App.Logs),
            ["spans"] = string.Join('\n', own.App.Spans.Select(Describe)),
            ["tables"] = await TablesAsync(own),
        };
        foreach (var (where, text) in written)
        {
            Assert.NotEmpty(text);
            Assert.All(canaries, canary => Assert.False(text.Contains(canary, StringComparison.OrdinalIgnoreCase), $"{canary} is in the {where}: {Around(text, canary)}"));
        }
    }

    private static string Describe(System.Diagnostics.Activity span) =>
        $"{span.DisplayName} {span.StatusDescription} {string.Join(' ', span.TagObjects)} {string.Join(' ', span.Events.Select(one => $"{one.Name} {string.Join(' ', one.Tags)}"))} {string.Join(' ', span.Baggage)} {span.TraceStateString}";

    private static async Task<string> TablesAsync(World own)
    {
        var text = new StringBuilder();
        foreach (var table in await own.QueryAsync("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
        {
            foreach (var row in await own.QueryAsync($"SELECT t::text FROM \"{table[0]}\" t"))
            {
                text.AppendLine((string?)row[0]);
            }
        }

        return text.ToString();
    }

    private static string Around(string text, string canary)
    {
        var at = Math.Max(0, text.IndexOf(canary, StringComparison.OrdinalIgnoreCase));
        return text[Math.Max(0, at - 200)..Math.Min(text.Length, at + 100)];
    }
}
