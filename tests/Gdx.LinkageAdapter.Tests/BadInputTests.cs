using System.Text;
using System.Text.Json.Nodes;

namespace Gdx.LinkageAdapter.Tests;

/// <summary>Input that no working program sends: always an answer in the legacy shape, never a fault.</summary>
public sealed class BadInputTests(World world)
{
    public static TheoryData<string, string> BadQueries()
    {
        var citizen = LegacyCaller.Citizen.Value;
        var wrongCheckDigit = citizen[..12] + (char)('0' + ((citizen[12] - '0' + 1) % 10));
        return new()
        {
            { "", "OfficeID" },
            { "?", "OfficeID" },
            { "&&&", "OfficeID" },
            { "=", "OfficeID" },
            { $"ServiceID=001&Version=01&CitizenID={citizen}", "OfficeID" },
            { $"OfficeID=00023&Version=01&CitizenID={citizen}", "ServiceID" },
            { $"OfficeID=00023&ServiceID=001&CitizenID={citizen}", "Version" },
            { "OfficeID=00023&ServiceID=001&Version=01", "CitizenID" },
            { "OfficeID=00023&ServiceID=001&Version=01&CitizenID=", "CitizenID" },
            { "OfficeID=00023&ServiceID=001&Version=01&CitizenID", "CitizenID" },
            { Query(citizen) + $"&CitizenID={citizen}", "CitizenID" },
            { Query(citizen) + $"&citizenid={citizen}", "CitizenID" },
            { Query(citizen) + $"&%43itizenID={citizen}", "CitizenID" },
            { Query(citizen) + "&Version=01", "Version" },
            { Query(wrongCheckDigit), "CitizenID" },
            { Query(citizen[..12]), "CitizenID" },
            { Query(citizen + "0"), "CitizenID" },
            { Query("-" + citizen[1..]), "CitizenID" },
            { Query("+" + citizen), "CitizenID" },
            { Query(citizen + "%00"), "control character" },
            { Query(citizen + "%0d%0aSet-Cookie:x=1"), "control character" },
            { Query("%E0%B9%99" + citizen[1..]), "CitizenID" },
            { Query("%EF%BC%99" + citizen[1..]), "CitizenID" },
            { Query("%"), "percent escape" },
            { Query("%9"), "percent escape" },
            { Query("%zz"), "percent escape" },
            { Query("%ff%fe"), "UTF-8" },
            { Query("%c0%af"), "UTF-8" },
            { Query("<script>alert(1)</script>"), "CitizenID" },
            { Query("' OR '1'='1"), "CitizenID" },
            { Query(new string('9', 60_000)), "CitizenID" },
            { $"OfficeID=23&ServiceID=001&Version=01&CitizenID={citizen}", "OfficeID" },
            { $"OfficeID=00023&ServiceID=1&Version=01&CitizenID={citizen}", "ServiceID" },
            { $"OfficeID=00023&ServiceID=001&Version=1&CitizenID={citizen}", "Version" },
            { $"OfficeID=%E0%B9%9000023&ServiceID=001&Version=01&CitizenID={citizen}", "OfficeID" },
            { $"OfficeID=0002%E0%B9%93&ServiceID=001&Version=01&CitizenID={citizen}", "OfficeID" },
            { $"OfficeID=00023;ServiceID=001;Version=01;CitizenID={citizen}", "ServiceID" },
        };
    }

