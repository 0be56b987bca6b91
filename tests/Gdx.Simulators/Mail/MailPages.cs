using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using System.Text.Unicode;

namespace Gdx.Simulators.Mail;

/// <summary>GET /: the mails that arrived, on a plain page. GET /mail/{id}: one of them; its HTML part only inside a sandboxed frame (/mail/{id}/html).</summary>
public static partial class MailPages
{
    private const int Shown = 100;
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All); // Thai stays readable in the source.
    private static readonly TimeSpan Bangkok = TimeSpan.FromHours(7);

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/", HandleList);
        app.MapGet("/mail/{id}", HandleMail);
        app.MapGet("/mail/{id}/html", HandleHtml);
    }

    private static IResult HandleList(MailBox mails, HttpResponse response)
    {
        var all = mails.Find();
        var rows = new StringBuilder();
        foreach (var mail in all.Take(Shown))
        {
            rows.Append(CultureInfo.InvariantCulture, $"<tr><td>{Time(mail)}</td><td>{E(mail.To)}</td><td><a href=\"/mail/{mail.Id}\">{E(mail.Subject.Length == 0 ? "(ไม่มีหัวเรื่อง / no subject)" : mail.Subject)}</a></td></tr>");
        }

        var table = all.Count == 0
            ? "<p>ยังไม่มีจดหมาย / No mail has arrived yet.</p>"
            : $"<table><caption>{Math.Min(all.Count, Shown)} / {all.Count}</caption><thead><tr><th scope=\"col\">เวลา / Time</th><th scope=\"col\">ถึง / To</th><th scope=\"col\">เรื่อง / Subject</th></tr></thead><tbody>{rows}</tbody></table>";
        return Page(response, "จดหมายในระบบทดลอง / Mails of this development system",
            $"{table}<p>ศูนย์เชื่อมโยงข้อมูลจำลอง / The simulated Linkage Center: <code>/lk2/api/center/</code> (<a href=\"/lk2/faults\">faults</a>, <a href=\"/lk2/calls\">calls</a>). ข้อมูลทั้งหมดเป็นบุคคลสมมติ / All people are synthetic.</p>");
    }

    private static IResult HandleMail(string id, MailBox mails, HttpResponse response)
    {
        if (mails.Get(id) is not { } mail)
        {
            return Results.NotFound();
        }

        var html = mail.Html is null ? "" : $"<h2>HTML</h2><iframe title=\"HTML\" sandbox=\"\" src=\"/mail/{mail.Id}/html\"></iframe>";
        return Page(response, mail.Subject.Length == 0 ? "(ไม่มีหัวเรื่อง / no subject)" : mail.Subject,
            $"<p><a href=\"/\">← จดหมายทั้งหมด / All mails</a></p><dl><dt>จาก / From</dt><dd>{E(mail.From)}</dd><dt>ถึง / To</dt><dd>{E(mail.To)}</dd><dt>เวลา / Time</dt><dd>{Time(mail)}</dd></dl><h2>ข้อความ / Text</h2><pre>{Linked(mail.Text ?? "")}</pre>{html}");
    }

    private static IResult HandleHtml(string id, MailBox mails, HttpResponse response)
    {
        // Whatever a mail holds, it runs nothing, loads nothing and belongs to no origin.
        response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'";
        response.Headers.XContentTypeOptions = "nosniff";
        return mails.Get(id)?.Html is { } html ? Results.Text(html, "text/html", Encoding.UTF8) : Results.NotFound();
    }

    private static IResult Page(HttpResponse response, string title, string body)
    {
        response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer"; // A claim link opened from here must not say where it was.
        response.Headers.CacheControl = "no-store";
        return Results.Text($$"""
            <!doctype html>
            <html lang="th">
            <head>
            <meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{{E(title)}}</title>
            <style>
            body { font: 1rem/1.5 "Noto Sans Thai", Sarabun, system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #1b1b1b; background: #fff }
            table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .5rem; border-bottom: 1px solid #999; vertical-align: top; overflow-wrap: anywhere }
            caption { text-align: left; padding: .25rem .5rem } a { color: #0b4f9e } pre { white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid #999; padding: 1rem }
            iframe { width: 100%; height: 32rem; border: 1px solid #999 } dt { font-weight: 600 } dd { margin: 0 0 .5rem }
            </style>
            </head>
            <body><main><h1>{{E(title)}}</h1>{{body}}</main></body>
            </html>
            """, "text/html", Encoding.UTF8);
    }

    /// <summary>Encoded text with its web addresses as links.</summary>
    private static string Linked(string text)
    {
        var html = new StringBuilder();
        var end = 0;
        foreach (Match address in WebAddress().Matches(text))
        {
            html.Append(E(text[end..address.Index])).Append(CultureInfo.InvariantCulture, $"<a href=\"{E(address.Value)}\" rel=\"noreferrer\">{E(address.Value)}</a>");
            end = address.Index + address.Length;
        }

        return html.Append(E(text[end..])).ToString();
    }

    private static string Time(Mail mail) => mail.ReceivedAt.ToOffset(Bangkok).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static string E(string text) => Encoder.Encode(text);

    [GeneratedRegex(@"https?://[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+", RegexOptions.NonBacktracking)]
    private static partial Regex WebAddress();
}
