using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Gdx.Notification.Features;

/// <summary>The SMTP server of setting <c>Gdx:Smtp</c>, such as <c>smtp://mail.example.go.th:25</c> (host and port count; <c>smtps://</c> is TLS from the first byte).</summary>
public sealed class MailServer(Uri address, bool requireTls)
{
    private const int TimeoutMs = 20_000; // One command of the server; RFC 5321 allows minutes, but an outage is better retried than waited out.

    /// <summary>Reads the setting. Opportunistic TLS is for development; elsewhere a mail with a claim link never crosses a network in the clear.</summary>
    public static MailServer FromSettings(IConfiguration settings, IHostEnvironment environment) =>
        Uri.TryCreate(settings["Gdx:Smtp"], UriKind.Absolute, out var address) && address.Port > 0
            ? new(address, requireTls: !environment.IsDevelopment())
            : throw new InvalidOperationException("Setting Gdx:Smtp is missing or not an address with a port: the mail server, such as smtp://mail.example.go.th:25.");

    /// <summary>Sends one mail; throws what MailKit throws where the server is away or refuses.</summary>
    public async Task SendAsync(MimeMessage message, CancellationToken ct)
    {
        using var client = new SmtpClient { Timeout = TimeoutMs };
        var tls = address.Scheme == "smtps" ? SecureSocketOptions.SslOnConnect : requireTls ? SecureSocketOptions.StartTls : SecureSocketOptions.StartTlsWhenAvailable;
        await client.ConnectAsync(address.Host, address.Port, tls, ct);
        await client.SendAsync(message, ct);
        await client.DisconnectAsync(quit: true, ct);
    }
}