    [Theory]
    [MemberData(nameof(BadQueries))]
    public async Task A_bad_parameter_is_named_and_recorded(string query, string named)
    {
        var agency = await world.AdmitWithGrantAsync();
        var token = await world.App.TokenAsync(agency);

        var answer = await RawCaller.SendAsync(world.App, Request("GET", $"/ws/dopa/linkage/v1/link?{query.Replace(" ", "%20", StringComparison.Ordinal)}", ("Consumer-Key", agency.ConsumerKey.ToString()), ("Token", token)));

        var body = Legacy(answer, 400);
        Assert.Equal("90011", body["Code"]!.GetValue<string>());
        Assert.Contains(named, body["Message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal([[1L]], await world.QueryAsync($"SELECT count(*) FROM evidence WHERE agency_id = '{agency.Id}' AND decision = 'request.invalid'"));
    }

    [Theory]
    [InlineData("Gdx-Purpose", "Welfare")]
    [InlineData("Gdx-Purpose", "w")]
    [InlineData("Gdx-Purpose", "a b c")]
    [InlineData("Gdx-Case", "two words")]
    [InlineData("Gdx-Case", "a;b")]
    [InlineData("Gdx-Case", "9000000001001")]
    [InlineData("Gdx-Case", "2569/9-0000-00001-00-1")]
    [InlineData("Gdx-Case", "9.0000.00001.00.1")]
    [InlineData("Gdx-Purpose", "p9000000001001")]
    [InlineData("Gdx-Case", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task A_bad_header_of_ours_is_named(string name, string value)
    {
        var agency = await world.AdmitWithGrantAsync();

        var answer = await world.App.LinkAsync(agency, await world.App.TokenAsync(agency), headers: (name, value));

        Assert.Equal((400, "90011"), (answer.Status, answer.Code));
        Assert.Contains(name, answer.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Consumer-Key")]
    [InlineData("Token")]
    [InlineData("Gdx-Purpose")]
    [InlineData("Gdx-Case")]
    public async Task A_doubled_header_is_refused(string name)
    {
        var agency = await world.AdmitWithGrantAsync();
        var headers = new Dictionary<string, string>
        {
            ["Consumer-Key"] = agency.ConsumerKey.ToString(),
            ["Token"] = await world.App.TokenAsync(agency),
            ["Gdx-Purpose"] = World.Purpose,
            ["Gdx-Case"] = "1",
        };

        var answer = await RawCaller.SendAsync(world.App, Request("GET", LegacyCaller.LinkPath(), [.. headers.Select(header => (header.Key, header.Value)), (name, headers[name])]));

        Assert.Equal("90011", Legacy(answer, 400)["Code"]!.GetValue<string>());
    }

    [Fact]
    public async Task More_than_64_KB_is_too_large_wherever_it_is()
    {
        var agency = await world.AdmitWithGrantAsync();
        (string, string)[] caller = [("Consumer-Key", agency.ConsumerKey.ToString()), ("Token", await world.App.TokenAsync(agency))];
        RawCaller.RawAnswer[] answers =
        [
            await RawCaller.SendAsync(world.App, Request("GET", LegacyCaller.LinkPath() + "&x=" + new string('y', 66_000), caller)),
            await RawCaller.SendAsync(world.App, Request("GET", "/ws/auth/validate?ConsumerSecret=" + new string('y', 66_000), caller)),
            await RawCaller.SendAsync(world.App, Request("GET", LegacyCaller.LinkPath(), [.. caller, ("X-Long", new string('y', 66_000))])),
            await RawCaller.SendAsync(world.App, Request("GET", LegacyCaller.LinkPath(), [.. caller, .. Enumerable.Range(0, 7).Select(i => ($"X-{i}", new string('y', 10_000)))])),
            await RawCaller.SendAsync(world.App, Request("GET", LegacyCaller.LinkPath(), [.. caller, ("Content-Length", "70000")]) + new string('z', 70_000)),
        ];

        Assert.All(answers, answer => Assert.Equal("95015", Legacy(answer, 413)["Code"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("POST", "/ws/auth/validate?ConsumerSecret=x", 405, "GET")]
    [InlineData("DELETE", "/ws/auth/validate", 405, "GET")]
    [InlineData("PUT", "/ws/dopa/linkage/v1/link", 405, "GET")]
    [InlineData("POST", "/ws/dopa/linkage/v1/link?OfficeID=00023", 405, "GET")]
    [InlineData("OPTIONS", "/ws/dopa/linkage/v1/link", 405, "GET")]
    [InlineData("BREW", "/ws/dopa/linkage/v1/link", 405, "GET")]
    [InlineData("GET", "/ws", 404, null)]
    [InlineData("GET", "/ws/", 404, null)]
    [InlineData("GET", "/ws/dopa/linkage/v2/link", 404, null)]
    [InlineData("GET", "/ws/auth/validate/more", 404, null)]
    [InlineData("POST", "/ws/nothing", 404, null)]
    [InlineData("GET", "/ws/%zz/%", 404, null)]
    [InlineData("GET", "/ws/../ws/x", 404, null)]
    public async Task Wrong_methods_and_unknown_addresses_are_answered_in_the_legacy_shape(string method, string path, int status, string? allow)
    {
        var answer = await RawCaller.SendAsync(world.App, Request(method, path, ("Content-Length", "0")));

        Legacy(answer, status);
        Assert.Equal(allow is not null, answer.Head.Contains($"\r\nAllow: {allow}", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("GET /ws/auth/validate?a=\u0001 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /ws/auth/validate?a=\u00ff HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /ws/%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /ws/auth/validate HTTP/1.1\r\nConsumer-Key: a\u0000b\r\nHost: x\r\nConnection: close\r\n\r\n")]
    [InlineData("GET /ws/auth/validate HTTP/9.9\r\nHost: x\r\nConnection: close\r\n\r\n")]
    [InlineData("nonsense\r\n\r\n")]
    [InlineData("\u0016\u0003\u0001\u0000\u0005hello\r\n\r\n")]
    public async Task What_is_not_HTTP_is_hung_up_on_without_harm(string bytes)
    {
        var answer = await RawCaller.SendAsync(world.App, bytes);

        Assert.InRange(answer.Status, 0, 505);
        Assert.NotEqual(500, answer.Status);
        Assert.DoesNotContain("<html", answer.Body, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(404, (await world.App.GetAsync("/ws/still-there")).Status);
    }

    [Fact]
    public async Task Beyond_what_the_server_reads_at_all_it_says_so_and_goes_on()
    {
        var answer = await RawCaller.SendAsync(world.App, Request("GET", "/ws/auth/validate?ConsumerSecret=" + new string('y', 140_000)));

        Assert.Contains(answer.Status, (int[])[0, 414]);
        Assert.Equal(404, (await world.App.GetAsync("/ws/still-there")).Status);
    }

    private static string Query(string citizen) => $"OfficeID=00023&ServiceID=001&Version=01&CitizenID={citizen}";

    private static string Request(string method, string target, params (string Name, string Value)[] headers)
    {
        var text = new StringBuilder($"{method} {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n");
        foreach (var (name, value) in headers)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        return text.Append("\r\n").ToString();
    }

    private static JsonObject Legacy(RawCaller.RawAnswer answer, int status)
    {
        Assert.Equal(status, answer.Status);
        Assert.Contains("Content-Type: application/json; charset=utf-8", answer.Head, StringComparison.Ordinal);
        var body = JsonNode.Parse(answer.Body)!.AsObject();
        Assert.All(body, pair => Assert.Contains(pair.Key, (string[])["Code", "Message"]));
        Assert.NotEmpty(body["Message"]!.GetValue<string>());
        return body;
    }
}
