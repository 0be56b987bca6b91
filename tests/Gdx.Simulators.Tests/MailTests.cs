using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using MailKit.Net.Smtp;
using MimeKit;

namespace Gdx.Simulators.Tests;

public sealed class MailTests
{
    [Fact]
    public async Task A_mail_in_thai_can_be_read_back()
    {
        await using var agency = await Agency.StartAsync();
        var text = "เรียน ท่านผู้ประสานงาน\r\n.บรรทัดที่ขึ้นต้นด้วยจุด\r\n..\r\nลิงก์ http://localhost:5602/claim?code=abc\r\n";
        await SendAsync(agency, Mail("technical@example.go.th", "กุญแจของท่าน & ลิงก์", text, "<p>สวัสดี <b>ครับ</b></p>"));

        var found = (await FindAsync(agency, "TECHNICAL@example.go.th")).Single();
        Assert.Equal("technical@example.go.th", found.GetProperty("to").GetString());
        Assert.Equal("กุญแจของท่าน & ลิงก์", found.GetProperty("subject").GetString());
        Assert.Equal(text, found.GetProperty("text").GetString()!.ReplaceLineEndings("\r\n"));
        Assert.Contains("<b>ครับ</b>", found.GetProperty("html").GetString());
        Assert.InRange(found.GetProperty("receivedAt").GetDateTimeOffset(), DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddMinutes(1));

        var alone = await agency.Http.GetFromJsonAsync<JsonElement>($"/messages/{found.GetProperty("id").GetString()}", TestContext.Current.CancellationToken);
        Assert.Equal(found.GetRawText(), alone.GetRawText());
        Assert.Empty(await FindAsync(agency, "somebody@else.go.th"));
    }

    [Fact]
    public async Task The_newest_comes_first_in_pages()
    {
        await using var agency = await Agency.StartAsync();
        foreach (var number in Enumerable.Range(1, 5))
        {
            await SendAsync(agency, Mail("a@example.go.th", $"mail {number}"));
        }

        var page = (await agency.Http.GetFromJsonAsync<JsonElement[]>("/messages?pageSize=2&page=2", TestContext.Current.CancellationToken))!;
        Assert.Equal(["mail 3", "mail 2"], page.Select(mail => mail.GetProperty("subject").GetString()));
        Assert.Equal(400, (await agency.SendAsync(HttpMethod.Get, "/messages?pageSize=0")).Status);
        await agency.SendAsync(HttpMethod.Delete, "/messages");
        Assert.Equal("[]", (await agency.SendAsync(HttpMethod.Get, "/messages")).Text);
    }

    [Fact]
    public async Task Only_the_newest_500_are_kept()
    {
        await using var agency = await Agency.StartAsync();
        using var client = await ConnectAsync(agency);
        foreach (var number in Enumerable.Range(1, 503))
        {
            await client.SendAsync(Mail("a@example.go.th", $"mail {number}"), TestContext.Current.CancellationToken);
        }

        Assert.Equal(500, agency.World.Mails.Find().Count);
        Assert.Equal("mail 503", agency.World.Mails.Find()[0].Subject);
        Assert.Null(agency.World.Mails.Get("3"));
    }

