using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gdx.Numbers;

namespace Gdx.Simulators.Tests;

public sealed class Lk2LoginTests
{
    private static readonly CitizenId Stranger = CitizenId.Synthetic(9000);

    [Fact]
    public async Task A_registered_user_sees_the_offices_and_gets_a_token_for_an_hour()
    {
        await using var agency = await Agency.StartAsync();
        var login = await agency.PostAsync("api/center/login/", $$"""{"loginType":2,"personalID":"{{Agency.SystemUser.Value}}"}""");
        Assert.Equal(200, login.Status);
        Assert.Equal(23, login.Body["office"]![0]!["id"]!.GetValue<int>());
        Assert.Null(login.Body["random"]);

        var confirmed = await agency.LogInAsync(Agency.SystemUser);
        Assert.Equal(201, confirmed.Status);
        var claims = Claims(confirmed.Body["token"]!.GetValue<string>());
        Assert.Equal(Agency.SystemUser.Number, claims["userPersonalID"]!.GetValue<long>());
        Assert.Equal(2, claims["loginType"]!.GetValue<int>());
        Assert.InRange(claims["exp"]!.GetValue<long>() - DateTimeOffset.UtcNow.ToUnixTimeSeconds(), 3500, 3600);
    }

    [Fact]
    public async Task An_unknown_user_is_not_found()
    {
        await using var agency = await Agency.StartAsync();
        var login = await agency.PostAsync("api/center/login/", $$"""{"loginType":2,"personalID":{{Stranger.Number}}}""");
        Assert.Equal((404, """{"errorMessage":"Not Found"}"""), (login.Status, login.Text));
    }

    [Fact]
    public async Task An_access_token_serves_one_login_of_its_own_person()
    {
        await using var agency = await Agency.StartAsync();
        var officer = CitizenId.Synthetic(10);
        var foreign = (await agency.PostAsync("thaid/token", $$"""{"personalID":"{{officer.Value}}"}""")).Body["access_token"]!.GetValue<string>();
        Assert.Equal(401, (await agency.LogInAsync(Agency.SystemUser, accessToken: foreign)).Status);

        var own = (await agency.PostAsync("thaid/token", $$"""{"personalID":"{{Agency.SystemUser.Value}}"}""")).Body["access_token"]!.GetValue<string>();
        Assert.Equal(201, (await agency.LogInAsync(Agency.SystemUser, "\"00023\"", own)).Status);
        Assert.Equal(401, (await agency.LogInAsync(Agency.SystemUser, accessToken: own)).Status);
        Assert.Equal(401, (await agency.LogInAsync(Agency.SystemUser, accessToken: "invented")).Status);
    }

    [Fact]
    public async Task An_office_of_others_is_refused()
    {
        await using var agency = await Agency.StartAsync();
        Assert.Equal(403, (await agency.LogInAsync(Agency.SystemUser, "77")).Status);
    }

    [Fact]
    public async Task A_card_answers_the_random_of_its_login()
    {
        await using var agency = await Agency.StartAsync();
        var login = await agency.PostAsync("api/center/login/", $$"""{"loginType":1,"personalID":{{Agency.SystemUser.Number}},"chipNo":"0123456789abcdef"}""");
        var random = login.Body["random"]!.GetValue<string>();
        Assert.Equal(401, (await ConfirmAsync("guessed")).Status);

        var envelope = (await agency.PostAsync("card/envelope", $$"""{"random":"{{random}}"}""")).Body["envelope"]!.GetValue<string>();
        var confirmed = await ConfirmAsync(envelope);
        Assert.Equal(201, confirmed.Status);
        Assert.Equal(1, Claims(confirmed.Body["token"]!.GetValue<string>())["loginType"]!.GetValue<int>());
        Assert.Equal(401, (await ConfirmAsync(envelope)).Status);

        Task<Answer> ConfirmAsync(string answer) => agency.PostAsync("api/center/login/confirm", $$"""{"loginType":1,"officeID":23,"random":"{{random}}","envelope":"{{answer}}"}""");
    }

    [Fact]
    public async Task A_token_is_renewed_and_ends_with_logout()
    {
        await using var agency = await Agency.StartAsync();
        var token = await agency.TokenAsync(Agency.SystemUser);
        var renewed = await agency.SendAsync(HttpMethod.Post, "api/center/login/renew", token: token);
        Assert.Equal(201, renewed.Status);
        var second = renewed.Body["token"]!.GetValue<string>();

        Assert.Equal(200, (await agency.SendAsync(HttpMethod.Delete, "api/center/login/", token: second)).Status);
        var after = await agency.SendAsync(HttpMethod.Get, "api/center/user/job", token: second);
        Assert.Equal((401, "token is expired"), (after.Status, after.Body["errorMessage"]!.GetValue<string>()));
        Assert.Equal(200, (await agency.SendAsync(HttpMethod.Get, "api/center/user/job", token: token)).Status);
    }

    [Fact]
    public async Task An_expired_token_is_refused_but_can_still_be_renewed()
    {
        await using var agency = await Agency.StartAsync();
        await agency.SendAsync(HttpMethod.Put, "faults", """{"tokenSeconds":0}""");
        var token = await agency.TokenAsync(Agency.SystemUser);
        var refused = await agency.RequestAsync(token, CitizenId.Synthetic(100), 1);
        Assert.Equal((401, "token is expired"), (refused.Status, refused.Body["errorMessage"]!.GetValue<string>()));
        Assert.Equal(201, (await agency.SendAsync(HttpMethod.Post, "api/center/login/renew", token: token)).Status);

        await agency.SendAsync(HttpMethod.Delete, "tokens");
        Assert.Equal(401, (await agency.SendAsync(HttpMethod.Post, "api/center/login/renew", token: token)).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"loginType\":")]
    [InlineData("{\"loginType\":3,\"personalID\":1}")]
    [InlineData("{\"loginType\":2,\"personalID\":\"๙๐๐๐๐๐๐๐๐๐๐๑๒\"}")]
    [InlineData("{\"loginType\":2,\"personalID\":1.5}")]
    [InlineData("{\"loginType\":2,\"personalID\":{}}")]
    [InlineData("{\"loginType\":1,\"personalID\":9000000000012}")]
    public async Task A_malformed_login_is_refused_in_the_shape_of_the_source(string body)
    {
        await using var agency = await Agency.StartAsync();
        var refused = await agency.PostAsync("api/center/login/", body);
        Assert.Equal(400, refused.Status);
        Assert.Equal(400, refused.Body["errorNumber"]!.GetValue<int>());
        Assert.NotEmpty(refused.Body["errorMessage"]!.GetValue<string>());
        Assert.Equal(400, (await agency.PostAsync("api/center/login/confirm", body)).Status);
    }

    private static JsonObject Claims(string token) => JsonSerializer.Deserialize<JsonObject>(Base64Url.DecodeFromChars(token.Split('.')[1]))!;
}
