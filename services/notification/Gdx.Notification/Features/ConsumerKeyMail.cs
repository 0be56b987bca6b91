using System.Globalization;
using System.Net;
using Gdx.Identity.Contracts.V1;
using MimeKit;

namespace Gdx.Notification.Features;

/// <summary>The mail with the consumer key and the one-time link to the secret; Thai first, English second. It never holds the secret.</summary>
public static class ConsumerKeyMail
{
    private static readonly TimeZoneInfo Bangkok = TimeZoneInfo.FindSystemTimeZoneById("Asia/Bangkok");

    /// <summary>The mail; its Message-ID is the same for every attempt of one delivery.</summary>
    public static MimeMessage Write(Guid deliveryId, ClaimLink link)
    {
        var expires = TimeZoneInfo.ConvertTime(link.ExpiresAt.ToDateTimeOffset(), Bangkok);
        var until = string.Create(CultureInfo.InvariantCulture, $"{expires:dd/MM}/{expires.Year + 543} {expires:HH:mm}");
        var untilEnglish = expires.ToString("d MMMM yyyy HH:mm", CultureInfo.InvariantCulture);
        var text = $"""
            เรียน ผู้ประสานงาน {link.AgencyNameTh}

            คำขอใช้งาน API ของท่านได้รับอนุมัติแล้ว
            Consumer Key: {link.ConsumerKey}

            เปิดลิงก์นี้เพื่อรับ Consumer Secret (แสดงได้เพียงครั้งเดียว ภายใน {until} น.)
            {link.Url}

            หากลิงก์ถูกใช้ไปแล้วโดยที่ท่านไม่ได้เปิดเอง โปรดแจ้งผู้ดูแลระบบกลางทันที

            ----

            To the contact of {link.AgencyNameEn}

            Your application to use the API is approved.
            Consumer key: {link.ConsumerKey}

            Open this link to receive the consumer secret. It is shown once only, until {untilEnglish} (Bangkok).
            If the link turns out to be used and it was not you, tell the operator at once.
            """;
        var html = $"""
            <!doctype html><html lang="th"><body>
            <p>เรียน ผู้ประสานงาน {Html(link.AgencyNameTh)}</p>
            <p>คำขอใช้งาน API ของท่านได้รับอนุมัติแล้ว<br>Consumer Key: <code>{Html(link.ConsumerKey)}</code></p>
            <p><a href="{Html(link.Url)}">รับ Consumer Secret</a> (แสดงได้เพียงครั้งเดียว ภายใน {until} น.)</p>
            <p>หากลิงก์ถูกใช้ไปแล้วโดยที่ท่านไม่ได้เปิดเอง โปรดแจ้งผู้ดูแลระบบกลางทันที</p>
            <hr>
            <div lang="en">
            <p>To the contact of {Html(link.AgencyNameEn)}</p>
            <p>Your application to use the API is approved.<br>Consumer key: <code>{Html(link.ConsumerKey)}</code></p>
            <p><a href="{Html(link.Url)}">Receive the consumer secret</a>. It is shown once only, until {untilEnglish} (Bangkok).</p>
            <p>If the link turns out to be used and it was not you, tell the operator at once.</p>
            </div></body></html>
            """;
        var message = new MimeMessage
        {
            MessageId = $"{deliveryId:N}@notification.gdx",
            Subject = "GDX: Consumer Key ของท่าน / Your consumer key",
            Body = new BodyBuilder { TextBody = text, HtmlBody = html }.ToMessageBody(),
        };
        message.From.Add(new MailboxAddress("GDX", "no-reply@gdx.go.th"));
        message.To.Add(MailboxAddress.Parse(link.ContactEmail));
        message.Headers.Add("Auto-Submitted", "auto-generated");
        return message;
    }

    private static string Html(string text) => WebUtility.HtmlEncode(text);
}
