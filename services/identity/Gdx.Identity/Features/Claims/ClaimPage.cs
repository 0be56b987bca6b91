using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Gdx.ServiceDefaults;

namespace Gdx.Identity.Features;

/// <summary>The pages behind a claim link, Thai first and English second: plain HTML without script, never cached, readable with a screen reader.</summary>
public static class ClaimPage
{
    public static readonly Wording Busy = new("คำขอมากเกินไป", "Too many requests", "โปรดรอหนึ่งนาทีแล้วลองใหม่", "Wait a minute and try again.");
    public static readonly Wording Unreadable = new("อ่านคำขอไม่ได้", "The request cannot be read", "โปรดเปิดลิงก์ในอีเมลอีกครั้ง", "Open the link in the mail again.");
    private static readonly Wording Unknown = new("ไม่พบลิงก์นี้", "This link is not known", "โปรดคัดลอกลิงก์จากอีเมลให้ครบทุกตัวอักษร", "Copy the whole link from the mail.");
    private static readonly Wording Used = new("ลิงก์นี้ถูกใช้แล้ว", "This link has been used",
        "รหัสลับแสดงได้เพียงครั้งเดียว หากท่านไม่ได้เป็นผู้เปิด โปรดแจ้งผู้ดูแลระบบแลกเปลี่ยนข้อมูลทันทีและขอต่ออายุกุญแจ",
        "The secret is shown only once. If it was not you who opened it, tell the operator of the exchange at once and ask for a renewal.");
    private static readonly Wording Expired = new("ลิงก์นี้หมดอายุแล้ว", "This link has expired",
        "โปรดขอลิงก์ใหม่จากผู้ดูแลระบบแลกเปลี่ยนข้อมูล", "Ask the operator of the exchange for a new one.");
    private static readonly Wording Revoked = new("กุญแจนี้ถูกยกเลิกแล้ว", "This key has been revoked",
        "โปรดติดต่อผู้ดูแลระบบแลกเปลี่ยนข้อมูล", "Contact the operator of the exchange.");

    private static readonly Wording Suspended = new("หน่วยงานของท่านถูกระงับชั่วคราว", "Your agency is suspended",
        "ลิงก์นี้ใช้ได้อีกเมื่อหน่วยงานได้รับอนุญาตให้กลับมาใช้งาน โปรดติดต่อผู้ดูแลระบบแลกเปลี่ยนข้อมูล",
        "The link works again when the agency is let back in. Contact the operator of the exchange.");

    private const string Style = """
        body{margin:0;font:1.125rem/1.7 "Sarabun","Noto Sans Thai",system-ui,sans-serif;color:#1b1b1f;background:#f4f5f7}
        main{max-width:40rem;margin:2rem auto;padding:1.5rem 2rem;background:#fff;border-top:.4rem solid #1d4f91}
        h1{font-size:1.5rem;line-height:1.4}[lang=en]{color:#44474f}h1 [lang=en]{display:block;font-size:1.1rem;font-weight:400}
        button{font:inherit;padding:.6rem 1.4rem;color:#fff;background:#1d4f91;border:0;border-radius:.25rem;cursor:pointer}
        button [lang=en]{color:#fff}button:focus-visible{outline:.2rem solid #b35900;outline-offset:.2rem}
        a.button{display:block;margin:0 0 1rem;padding:.6rem 1.4rem;color:#fff;background:#1d4f91;border-radius:.25rem;text-decoration:none}a.button [lang=en]{color:#fff}
        a.button:focus-visible{outline:.2rem solid #b35900;outline-offset:.2rem}dt{font-weight:700}dd{margin:0 0 1rem}code{font-size:1.05rem;overflow-wrap:anywhere;background:#eef1f6;padding:.1rem .3rem}
        """;

