using System.Net;
using System.Net.Sockets;
using System.Text;
using Gdx.Simulators;

namespace Gdx.LinkageAdapter.Tests;

/// <summary>Every way in which a source can fail is told apart, leaks nothing and leaves evidence.</summary>
public sealed class SourceFaultTests(World world)
{
    private static readonly HttpClient Http = new();

    [Theory]
    [InlineData("""{"status":500}""", 502, "00500", "source.fault", "500")]
    [InlineData("""{"status":503}""", 502, "00503", "source.fault", "503")]
    [InlineData("""{"status":403}""", 502, "00403", "source.fault", "403")]
    [InlineData("""{"status":401}""", 502, "00401", "source.fault", "401")]
    [InlineData("""{"status":404}""", 502, "00404", "source.fault", "404")]
    [InlineData("""{"status":302}""", 502, "00302", "source.fault", "302")]
    [InlineData("""{"serviceStatus":500}""", 502, "00500", "source.fault", "500")]
    [InlineData("""{"serviceStatus":403}""", 502, "00403", "source.fault", "403")]
    [InlineData("""{"serviceStatus":404}""", 404, "90500", "entitlement.allowed", "404")]
    [InlineData("""{"serviceStatus":429}""", 429, "90008", "source.over_quota", "429")]
    [InlineData("""{"garbage":true}""", 502, "00502", "source.fault", "502")]
    [InlineData("""{"dropConnections":true}""", 502, "95013", "source.unreachable", null)]
    public async Task A_fault_of_the_source_has_its_own_code(string faults, int status, string code, string decision, string? sourceStatus)
    {
        await using var outside = await OutsideWorld.StartAsync();
        var (agency, token) = await AtAsync(new Uri(outside.Http, "lk2"));
        Assert.Equal(200, (await world.App.LinkAsync(agency, token)).Status);

        await SetAsync(outside, faults);
        var answer = await world.App.LinkAsync(agency, token);

        Assert.Equal((status, code), (answer.Status, answer.Code));
        Assert.Equal(["Code", "Message"], answer.Json.Select(pair => pair.Key));
        Assert.DoesNotContain("simulated", answer.Body, StringComparison.OrdinalIgnoreCase);
        var evidence = await world.EvidenceAsync(answer);
        Assert.Equal((decision, sourceStatus), ((string?)evidence["decision"], (string?)evidence["source_status"]));
        Assert.Equal(decision == "entitlement.allowed" ? "allowed" : "failed", evidence["outcome"]);

        await Http.DeleteAsync(new Uri(outside.Http, "lk2/faults"), TestContext.Current.CancellationToken);
        Assert.Equal(200, (await world.App.LinkAsync(agency, token)).Status);
    }

    [Fact]
    public async Task A_source_that_is_down_or_nowhere_is_unreachable()
    {
        var outside = await OutsideWorld.StartAsync();
        var (agency, token) = await AtAsync(new Uri(outside.Http, "lk2"));
        Assert.Equal(200, (await world.App.LinkAsync(agency, token)).Status);
        await outside.DisposeAsync();
        var (other, otherToken) = await AtAsync(new Uri("http://nowhere.invalid/lk2"));

        var down = await world.App.LinkAsync(agency, token);
        var nowhere = await world.App.LinkAsync(other, otherToken);

        Assert.All([down, nowhere], answer => Assert.Equal((502, "95013"), (answer.Status, answer.Code)));
    }

    [Fact]
    public async Task A_slow_source_is_given_up_in_time()
    {
        await using var own = await World.StartAsync(settings: ("Gdx:Sources:TimeoutSeconds", "2"));
        var agency = await own.AdmitWithGrantAsync();
        var token = await own.App.TokenAsync(agency);
        await LegacyCaller.UntilAsync(() => own.App.LinkAsync(agency, token), 200);

        await SetAsync(own.Outside, """{"latencyMs":20000}""");
        var answer = await own.App.LinkAsync(agency, token);

        Assert.Equal((504, "90012"), (answer.Status, answer.Code));
        var evidence = await own.EvidenceAsync(answer);
        Assert.Equal(("failed", "source.timeout", null), ((string?)evidence["outcome"], (string?)evidence["decision"], (string?)evidence["source_status"]));
    }

