using System.Diagnostics;

namespace Gdx.Simulators.Tests;

public sealed class StartTests
{
    [Theory]
    [InlineData("Production")]
    [InlineData("Staging")]
    [InlineData(null)]
    public async Task It_refuses_to_start_outside_development(string? environment)
    {
        var (code, error) = await RunAsync(environment, "http://127.0.0.1:0");
        Assert.Equal(1, code);
        Assert.Contains("only runs in Development", error);
        Assert.Contains(environment ?? "Production", error);
    }

    [Fact]
    public async Task It_refuses_to_listen_for_others_than_this_machine()
    {
        var (code, error) = await RunAsync("Development", "http://0.0.0.0:0");
        Assert.NotEqual(0, code);
        Assert.Contains("listens on localhost only", error);
    }

    [Fact]
    public async Task It_is_healthy_and_answers_only_to_local_names()
    {
        await using var agency = await Agency.StartAsync();
        Assert.Equal("Healthy", (await agency.SendAsync(HttpMethod.Get, "/health")).Text);
        using var rebound = new HttpRequestMessage(HttpMethod.Get, "/messages") { Headers = { Host = "attacker.example" } };
        using var refused = await agency.Http.SendAsync(rebound, TestContext.Current.CancellationToken);
        Assert.Equal(400, (int)refused.StatusCode);
    }

    private static async Task<(int Code, string Error)> RunAsync(string? environment, string urls)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(OutsideWorld).Assembly.Location]) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment.Remove("DOTNET_ENVIRONMENT");
        start.Environment.Remove("ASPNETCORE_ENVIRONMENT");
        start.Environment["ASPNETCORE_URLS"] = urls;
        start.Environment["SMTP_PORT"] = "0";
        if (environment is not null)
        {
            start.Environment["ASPNETCORE_ENVIRONMENT"] = environment;
        }

        using var process = Process.Start(start)!;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
        var error = await process.StandardError.ReadToEndAsync(deadline.Token);
        await process.WaitForExitAsync(deadline.Token);
        await output;
        return (process.ExitCode, error);
    }
}
