using Gdx.Demo;

namespace Gdx.SystemTests;

/// <summary>Secrets and citizen numbers sent through the running system are written down nowhere.</summary>
public sealed class CanaryTests(RunningSystem system)
{
    [Fact]
    public async Task Secrets_and_citizen_numbers_are_in_no_log_trace_or_mail()
    {
        var application = await system.Journey.ApproveAsync(await system.Journey.ApplyAsync());
        await system.Journey.GrantAsync(application.AgencyId, Journey.GrantedFields);
        var code = await system.Journey.ClaimLinkAsync(application.ContactEmail);
        var secret = (await system.Journey.PostClaimAsync(code)).Json["consumerSecret"]!.GetValue<string>();
        var validated = await Exchange.UntilAsync(async () => await system.Exchange.ValidateAsync(application.ConsumerKey, secret, system.Client.AgentId) is { Status: 200 } answer ? answer : null, TimeSpan.FromSeconds(5));
        var token = validated!.Json["Result"]!.GetValue<string>();
        var trace = Exchange.NewTrace();
        await system.Exchange.LinkAsync(application.ConsumerKey, token, system.Client.CitizenId, trace);
        await system.Exchange.LinkAsync(application.ConsumerKey, token, system.Client.UnknownCitizenId);
        await system.Exchange.ValidateAsync(application.ConsumerKey, secret + "x", system.Client.AgentId);
        Assert.NotNull(await system.Exchange.TraceAsync(trace, body => body.Contains("linkage-adapter", StringComparison.Ordinal), TimeSpan.FromSeconds(20)));

        var written = new Dictionary<string, string>
        {
            ["the hosts' output"] = system.Output,
            ["traces"] = (await system.Exchange.SendAsync(HttpMethod.Get, $"{system.Exchange.Endpoints.Dashboard}/api/telemetry/spans?limit=20000")).Body,
            ["logs"] = (await system.Exchange.SendAsync(HttpMethod.Get, $"{system.Exchange.Endpoints.Dashboard}/api/telemetry/logs?limit=20000")).Body,
        };
        var mails = (await system.Exchange.SendAsync(HttpMethod.Get, $"{system.Exchange.Endpoints.Mail}/messages?to={application.ContactEmail}")).Body;
        foreach (var file in Directory.EnumerateFiles(system.Home, "*.log", SearchOption.AllDirectories))
        {
            written[file] = await ReadSharedAsync(file);
        }

        var claimCode = code[(code.IndexOf('=', StringComparison.Ordinal) + 1)..];
        foreach (var (name, canary) in new[] { ("consumer secret", secret), ("claim code", claimCode), ("token", token), ("agent's number", system.Client.AgentId), ("citizen number", system.Client.CitizenId), ("unknown citizen's number", system.Client.UnknownCitizenId) })
        {
            foreach (var (where, text) in written)
            {
                Assert.False(text.Contains(canary, StringComparison.Ordinal), $"The {name} is in {where}.");
            }

            // Of these only the one-time claim code is meant for the mail.
            Assert.Equal(name == "claim code", mails.Contains(canary, StringComparison.Ordinal));
        }
    }

    private static async Task<string> ReadSharedAsync(string file)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }
}