    [Fact]
    public async Task A_page_encodes_what_a_mail_holds_and_shows_html_in_a_sandbox_only()
    {
        await using var agency = await Agency.StartAsync();
        await SendAsync(agency, Mail("a@example.go.th", "<script>alert(1)</script>", "<img src=x> http://localhost/claim?code=1\"onclick=x", "<script>alert(2)</script>"));
        var id = agency.World.Mails.Find()[0].Id;

        var list = await agency.SendAsync(HttpMethod.Get, "/");
        var page = await agency.SendAsync(HttpMethod.Get, $"/mail/{id}");
        Assert.All([list.Text, page.Text], html => Assert.DoesNotContain("<script", html));
        Assert.DoesNotContain("<img", page.Text);
        Assert.DoesNotContain("\"onclick", page.Text);
        Assert.Contains("<a href=\"http://localhost/claim?code=1\"", page.Text);
        Assert.Contains("sandbox=\"\"", page.Text);
        using var frame = await agency.Http.GetAsync($"/mail/{id}/html", TestContext.Current.CancellationToken);
        Assert.StartsWith("sandbox;", frame.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Equal(404, (await agency.SendAsync(HttpMethod.Get, "/mail/999")).Status);
    }

    [Fact]
    public async Task A_busy_server_says_so_and_recovers()
    {
        await using var agency = await Agency.StartAsync();
        Assert.Equal(200, (await agency.SendAsync(HttpMethod.Put, "/messages/faults", """{"replyCode":451}""")).Status);
        var refused = await Assert.ThrowsAsync<SmtpCommandException>(() => SendAsync(agency, Mail("a@example.go.th", "first")));
        Assert.Equal(451, (int)refused.StatusCode);
        await agency.SendAsync(HttpMethod.Delete, "/messages/faults");
        await SendAsync(agency, Mail("a@example.go.th", "second"));
        Assert.Equal("second", Assert.Single(agency.World.Mails.Find()).Subject);
        Assert.Equal(400, (await agency.SendAsync(HttpMethod.Put, "/messages/faults", """{"replyCode":250}""")).Status);
    }

    [Fact]
    public async Task Pipelined_commands_are_answered_in_order()
    {
        await using var agency = await Agency.StartAsync();
        var replies = await TalkAsync(agency, "EHLO me\r\nMAIL FROM:<> BODY=8BITMIME\r\nRCPT TO:<a@example.go.th>\r\nRCPT TO:<b@example.go.th>\r\nDATA\r\nSubject: x\r\n\r\n..a\r\n.\r\nRSET\r\nNOOP\r\nQUIT\r\n");
        Assert.Equal(["250", "250", "250", "250", "354", "250", "250", "250", "221"], replies.Skip(1));
        var mail = Assert.Single(agency.World.Mails.Find("b@example.go.th"));
        Assert.Equal("a@example.go.th, b@example.go.th", mail.To);
        Assert.Equal(".a\n", mail.Text!.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task A_mail_cannot_be_smuggled_behind_a_bare_line_feed()
    {
        await using var agency = await Agency.StartAsync();
        await TalkAsync(agency, "EHLO me\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<a@example.go.th>\r\nDATA\r\nSubject: one\r\n\r\ntext\n.\nMAIL FROM:<x@y.z>\nRCPT TO:<b@example.go.th>\nDATA\nSubject: two\n\n.\r\n.\r\nQUIT\r\n");
        Assert.Equal("one", Assert.Single(agency.World.Mails.Find()).Subject);
    }

    [Theory]
    [InlineData("MAIL FROM:<a@b.c>\r\n", "503")]
    [InlineData("EHLO\r\n", "501")]
    [InlineData("EHLO me\r\nRCPT TO:<a@b.c>\r\n", "503")]
    [InlineData("EHLO me\r\nDATA\r\n", "503")]
    [InlineData("EHLO me\r\nMAIL FROM:a@b.c\r\n", "501")]
    [InlineData("EHLO me\r\nMAIL FROM:<a@b.c> SIZE=1048577\r\n", "552")]
    [InlineData("EHLO me\r\nMAIL FROM:<a@b.c> AUTH=x\r\n", "555")]
    [InlineData("EHLO me\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<nobody>\r\n", "501")]
    [InlineData("EHLO me\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<a@b.c,c@d.e>\r\n", "501")]
    [InlineData("GET / HTTP/1.1\r\n", "500")]
    [InlineData("STARTTLS\r\n", "500")]
    [InlineData("\0\u0001\u0002\r\n", "500")]
    public async Task Wrong_commands_are_refused(string commands, string reply)
    {
        await using var agency = await Agency.StartAsync();
        var replies = await TalkAsync(agency, commands + "QUIT\r\n");
        Assert.Equal([reply, "221"], replies.TakeLast(2));
        Assert.Empty(agency.World.Mails.Find());
    }

    [Fact]
    public async Task A_mail_over_a_megabyte_and_a_line_without_end_are_refused()
    {
        await using var agency = await Agency.StartAsync();
        var megabyte = string.Concat(Enumerable.Repeat(new string('x', 1022) + "\r\n", 1025));
        var replies = await TalkAsync(agency, $"EHLO me\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<a@b.c>\r\nDATA\r\n{megabyte}.\r\nQUIT\r\n");
        Assert.Equal(["354", "552", "221"], replies.TakeLast(3));
        Assert.Equal("500", (await TalkAsync(agency, new string('x', 40_000)))[^1]);
        Assert.Empty(agency.World.Mails.Find());
        await SendAsync(agency, Mail("a@example.go.th", "still there"));
    }

    private static async Task<string[]> TalkAsync(Agency agency, string commands)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", agency.World.SmtpPort, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        var answers = new StreamReader(stream, Encoding.UTF8).ReadToEndAsync(TestContext.Current.CancellationToken);
        try
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(commands), TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            // The server hung up in the middle, which some of these deserve.
        }

        // The last line of each reply has a space after its number.
        return [.. (await answers).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Where(line => line[3] == ' ').Select(line => line[..3])];
    }

    private static async Task SendAsync(Agency agency, MimeMessage mail)
    {
        using var client = await ConnectAsync(agency);
        await client.SendAsync(mail, TestContext.Current.CancellationToken);
        await client.DisconnectAsync(true, TestContext.Current.CancellationToken);
    }

    private static async Task<SmtpClient> ConnectAsync(Agency agency)
    {
        var client = new SmtpClient();
        await client.ConnectAsync("127.0.0.1", agency.World.SmtpPort, MailKit.Security.SecureSocketOptions.None, TestContext.Current.CancellationToken);
        return client;
    }

    private static MimeMessage Mail(string to, string subject, string text = "text", string? html = null)
    {
        var mail = new MimeMessage { Subject = subject, Body = new BodyBuilder { TextBody = text, HtmlBody = html }.ToMessageBody() };
        mail.From.Add(new MailboxAddress("Gdx", "noreply@gdx.example.go.th"));
        mail.To.Add(MailboxAddress.Parse(to));
        return mail;
    }

    private static async Task<JsonElement[]> FindAsync(Agency agency, string to) =>
        (await agency.Http.GetFromJsonAsync<JsonElement[]>($"/messages?to={Uri.EscapeDataString(to)}", TestContext.Current.CancellationToken))!;
}
