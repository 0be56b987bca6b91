using System.Text.Json;
using System.Text.Json.Nodes;
using Gdx.Numbers;
using Gdx.Simulators.LinkageCenter;

namespace Gdx.Simulators.Tests;

public sealed class Lk2RequestTests
{
    private static readonly CitizenId Citizen = CitizenId.Synthetic(100);

    [Fact]
    public async Task A_person_has_numbers_for_dates_and_citizen_numbers()
    {
        await using var agency = await Agency.StartAsync();
        var answer = await agency.RequestAsync(await agency.TokenAsync(Agency.SystemUser), Citizen, 1);
        Assert.Equal(200, answer.Status);
        Assert.Equal(JsonValueKind.Number, answer.Body["executeTimeMs"]!.GetValueKind());
        var service = answer.Service(0);
        Assert.Equal(["serviceID", "responseStatus", "responseContentType", "responseData", "responseError", "responseTimeMs"], service.Select(pair => pair.Key));
        Assert.Equal((1, 200), (service["serviceID"]!.GetValue<int>(), service["responseStatus"]!.GetValue<int>()));

        var person = service["responseData"]!.AsObject();
        string[] numbers = ["titleCode", "titleSex", "genderCode", "dateOfBirth", "nationalityCode", "statusOfPersonCode", "dateOfMoveIn", "age",
            "fatherPersonalID", "fatherNationalityCode", "motherPersonalID", "motherNationalityCode"];
        string[] texts = ["titleDesc", "titleName", "firstName", "middleName", "lastName", "genderDesc", "nationalityDesc", "ownerStatusDesc", "statusOfPersonDesc", "fatherName",
            "fatherNationalityDesc", "motherName", "motherNationalityDesc", "fullnameAndRank", "englishTitleDesc", "englishFirstName", "englishMiddleName", "englishLastName"];
        Assert.Equal(numbers.Concat(texts).Order(), person.Select(pair => pair.Key).Order());
        Assert.All(numbers, name => Assert.Equal(JsonValueKind.Number, person[name]!.GetValueKind()));
        Assert.All(texts, name => Assert.True(person[name] is null || person[name]!.GetValueKind() == JsonValueKind.String));
        Assert.Equal((3, 99, 0), (person["titleCode"]!.GetValue<int>(), person["nationalityCode"]!.GetValue<int>(), person["statusOfPersonCode"]!.GetValue<int>()));
        Assert.DoesNotContain(Citizen.Value, answer.Text);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(38)]
    public async Task A_house_has_eleven_digits_and_relative_area_codes(int service)
    {
        await using var agency = await Agency.StartAsync();
        var house = (await agency.RequestAsync(await agency.TokenAsync(Agency.SystemUser), Citizen, service)).Service(0)["responseData"]!.AsObject();
        Assert.InRange(house["houseID"]!.GetValue<long>(), 10_000_000_000, 99_999_999_999);
        Assert.InRange(house["provinceCode"]!.GetValue<int>(), 10, 99);
        Assert.InRange(house["districtCode"]!.GetValue<int>(), 1, 99);
        Assert.InRange(house["subdistrictCode"]!.GetValue<int>(), 1, 99);
        Assert.Equal(4, house["rcodeCode"]!.GetValue<string>().Length);
        Assert.Equal(0, house["dateOfTerminate"]!.GetValue<int>());
        Assert.True(house.ContainsKey("alleyWayDesc") && house["alleyWayDesc"] is null);
        Assert.Equal(JsonValueKind.String, house["provinceEnglishDesc"]!.GetValueKind());
    }

    [Fact]
    public async Task Children_lead_back_to_their_parent()
    {
        await using var agency = await Agency.StartAsync();
        var token = await agency.TokenAsync(Agency.SystemUser);
        var children = (await agency.RequestAsync(token, Citizen, 12)).Service(0)["responseData"]!["allChild"]!.AsArray();
        Assert.NotEmpty(children);
        foreach (var child in children)
        {
            Assert.True(CitizenId.TryParse(child!["personalID"]!.GetValue<long>().ToString("D13", null), out var id));
            var person = (await agency.RequestAsync(token, id, 1)).Service(0)["responseData"]!;
            Assert.Equal(Citizen.Number, person["fatherPersonalID"]!.GetValue<long>());
        }
    }

