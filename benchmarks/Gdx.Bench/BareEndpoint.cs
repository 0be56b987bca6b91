namespace Gdx.Bench;

/// <summary>The peer of the token endpoint: ASP.NET Core as it comes, one route that reads the form and answers JSON of a token's size, no telemetry, no access log.</summary>
internal static class BareEndpoint
{
    public static async Task RunAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var token = new string('x', 800); // An access token of the exchange has about so many characters.
        app.MapPost("/connect/token", async (HttpRequest request) =>
        {
            var form = await request.ReadFormAsync();
            return form.ContainsKey("client_id") ? Results.Json(new { access_token = token, token_type = "Bearer", expires_in = 600 }) : Results.BadRequest();
        });
        await app.StartAsync();
        Console.WriteLine(app.Urls.First()); // Read by the bench.
        await app.WaitForShutdownAsync();
    }
}
