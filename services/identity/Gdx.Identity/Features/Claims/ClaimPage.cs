using System.Net;
using System.Text;
using Gdx.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gdx.Identity.Features;

/// <summary>The pages behind a claim link: Thai first, English second, readable without scripts, kept by nobody on the way.</summary>
public static class ClaimPage
{
    public static readonly (string Thai, string English) Unknown = ("ไม่พบลิงก์นี้ โปรดตรวจสอบว่าคัดลอกลิงก์ครบถ้วน", "There is no such link. Check that the whole link was copied.");
    public static readonly (string Thai, string English) Used = ("ลิงก์นี้ถูกใช้ไปแล้ว หากไม่ใช่ท่าน โปรดแจ้งผู้ดูแลระบบกลางทันที", "This link has been used. If it was not you, tell the operator at once.");
    public static readonly (string Thai, string English) Expired = ("ลิงก์นี้หมดอายุแล้ว โปรดขอต่ออายุ key กับผู้ดูแลระบบกลาง", "This link has expired. Ask the operator to renew the key.");
    public static readonly (string Thai, string English) Busy = ("มีการเรียกใช้บ่อยเกินไป โปรดรอ 1 นาทีแล้วลองใหม่", "Too many requests from this address. Wait a minute and try again.");

    /// <summary>The page with the button; opening it uses nothing up, since mail scanners open links too.</summary>
    public static IResult Ask(HttpContext http, string code) => Page(http, StatusCodes.Status200OK, "รับ Consumer Secret / Your consumer secret", $"""
        <p>กดปุ่มเพื่อแสดง Consumer Secret ระบบจะแสดงเพียงครั้งเดียว โปรดเตรียมที่เก็บที่ปลอดภัยก่อน</p>
        <p lang="en">Press the button to see the consumer secret. It is shown once only: have a safe place ready.</p>
        <form method="post" action="claim"><input type="hidden" name="code" value="{Html(code)}"><button type="submit">แสดง Consumer Secret / Show the secret</button></form>
        """);

    /// <summary>The only answer that ever holds the secret.</summary>
    public static IResult Reveal(HttpContext http, Guid consumerKey, string secret)
    {
        if (WantsJson(http))
        {
            Guard(http);
            return TypedResults.Json(new { consumerKey = consumerKey.ToString(), consumerSecret = secret });
        }

        return Page(http, StatusCodes.Status200OK, "Consumer Secret", $"""
            <p>เก็บค่าต่อไปนี้ไว้ในที่ปลอดภัย จะไม่แสดงอีก</p>
            <p lang="en">Keep these in a safe place; they will not be shown again.</p>
            <dl><dt>Consumer Key</dt><dd><code>{consumerKey}</code></dd><dt>Consumer Secret</dt><dd><code>{Html(secret)}</code></dd></dl>
            """);
    }

    /// <summary>A refusal as page, or as problem details for a program.</summary>
    public static IResult Refusal(HttpContext http, int status, string code, (string Thai, string English) text)
    {
        if (WantsJson(http))
        {
            Guard(http);
            return Problems.Http(status, code, text.English, text.Thai);
        }

        return Page(http, status, "ใช้ลิงก์นี้ไม่ได้ / This link cannot be used", $"""<p role="alert">{Html(text.Thai)}</p><p lang="en">{Html(text.English)}</p>""");
    }

    private static ContentHttpResult Page(HttpContext http, int status, string title, string body)
    {
        Guard(http);
        return TypedResults.Text($"""
            <!doctype html>
            <html lang="th"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{Html(title)} · GDX</title></head>
            <body><main><h1>{Html(title)}</h1>
            {body}
            </main></body></html>
            """, "text/html", Encoding.UTF8, status);
    }

    private static bool WantsJson(HttpContext http) => http.Request.GetTypedHeaders().Accept is [{ MediaType.Value: "application/json" }, ..];

    private static void Guard(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
        headers["X-Content-Type-Options"] = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
    }

    private static string Html(string text) => WebUtility.HtmlEncode(text);
}
