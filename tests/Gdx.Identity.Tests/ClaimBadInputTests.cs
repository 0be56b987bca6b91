using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Gdx.Identity.Tests;

public sealed class ClaimBadInputTests(IdentityApp app) : IClassFixture<IdentityApp>
{
    private const string WellFormed = "0123456789abcdefghijABCDEFGHIJ0123456789xyz";

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData(WellFormed)]
    [InlineData(WellFormed + "0")]
    [InlineData("' OR 1=1 --")]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("../../../etc/passwd")]
    [InlineData("๐๑๒๓๔๕๖๗๘๙๐๑๒๓๔๕๖๗๘๙๐๑๒๓๔๕๖๗๘๙๐๑๒๓๔๕๖๗๘๙๐๑๒")]
    [InlineData("a\r\nSet-Cookie: x=y")]
    public async Task A_code_that_was_never_issued_is_unknown_and_not_repeated(string code)
    {
        using var page = await app.OpenClaimAsync(code);
        using var button = await app.PostClaimAsync(code);

        Assert.Equal([HttpStatusCode.NotFound, HttpStatusCode.NotFound], [page.StatusCode, button.StatusCode]);
        Assert.Equal("identity.claim.unknown", (await IdentityApp.JsonAsync(button))["code"]!.GetValue<string>());
        if (code.Length > 1)
        {
            Assert.DoesNotContain(code, await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_code_twice_or_none_at_all_is_unknown()
    {
        var code = await app.ClaimCodeAsync((await app.LetInAsync()).ApiClientId);
        using var http = app.CreateClient();
        using var none = await http.GetAsync(new Uri("/claim", UriKind.Relative));
        using var twice = await http.GetAsync(new Uri($"/claim?code={code}&code={code}", UriKind.Relative));
        using var form = new FormUrlEncodedContent([new("code", code), new("code", code)]);
        using var posted = await app.PostClaimAsync(form);

        Assert.All([none, twice, posted], answer => Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode));
    }

    public static TheoryData<string, string?, string, int> Bodies => new()
    {
        { "JSON", "application/json", $$"""{"code":"{{WellFormed}}"}""", 415 },
        { "no type", null, $"code={WellFormed}", 415 },
        { "type without sense", "nonsense", $"code={WellFormed}", 415 },
        { "multipart without boundary", "multipart/form-data", "code", 415 },
        { "multipart cut off", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"code\"\r\n\r\nabc", 415 },
        { "too long", "application/x-www-form-urlencoded", $"code={WellFormed}&more={new string('x', 100_000)}", 413 },
        { "a little too long", "application/x-www-form-urlencoded", $"code={WellFormed}&more={new string('x', 4_096)}", 413 },
        { "too many keys", "application/x-www-form-urlencoded", string.Concat(Enumerable.Repeat("a&", 2_000)), 400 },
        { "a key without end", "application/x-www-form-urlencoded", new string('k', 3_000), 400 },
        { "bytes", "application/x-www-form-urlencoded", "code=%FF%FE%00%", 400 },
        { "another charset", "application/x-www-form-urlencoded; charset=utf-7", $"code={WellFormed}", 415 },
        { "nothing", "application/x-www-form-urlencoded", "", 404 },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_body_that_is_no_small_form_is_refused_as_page_and_as_problem(string what, string? type, string body, int status)
    {
        foreach (var accept in new[] { "application/json", "text/html" })
        {
            using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            if (type is not null)
            {
                content.Headers.TryAddWithoutValidation("Content-Type", type);
            }

            using var answer = await app.PostClaimAsync(content, accept);

            Assert.True(status == (int)answer.StatusCode, $"{what}: {answer.StatusCode}");
            Assert.True(answer.Headers.CacheControl?.NoStore, what);
            Assert.Equal(accept == "text/html" ? "text/html" : "application/problem+json", answer.Content.Headers.ContentType?.MediaType);
            Assert.DoesNotContain(WellFormed, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_body_of_unknown_length_is_read_no_further_than_a_form_may_be()
    {
        using var content = new StreamContent(new Endless());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");

        using var answer = await app.PostClaimAsync(content);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task One_address_that_asks_too_often_is_told_to_wait_and_others_are_served()
    {
        var statuses = new List<HttpStatusCode>();
        HttpResponseMessage last;
        do
        {
            using var form = new FormUrlEncodedContent([new("code", "x")]);
            last = await app.PostClaimAsync(form, from: "203.0.113.7");
            statuses.Add(last.StatusCode);
        }
        while (last.StatusCode == HttpStatusCode.NotFound && statuses.Count < 200);

        Assert.Equal(HttpStatusCode.TooManyRequests, last.StatusCode);
        Assert.InRange(statuses.Count, 30, 62);
        Assert.NotNull(last.Headers.RetryAfter);
        Assert.True(last.Headers.CacheControl!.NoStore);
        using var other = await app.PostClaimAsync("x");
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
    }

    /// <summary>A caller that never stops sending.</summary>
    private sealed class Endless : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            Array.Fill(buffer, (byte)'a', offset, count);
            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