    private static readonly string Policy = "default-src 'none'; style-src 'sha256-"
        + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))
        + "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public static readonly HtmlEncoder Html = HtmlEncoder.Create(UnicodeRanges.All);

    /// <summary>Asks for the one click that makes the secret.</summary>
    public static IResult Confirm(HttpContext http, string code, Data.Agency agency) => Page(http, StatusCodes.Status200OK,
        new("รับรหัสลับของท่าน", "Receive your consumer secret",
            "รหัสลับจะแสดงบนหน้าจอเพียงครั้งเดียว โปรดเตรียมที่เก็บที่ปลอดภัยก่อนกดปุ่ม",
            "The secret will be shown once only. Have a safe place ready before you press the button."),
        $"""
        <p>{Html.Encode(agency.NameTh)} <span lang="en">({Html.Encode(agency.NameEn)})</span></p>
        <form method="post" action="claim"><input type="hidden" name="code" value="{Html.Encode(code)}">
        <button type="submit">แสดงรหัสลับ <span lang="en">Show the secret</span></button></form>
        """);

    /// <summary>Key and secret, the only time; as JSON where the caller asks for it.</summary>
    public static IResult Secret(HttpContext http, Guid consumerKey, string consumerSecret) => WantsJson(http)
        ? Guard(http, TypedResults.Json(new { consumerKey, consumerSecret }))
        : Page(http, StatusCodes.Status200OK,
            new("รหัสลับของท่าน", "Your consumer secret",
                "เก็บรหัสนี้ในที่ปลอดภัยเดี๋ยวนี้ เมื่อปิดหน้านี้แล้วจะดูอีกไม่ได้ และห้ามส่งต่อทางอีเมลหรือแชต",
                "Store it safely now: it cannot be shown again once this page is closed. Never pass it on by mail or chat."),
            $"""
            <dl><dt>Consumer-Key</dt><dd><code>{consumerKey}</code></dd>
            <dt>ConsumerSecret</dt><dd><code>{consumerSecret}</code></dd></dl>
            """);

    /// <summary>Says why there is nothing to claim here.</summary>
    public static IResult Refusal(HttpContext http, ClaimState state) => state switch
    {
        ClaimState.Used => Refusal(http, StatusCodes.Status410Gone, "identity.claim.used", Used),
        ClaimState.Expired => Refusal(http, StatusCodes.Status410Gone, "identity.claim.expired", Expired),
        ClaimState.Suspended => Refusal(http, StatusCodes.Status403Forbidden, "identity.claim.suspended", Suspended),
        ClaimState.Revoked => Refusal(http, StatusCodes.Status410Gone, "identity.claim.revoked", Revoked),
        _ => Refusal(http, StatusCodes.Status404NotFound, "identity.claim.unknown", Unknown),
    };

    public static IResult Refusal(HttpContext http, int status, string code, Wording words) => WantsJson(http)
        ? Guard(http, Problems.Http(status, code, words.TitleEn, words.TextEn))
        : Page(http, status, words, "");

    private static bool WantsJson(HttpContext http) =>
        http.Request.GetTypedHeaders().Accept.Any(type => type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase));

    /// <summary>A page of this look, with a body that is HTML already.</summary>
    public static IResult Page(HttpContext http, int status, Wording words, string body) => Guard(http, TypedResults.Content(
        $"""
        <!DOCTYPE html>
        <html lang="th"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{words.TitleTh} · {words.TitleEn}</title><style>{Style}</style></head>
        <body><main><h1>{words.TitleTh} <span lang="en">{words.TitleEn}</span></h1>
        <p>{words.TextTh}</p><p lang="en">{words.TextEn}</p>
        {body}
        </main></body></html>
        """, "text/html; charset=utf-8", Encoding.UTF8, status));

    private static IResult Guard(HttpContext http, IResult answer)
    {
        var headers = http.Response.Headers;
        headers.CacheControl = "no-store";
        headers.ContentSecurityPolicy = Policy;
        headers["Referrer-Policy"] = "no-referrer"; // The address holds the code.
        headers.XContentTypeOptions = "nosniff";
        headers["X-Robots-Tag"] = "noindex";
        return answer;
    }

    /// <summary>A title and a sentence in both languages.</summary>
    public sealed record Wording(string TitleTh, string TitleEn, string TextTh, string TextEn);
}
