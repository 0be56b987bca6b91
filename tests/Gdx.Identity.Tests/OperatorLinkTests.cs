using System.Net;
using Gdx.Identity.Contracts;
using Gdx.Identity.Data;
using Gdx.Identity.Features;
using Gdx.Numbers;
using Microsoft.Extensions.DependencyInjection;

namespace Gdx.Identity.Tests;

public sealed class OperatorLinkTests(SignInWorld world) : IClassFixture<SignInWorld>
{
    private static int next = 360;

    [Fact]
    public async Task Whoever_opens_the_link_and_proves_a_number_is_an_operator_at_the_next_sign_in()
    {
        var citizen = Someone();
        var code = await LinkAsync();
        using var browser = As(citizen);
        var choose = await browser.OpenAsync(Browser.Identity($"operator?code={code}"));
        Assert.Contains($"/id/operator?code={code}&amp;provider=thaid", choose.Body, StringComparison.Ordinal);

        var done = await browser.OpenAsync(Browser.Identity($"operator?code={code}&provider=thaid"));
        var tokens = await new PortalClient(world.App).SignInAsync("thaid", citizen);

        Assert.Contains("You are an operator now", done.Body, StringComparison.Ordinal);
        Assert.Equal([Roles.Auditor, Roles.Operator, Roles.Person], tokens.Roles);
        Assert.Empty((await world.App.Applications.FindAsync(new() { State = Contracts.V1.ApplicationState.Rejected }, tokens.Metadata)).Applications);
    }

    [Fact]
    public async Task A_link_works_once_also_when_ten_open_it_at_once()
    {
        var code = await LinkAsync();
        var pages = await Task.WhenAll(Enumerable.Range(0, 10).Select(async _ =>
        {
            using var browser = As(Someone());
            return await browser.OpenAsync(Browser.Identity($"operator?code={code}&provider=thaid"));
        }));

        Assert.Single(pages, page => page.Status == HttpStatusCode.OK);
        Assert.Equal(9, pages.Count(page => page.Status == HttpStatusCode.Gone));
    }

    [Fact]
    public async Task A_provider_that_proves_no_number_makes_nobody_an_operator_and_leaves_the_link()
    {
        var code = await LinkAsync();
        using var browser = As(Someone());

        Assert.Equal(HttpStatusCode.Forbidden, (await browser.OpenAsync(Browser.Identity($"operator?code={code}&provider=govid"))).Status);
        Assert.Equal(HttpStatusCode.OK, (await browser.OpenAsync(Browser.Identity($"operator?code={code}&provider=dga"))).Status);
    }

    [Fact]
    public async Task An_old_or_made_up_link_leads_nowhere()
    {
        var old = await LinkAsync(DateTimeOffset.UtcNow.AddHours(-72));
        foreach (var code in new[] { old, Secrets.New(), "x", "", "' OR 1=1" })
        {
            using var browser = As(Someone());
            Assert.Equal(HttpStatusCode.Gone, (await browser.OpenAsync(Browser.Identity($"operator?code={Uri.EscapeDataString(code)}&provider=thaid"))).Status);
        }
    }

    [Fact]
    public async Task The_code_is_kept_nowhere() => Assert.DoesNotContain(await LinkAsync(), await world.App.AllRowsAsync(), StringComparison.Ordinal);

    private static CitizenId Someone() => CitizenId.Synthetic(Interlocked.Increment(ref next));

    private Browser As(CitizenId citizen) => new(world.App)
    {
        Turn = address => address.Host == "127.0.0.1" && address.AbsolutePath.Contains("auth", StringComparison.Ordinal) ? new Uri($"{address.AbsoluteUri}&login_hint={citizen.Value}") : address,
    };

    private async Task<string> LinkAsync(DateTimeOffset? at = null)
    {
        await using var scope = world.App.Services.CreateAsyncScope();
        return await CreateOperator.RunAsync(scope.ServiceProvider.GetRequiredService<IdentityDb>(), "คนแรก", at ?? DateTimeOffset.UtcNow, TestContext.Current.CancellationToken);
    }
}
