using System.Diagnostics;
using System.Text.RegularExpressions;
using Gdx.Identity.Data;

namespace Gdx.Identity.Tests;

/// <summary><c>Gdx.Identity create-operator</c> as whoever runs the machine runs it: a process of its own.</summary>
public sealed partial class CreateOperatorTests(IdentityApp app) : IClassFixture<IdentityApp>
{
    private const string TooLong = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"; // One more than a name may have.

    [Fact]
    public async Task It_writes_one_link_to_the_console_which_works_and_is_nowhere_else()
    {
        var (code, output, errors) = await RunAsync(app.Settings, "create-operator", "--name", "สมหญิง ใจดี");
        var (again, second, _) = await RunAsync(app.Settings, "create-operator", "--name", "Somebody");

        Assert.Equal((0, 0), (code, again));
        Assert.Matches(Link(), output);
        Assert.Matches(Link(), second);
        Assert.NotEqual(output, second);
        var link = new Uri(output.Trim());
        var secret = link.Query["?code=".Length..];
        Assert.DoesNotContain(secret, errors, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, await app.AllRowsAsync(), StringComparison.Ordinal);
        Assert.Equal("สมหญิง ใจดี", await app.SqlAsync<string>($"SELECT name FROM operator_links WHERE code_hash = sha256('{secret}'::bytea)"));
        Assert.Equal(1L, await app.SqlAsync<long>("SELECT count(DISTINCT agency_id) FROM operator_links"));
        using var http = app.CreateDefaultClient();
        using var page = await http.GetAsync(new Uri($"/operator?code={secret}", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.NotEqual(System.Net.HttpStatusCode.Gone, page.StatusCode); // Known; where no provider is configured there is none to choose.
    }

    [Theory]
    [InlineData("create-operator")]
    [InlineData("create-operator", "--name")]
    [InlineData("create-operator", "--name", "")]
    [InlineData("create-operator", "--name", "   ")]
    [InlineData("create-operator", "--name", "a\nb")]
    [InlineData("create-operator", "--name", TooLong)]
    [InlineData("create-operator", "Somchai")]
    [InlineData("create-operator", "--name", "Somchai", "Jaidee")]
    [InlineData("create-operator", "--help")]
    public async Task What_it_does_not_understand_it_refuses_with_how_to_call_it(params string[] arguments)
    {
        var before = await app.SqlAsync<long>("SELECT count(*) FROM operator_links");

        var (code, output, errors) = await RunAsync(app.Settings, arguments);

        Assert.Equal((2, ""), (code, output));
        Assert.Equal("Usage: Gdx.Identity create-operator --name NAME", errors.Trim());
        Assert.Equal(before, await app.SqlAsync<long>("SELECT count(*) FROM operator_links"));
    }

    [Fact]
    public async Task Without_a_database_or_its_schema_it_says_so_and_fails()
    {
        var away = new Dictionary<string, string?>(app.Settings) { ["ConnectionStrings:identity-db"] = "Host=127.0.0.1;Port=1;Database=x;Username=x;Timeout=2" };
        var empty = new Dictionary<string, string?>(app.Settings) { ["ConnectionStrings:identity-db"] = await TestEnvironment.TestEnvironment.CreateDatabaseAsync() };
        foreach (var settings in new[] { away, empty })
        {
            var (code, output, errors) = await RunAsync(settings, "create-operator", "--name", "Somebody");

            Assert.Equal((1, ""), (code, output));
            Assert.StartsWith("The database cannot be used (", errors.Trim().Split('\n')[^1], StringComparison.Ordinal);
            Assert.DoesNotContain("Unhandled", errors, StringComparison.Ordinal);
        }
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(IReadOnlyDictionary<string, string?> settings, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(IdentityDb).Assembly.Location, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (key, value) in settings.Append(new("ASPNETCORE_ENVIRONMENT", "Development")))
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        using var process = Process.Start(start)!;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(60));
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(deadline.Token), process.StandardError.ReadToEndAsync(deadline.Token));
        await process.WaitForExitAsync(deadline.Token);
        return (process.ExitCode, await output, await errors);
    }

    [GeneratedRegex(@"^http://identity\.test/id/operator\?code=[0-9A-Za-z]{43}\r?\n\z")]
    private static partial Regex Link();
}
