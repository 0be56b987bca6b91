using System.Text;
using Gdx.Identity.Contracts.V1;
using Gdx.Numbers;
using Gdx.TestEnvironment;
using Grpc.Core;

namespace Gdx.Identity.Tests;

/// <summary>What must be known to one person only is written down nowhere.</summary>
public sealed class CanaryTests(IdentityApp app) : IClassFixture<IdentityApp>
{
    [Fact]
    public async Task Secrets_codes_and_citizen_numbers_are_in_no_table_log_or_message()
    {
        var officer = CitizenId.Synthetic(IdentityApp.NextNumber()).Value;
        var mistyped = officer[..12] + (char)('0' + ((officer[12] - '0' + 1) % 10));
        var application = await app.LetInAsync(form => form.Agents[0].CitizenId = officer);
        await Assert.ThrowsAsync<RpcException>(() => app.SubmitAsync(form => form.Agents[0].CitizenId = mistyped));
        var code = await app.ClaimCodeAsync(application.ApiClientId);
        var unused = await app.ClaimCodeAsync(application.ApiClientId);
        using var page = await app.OpenClaimAsync(code);
        using var shown = await app.PostClaimAsync(code);
        using var again = await app.PostClaimAsync(code);
        using var wrong = await app.AskTokenAsync(IdentityApp.Adapter, "a-wrong-secret-that-somebody-typed");
        var secret = (await IdentityApp.JsonAsync(shown))["consumerSecret"]!.GetValue<string>();
        await app.Clients.RevokeAsync(new() { ApiClientId = application.ApiClientId, Reason = "over" }, await app.AsAsync(IdentityApp.Maker));
        await Eventually.True(() => app.Told.OfType<ApiClientRevoked>().Any(told => told.ApiClientId.ToString() == application.ApiClientId), "the revocation on the bus");

        var tables = await app.AllRowsAsync();
        var logs = string.Join('\n', app.Logs);
        var messages = string.Join('\n', app.ToldRaw);
        Assert.All([tables, messages], text => Assert.Contains(application.ApiClientId, text, StringComparison.Ordinal));
        Assert.NotEmpty(logs);
        foreach (var canary in new[] { officer, mistyped, code, unused, secret, IdentityApp.Secret(IdentityApp.Adapter), IdentityApp.Secret(IdentityApp.Maker), "a-wrong-secret-that-somebody-typed", await app.TokenAsync(IdentityApp.Maker) })
        {
            foreach (var form in new[] { canary, Convert.ToHexStringLower(Encoding.UTF8.GetBytes(canary)), Convert.ToBase64String(Encoding.UTF8.GetBytes(canary)) })
            {
                Assert.All([tables, logs, messages], text => Assert.DoesNotContain(form, text, StringComparison.Ordinal));
            }
        }

        Assert.DoesNotContain(application.ContactEmail, logs + messages, StringComparison.Ordinal);
    }
}
