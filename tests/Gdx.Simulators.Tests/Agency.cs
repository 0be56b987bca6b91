using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gdx.Numbers;

namespace Gdx.Simulators.Tests;

/// <summary>An agency's program in front of a simulated world of its own: speaks LK2 over real sockets.</summary>
public sealed class Agency : IAsyncDisposable
{
    public static readonly CitizenId SystemUser = CitizenId.Synthetic(1);
    private readonly OutsideWorld world;
    private readonly HttpClient http;

    private Agency(OutsideWorld world)
    {
        this.world = world;
        http = new HttpClient { BaseAddress = new Uri(world.Http, "lk2/") };
    }

    public OutsideWorld World => world;

    public HttpClient Http => http;

    public static async Task<Agency> StartAsync() => new(await OutsideWorld.StartAsync());

    /// <summary>Logs in by digital identity; the answer to the confirmation.</summary>
    public async Task<Answer> LogInAsync(CitizenId user, string officeId = "23", string? accessToken = null)
    {
        accessToken ??= (await PostAsync("thaid/token", $$"""{"personalID":{{user.Number}}}""")).Body["access_token"]!.GetValue<string>();
        return await PostAsync("api/center/login/confirm", $$"""{"loginType":2,"officeID":{{officeId}},"personalID":{{user.Number}},"accessToken":"{{accessToken}}"}""");
    }

    public async Task<string> TokenAsync(CitizenId user) => (await LogInAsync(user)).Body["token"]!.GetValue<string>();

    /// <summary>Asks the services of one job about one citizen.</summary>
    public Task<Answer> RequestAsync(string token, CitizenId citizen, params int[] services) =>
        SendAsync(HttpMethod.Post, "api/center/request/", RequestBody(citizen, services), token);

    public static string RequestBody(CitizenId citizen, params int[] services) => JsonSerializer.Serialize(new
    {
        jobID = LinkageCenter.Users.WelfareJob,
        data = services.Select(service => new { serviceID = service, query = new { personalID = citizen.Value } }),
    });

    public Task<Answer> PostAsync(string path, string json, string? token = null) => SendAsync(HttpMethod.Post, path, json, token);

    public async Task<Answer> SendAsync(HttpMethod method, string path, string? json = null, string? token = null, string? sandbox = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }

        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        if (sandbox is not null)
        {
            request.Headers.Add("X-Use-Sandbox", sandbox);
        }

        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new Answer((int)answer.StatusCode, text);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await world.DisposeAsync();
    }
}

/// <summary>Status and text of an answer.</summary>
public sealed record Answer(int Status, string Text)
{
    public JsonObject Body => JsonNode.Parse(Text)!.AsObject();

    /// <summary>The answer of one service inside a 200.</summary>
    public JsonObject Service(int index) => Body["data"]![index]!.AsObject();
}