    [Fact]
    public async Task Each_service_has_its_own_status_inside_a_200()
    {
        await using var agency = await Agency.StartAsync();
        var token = await agency.TokenAsync(Agency.SystemUser);
        object[] services =
        [
            new { serviceID = 1, query = new { personalID = Citizen.Number } },
            new { serviceID = 1, query = new { personalID = CitizenId.Synthetic(9000).Value } },
            new { serviceID = 1, query = new { personalID = "9000000001002" } },
            new { serviceID = 21, query = new { personalID = Citizen.Value } },
            new { serviceID = "10", query = new { houseID = People.Population.Houses[3].Id } },
            "nonsense",
        ];
        var consent = new { type = 2, digitalID = new { transactionID = "t" } };
        var mixed = await agency.PostAsync("api/center/request/", JsonSerializer.Serialize(new { jobID = Users.WelfareJob, consent, data = services }), token);
        Assert.Equal(200, mixed.Status);
        Assert.Equal([200, 404, 400, 403, 200, 403], mixed.Body["data"]!.AsArray().Select(service => service!["responseStatus"]!.GetValue<int>()));
        Assert.Null(mixed.Service(1)["responseData"]);
        Assert.Equal("Not Found", mixed.Service(1)["responseError"]!["errorMessage"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_job_that_is_not_the_users_is_refused()
    {
        await using var agency = await Agency.StartAsync();
        var outsider = await agency.TokenAsync(CitizenId.Synthetic(11));
        Assert.Equal("""{"job":[]}""", (await agency.SendAsync(HttpMethod.Get, "api/center/user/job", token: outsider)).Text);
        var refused = await agency.RequestAsync(outsider, Citizen, 1);
        Assert.Equal((403, """{"errorNumber":403,"errorMessage":"jobID not found or user has no permission"}"""), (refused.Status, refused.Text));
    }

    [Fact]
    public async Task More_than_ten_services_are_refused()
    {
        await using var agency = await Agency.StartAsync();
        var token = await agency.TokenAsync(Agency.SystemUser);
        Assert.Equal(200, (await agency.RequestAsync(token, Citizen, Enumerable.Repeat(1, 10).ToArray())).Status);
        Assert.Equal(400, (await agency.RequestAsync(token, Citizen, Enumerable.Repeat(1, 11).ToArray())).Status);
        Assert.Equal(400, (await agency.RequestAsync(token, Citizen)).Status);
    }

    [Theory]
    [InlineData(null, "Header Authorization only support type \"Bearer Token\"")]
    [InlineData("Basic YTpi", "Header Authorization only support type \"Bearer Token\"")]
    [InlineData("Bearer a.b.c", "token is invalid")]
    [InlineData("Bearer .", "token is invalid")]
    public async Task A_call_without_a_good_token_is_401_in_the_words_of_the_source(string? header, string text)
    {
        await using var agency = await Agency.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/center/request/") { Content = new StringContent("{}") };
        request.Headers.TryAddWithoutValidation("Authorization", header);
        using var answer = await agency.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(401, (int)answer.StatusCode);
        Assert.Equal(text, JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["errorMessage"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_sandbox_knows_ten_people_only()
    {
        await using var agency = await Agency.StartAsync();
        var token = await agency.TokenAsync(Agency.SystemUser);
        Assert.Equal((200, 404), (await StatusAsync(100), await StatusAsync(110)));

        async Task<int> StatusAsync(int citizen) =>
            (await agency.SendAsync(HttpMethod.Post, "api/center/request/", Agency.RequestBody(CitizenId.Synthetic(citizen), 1), token, sandbox: "1")).Service(0)["responseStatus"]!.GetValue<int>();
    }

    [Fact]
    public async Task Faults_come_and_go_as_told()
    {
        await using var agency = await Agency.StartAsync();
        var token = await agency.TokenAsync(Agency.SystemUser);
        await FaultAsync("""{"status":503}""");
        Assert.Equal(503, (await agency.RequestAsync(token, Citizen, 1)).Status);
        await FaultAsync("""{"serviceStatus":500}""");
        Assert.Equal(500, (await agency.RequestAsync(token, Citizen, 1)).Service(0)["responseStatus"]!.GetValue<int>());
        await FaultAsync("""{"services":{"10":{"status":502,"latencyMs":5}}}""");
        var mixed = await agency.RequestAsync(token, Citizen, 1, 10);
        Assert.Equal((200, 502), (mixed.Service(0)["responseStatus"]!.GetValue<int>(), mixed.Service(1)["responseStatus"]!.GetValue<int>()));
        await FaultAsync("""{"garbage":true,"latencyMs":5}""");
        Assert.ThrowsAny<JsonException>(() => agency.RequestAsync(token, Citizen, 1).GetAwaiter().GetResult().Body);
        await FaultAsync("""{"dropConnections":true}""");
        await Assert.ThrowsAsync<HttpRequestException>(() => agency.RequestAsync(token, Citizen, 1));
        await agency.SendAsync(HttpMethod.Delete, "faults");
        Assert.Equal(200, (await agency.RequestAsync(token, Citizen, 1)).Status);
        Assert.Equal(400, (await agency.SendAsync(HttpMethod.Put, "faults", "{\"status\":\"broken\"")).Status);

        Task FaultAsync(string settings) => agency.SendAsync(HttpMethod.Put, "faults", settings);
    }

    [Fact]
    public async Task Calls_are_counted()
    {
        await using var agency = await Agency.StartAsync();
        var token = await agency.TokenAsync(Agency.SystemUser);
        await agency.RequestAsync(token, Citizen, 1);
        var calls = (await agency.SendAsync(HttpMethod.Get, "calls")).Body;
        Assert.Equal((1, 1, 0), (calls["confirm"]!.GetValue<int>(), calls["request"]!.GetValue<int>(), calls["renew"]!.GetValue<int>()));
    }
}