    [Fact]
    public async Task A_source_that_fails_again_and_again_is_left_alone_for_a_while()
    {
        await using var outside = await OutsideWorld.StartAsync();
        var (agency, token) = await AtAsync(new Uri(outside.Http, "lk2"));
        Assert.Equal(200, (await world.App.LinkAsync(agency, token)).Status);
        await SetAsync(outside, """{"status":500}""");
        for (var i = 0; i < 30; i++)
        {
            await world.App.LinkAsync(agency, token);
        }

        var answer = await world.App.LinkAsync(agency, token);
        Assert.Equal((502, "95013"), (answer.Status, answer.Code));
        var untouched = await world.AdmitWithGrantAsync();
        Assert.Equal(200, (await world.App.LinkAsync(untouched, await world.App.TokenAsync(untouched))).Status);

        await Http.DeleteAsync(new Uri(outside.Http, "lk2/faults"), TestContext.Current.CancellationToken);
        await LegacyCaller.UntilAsync(() => world.App.LinkAsync(agency, token), 200);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"data":{}}""")]
    [InlineData("""{"data":[]}""")]
    [InlineData("""{"data":[1,2]}""")]
    [InlineData("""{"data":[{"serviceID":10,"responseStatus":200,"responseData":{"firstName":"x"}}]}""")]
    [InlineData("""{"data":[{"serviceID":1,"responseStatus":200,"responseData":null}]}""")]
    [InlineData("""{"data":[{"serviceID":1,"responseStatus":200,"responseData":[1]}]}""")]
    [InlineData("""{"data":[{"serviceID":1,"responseStatus":200,"responseData":"text"}]}""")]
    [InlineData("""{"data":[{"serviceID":1,"responseStatus":"200","responseData":{"firstName":"x"}}]}""")]
    [InlineData("""{"data":[{"serviceID":1,"responseData":{"firstName":"x"}}]}""")]
    [InlineData("""{"data":[{"serviceID":1,"responseStatus":200,"responseData":{"firstName":"x"}}]""")]
    [InlineData("""{"data":[{"serviceID":1,"responseStatus":200,"responseData":{"firstName":"x"}}]} trailing""")]
    [InlineData("""{"data":[{"serviceID":1,"responseStatus":200,"responseData":{"firstName":01}}]}""")]
    [InlineData("""<html>""")]
    public async Task An_answer_that_makes_no_sense_is_not_passed_on(string body)
    {
        await using var proxy = new ScriptedProxy(Encoding.UTF8.GetBytes(body));
        var (agency, token) = await AtAsync(proxy.Address);

        var answer = await world.App.LinkAsync(agency, token);

        Assert.Equal((502, "00502"), (answer.Status, answer.Code));
        Assert.Equal("source.fault", (await world.EvidenceAsync(answer))["decision"]);
    }

    [Fact]
    public async Task Deep_huge_and_broken_answers_are_not_passed_on()
    {
        byte[][] bodies =
        [
            Encoding.UTF8.GetBytes("""{"data":[{"serviceID":1,"responseStatus":200,"responseData":{"firstName":""" + new string('[', 5000)),
            Encoding.UTF8.GetBytes("""{"data":[{"serviceID":1,"responseStatus":200,"responseData":{"firstName":" """ + new string('x', 2_000_000) + "\"}}]}"),
            [.. Encoding.UTF8.GetBytes("""{"data":[{"serviceID":1,"responseStatus":200,"responseData":{"firstName":" """), 0xff, 0xfe, .. Encoding.UTF8.GetBytes("\"}}]}")],
        ];
        foreach (var body in bodies)
        {
            await using var proxy = new ScriptedProxy(body);
            var (agency, token) = await AtAsync(proxy.Address);
            var answer = await world.App.LinkAsync(agency, token);
            Assert.Equal((502, "00502"), (answer.Status, answer.Code));
        }
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var elsewhere = new ScriptedProxy("{}"u8.ToArray());
        await using var proxy = new ScriptedProxy([], $"HTTP/1.1 307 Temporary Redirect\r\nLocation: {elsewhere.Address}/api/center/request/\r\nContent-Length: 0\r\n\r\n");
        var (agency, token) = await AtAsync(proxy.Address);

        var answer = await world.App.LinkAsync(agency, token);

        Assert.Equal((502, "00307"), (answer.Status, answer.Code));
        Assert.Equal(0, elsewhere.Requests);
    }

    [Fact]
    public async Task A_system_user_that_the_source_does_not_know_is_a_fault_and_not_an_unknown_citizen()
    {
        var agency = await world.AdmitWithGrantAsync();
        await world.ConfigureAsync(agency, systemUser: 4242);

        var answer = await world.App.LinkAsync(agency, await world.App.TokenAsync(agency));

        Assert.Equal((502, "00404"), (answer.Status, answer.Code));
        Assert.Equal("failed", (await world.EvidenceAsync(answer))["outcome"]);
    }

    private async Task<(Agency Agency, string Token)> AtAsync(Uri proxy)
    {
        var agency = await world.AdmitWithGrantAsync();
        await world.ConfigureAsync(agency, proxy);
        return (agency, await world.App.TokenAsync(agency));
    }

    private static async Task SetAsync(OutsideWorld outside, string faults)
    {
        using var body = new StringContent(faults, Encoding.UTF8, "application/json");
        (await Http.PutAsync(new Uri(outside.Http, "lk2/faults"), body)).EnsureSuccessStatusCode();
    }

    /// <summary>A proxy that signs everybody in and answers every request with the same bytes.</summary>
    private sealed class ScriptedProxy : IAsyncDisposable
    {
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource stop = new();
        private readonly byte[] answer;
        private readonly Task running;
        private int requests;

        public ScriptedProxy(byte[] body, string? head = null)
        {
            answer = [.. Encoding.ASCII.GetBytes(head ?? Head(body.Length)), .. body];
            listener.Start();
            running = RunAsync();
        }

        public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/proxy");

        public int Requests => requests;

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            listener.Dispose();
            await running;
            stop.Dispose();
        }

        private static string Head(int length) => $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n";

        private async Task RunAsync()
        {
            try
            {
                while (true)
                {
                    _ = ServeAsync(await listener.AcceptTcpClientAsync(stop.Token));
                }
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }

        private async Task ServeAsync(TcpClient client)
        {
            using (client)
            {
                try
                {
                    var stream = client.GetStream();
                    var received = new StringBuilder();
                    var buffer = new byte[4096];
                    while (await stream.ReadAsync(buffer, stop.Token) is > 0 and var read)
                    {
                        received.Append(Encoding.UTF8.GetString(buffer, 0, read));
                        var text = received.ToString();
                        var head = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
                        // JSON bodies come chunked or with a length; either way they end with a brace (and the last chunk).
                        if (head < 0 || !(text.EndsWith('}') || text.EndsWith("0\r\n\r\n", StringComparison.Ordinal)))
                        {
                            continue;
                        }

                        Interlocked.Increment(ref requests);
                        received.Clear();
                        await stream.WriteAsync(Answer(text), stop.Token);
                    }
                }
                catch (Exception exception) when (exception is OperationCanceledException or IOException)
                {
                    return;
                }
            }
        }

        private byte[] Answer(string request) =>
            request.StartsWith("POST /proxy/api/center/login/confirm", StringComparison.Ordinal) ? Json("""{"token":"opaque"}""")
            : request.StartsWith("POST /proxy/api/center/login/", StringComparison.Ordinal) ? Json("""{"office":[{"id":23,"name":"x"}]}""")
            : request.StartsWith("POST /proxy/thaid/token", StringComparison.Ordinal) ? Json("""{"access_token":"a"}""")
            : answer;

        private static byte[] Json(string body) => [.. Encoding.ASCII.GetBytes(Head(body.Length)), .. Encoding.ASCII.GetBytes(body)];
    }
}
