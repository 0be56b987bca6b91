using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gdx.Simulators.Ckan;

namespace Gdx.Simulators.Tests;

/// <summary>The simulated catalogue answers as CKAN does, with the Government Data Catalog's mandatory fields.</summary>
public sealed class CkanTests
{
    public static TheoryData<string> Mandatory =>
    [
        "data_type", "title", "owner_org", "maintainer", "maintainer_email", "tag_string", "notes", "objective", "update_frequency_unit", "geo_coverage", "data_source", "data_format", "data_category", "license_id",
    ];

    [Fact]
    public async Task A_package_is_created_shown_updated_and_deleted()
    {
        await using var ckan = await Catalogue.StartAsync();

        var created = await ckan.CallAsync("package_create", Package("wells"));
        Assert.Equal(200, created.Status);
        Assert.True(created.Body["success"]!.GetValue<bool>());
        Assert.EndsWith("/api/3/action/help_show?name=package_create", created.Body["help"]!.GetValue<string>(), StringComparison.Ordinal);
        var id = created.Body["result"]!["id"]!.GetValue<string>();
        Assert.Equal(["น้ำบาดาล", "wells"], created.Body["result"]!["tags"]!.AsArray().Select(tag => tag!["name"]!.GetValue<string>()));

        var package = Package("wells");
        (package["id"], package["title"]) = (id, "บ่อน้ำ");
        Assert.Equal(200, (await ckan.CallAsync("package_update", package)).Status);
        Assert.Equal("บ่อน้ำ", (await ckan.CallAsync("package_show", new() { ["id"] = "wells" }, key: null)).Body["result"]!["title"]!.GetValue<string>());

        var deleted = await ckan.CallAsync("package_delete", new() { ["id"] = id });
        Assert.Equal(200, deleted.Status);
        Assert.Null(deleted.Body["result"]);
        Assert.Equal(404, (await ckan.CallAsync("package_show", new() { ["id"] = "wells" }, key: null)).Status);
        Assert.Equal("deleted", (await ckan.CallAsync("package_show", new() { ["id"] = "wells" })).Body["result"]!["state"]!.GetValue<string>());
    }

    [Theory]
    [MemberData(nameof(Mandatory))]
    public async Task A_package_without_a_mandatory_field_is_refused_by_its_name(string field)
    {
        await using var ckan = await Catalogue.StartAsync();
        var package = Package("wells");
        package.Remove(field);

        var refused = await ckan.CallAsync("package_create", package);

        Assert.Equal(409, refused.Status);
        Assert.False(refused.Body["success"]!.GetValue<bool>());
        Assert.Equal(("Validation Error", "Missing value"), (refused.Body["error"]!["__type"]!.GetValue<string>(), refused.Body["error"]![field]![0]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_name_is_given_once_a_list_is_closed_and_only_the_key_writes()
    {
        await using var ckan = await Catalogue.StartAsync();
        await ckan.CallAsync("package_create", Package("wells"));

        Assert.Contains("already in use", (await ckan.CallAsync("package_create", Package("wells"))).Body["error"]!["name"]![0]!.GetValue<string>(), StringComparison.Ordinal);
        var odd = Package("other");
        odd["data_category"] = "ลับ";
        Assert.NotNull((await ckan.CallAsync("package_create", odd)).Body["error"]!["data_category"]);
        var refused = await ckan.CallAsync("package_create", Package("third"), key: "wrong");
        Assert.Equal((403, "Authorization Error"), (refused.Status, refused.Body["error"]!["__type"]!.GetValue<string>()));
        Assert.Equal((404, "Not Found Error"), (await ckan.CallAsync("package_delete", new() { ["id"] = "nothing" })) is var gone ? (gone.Status, gone.Body["error"]!["__type"]!.GetValue<string>()) : default);
        Assert.Equal(400, (int)(await ckan.Http.PostAsync(new Uri("/api/3/action/package_create", UriKind.Relative), new StringContent("{"))).StatusCode);
        Assert.Equal(400, (int)(await ckan.Http.PostAsync(new Uri("/api/3/action/package_explode", UriKind.Relative), new StringContent("{}"))).StatusCode);
    }

    [Fact]
    public async Task Faults_come_when_they_are_asked_for_and_a_dropped_answer_is_done_all_the_same()
    {
        await using var ckan = await Catalogue.StartAsync();
        await ckan.Http.PutAsJsonAsync("/ckan/faults", new { status = 503 });
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await ckan.Http.PostAsJsonAsync("/api/3/action/package_show", new { id = "wells" })).StatusCode);

        await ckan.Http.PutAsJsonAsync("/ckan/faults", new { dropAnswers = true });
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => ckan.CallAsync("package_create", Package("wells")));
        await ckan.Http.DeleteAsync(new Uri("/ckan/faults", UriKind.Relative));

        Assert.Equal(200, (await ckan.CallAsync("package_show", new() { ["id"] = "wells" })).Status);
        Assert.Equal(1, (await ckan.Http.GetFromJsonAsync<Dictionary<string, int>>("/ckan/calls"))!["package_create"]);
    }

    private static JsonObject Package(string name) => new()
    {
        ["name"] = name,
        ["data_type"] = "ข้อมูลระเบียน",
        ["title"] = "บ่อน้ำบาดาล",
        ["owner_org"] = "dgr",
        ["maintainer"] = "กรมทรัพยากรน้ำบาดาล",
        ["maintainer_email"] = "data@example.go.th",
        ["tag_string"] = "น้ำบาดาล,wells",
        ["notes"] = "ที่ตั้งบ่อ",
        ["objective"] = new JsonArray("พันธกิจหน่วยงาน"),
        ["update_frequency_unit"] = "ปี",
        ["update_frequency_interval"] = "1",
        ["geo_coverage"] = "ประเทศ",
        ["data_source"] = "กรมทรัพยากรน้ำบาดาล",
        ["data_format"] = new JsonArray("CSV"),
        ["data_category"] = "ข้อมูลสาธารณะ",
        ["license_id"] = "Open Data Common",
    };

    private sealed class Catalogue(OutsideWorld world) : IAsyncDisposable
    {
        public HttpClient Http { get; } = new() { BaseAddress = world.Http };

        public static async Task<Catalogue> StartAsync() => new(await OutsideWorld.StartAsync());

        public async Task<(int Status, JsonObject Body)> CallAsync(string action, JsonObject body, string? key = CkanApi.DefaultKey)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/3/action/{action}") { Content = JsonContent.Create(body) };
            request.Headers.TryAddWithoutValidation("Authorization", key);
            using var answer = await Http.SendAsync(request);
            return ((int)answer.StatusCode, (await JsonSerializer.DeserializeAsync<JsonObject>(await answer.Content.ReadAsStreamAsync()))!);
        }

        public async ValueTask DisposeAsync()
        {
            Http.Dispose();
            await world.DisposeAsync();
        }
    }
}
