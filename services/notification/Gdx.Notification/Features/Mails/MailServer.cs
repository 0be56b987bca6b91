using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Gdx.Notification.Features;

/// <summary>How a mail server is reached. <paramref name="CommandTimeout"/>: an outage is better retried than waited out. <paramref name="AcceptTimeout"/>: after the text has
/// gone over, giving up means not knowing, so patience is long there (RFC 5321 asks for ten minutes).</summary>
public sealed record MailSettings(Uri Address, string From, bool RequireTls, string? User, string? Password, string? TrustedCa, TimeSpan CommandTimeout, TimeSpan AcceptTimeout)
{
    /// <summary>
    /// Reads <c>Gdx:Smtp</c>, such as <c>smtp://mail.example.go.th:587</c> (<c>smtps://</c> is TLS from the first byte), <c>Gdx:SmtpUser</c>, <c>Gdx:SmtpPassword</c>, <c>Gdx:MailFrom</c> and
    /// <c>Gdx:SmtpCa</c> (PEM file of a closed network's own authority). Opportunistic TLS is for development; elsewhere a mail with a claim link never crosses a network in the clear.
    /// </summary>
    public static MailSettings Read(IConfiguration settings, IHostEnvironment environment)
    {
        if (!Uri.TryCreate(settings["Gdx:Smtp"], UriKind.Absolute, out var address) || address.Port <= 0)
        {
            throw new InvalidOperationException("Setting Gdx:Smtp is missing or not an address with a port: the mail server, such as smtp://mail.example.go.th:587.");
        }

        var (user, password) = (settings["Gdx:SmtpUser"], settings["Gdx:SmtpPassword"]);
        if (string.IsNullOrEmpty(user) != string.IsNullOrEmpty(password))
        {
            throw new InvalidOperationException("Settings Gdx:SmtpUser and Gdx:SmtpPassword belong together: set both or neither.");
        }

        var from = settings["Gdx:MailFrom"] ?? (environment.IsDevelopment() ? "GDX <no-reply@gdx.test>" : null);
        if (from is null || !MailboxAddress.TryParse(from, out _))
        {
            throw new InvalidOperationException("Setting Gdx:MailFrom is missing or not a mail address: the sender, such as GDX <no-reply@gdx.example.go.th>.");
        }

        return new(address, from, RequireTls: !environment.IsDevelopment(), user, password, settings["Gdx:SmtpCa"],
            TimeSpan.FromSeconds(settings.GetValue("Gdx:SmtpCommandSeconds", 20)), TimeSpan.FromSeconds(settings.GetValue("Gdx:SmtpAcceptSeconds", 600)));
    }
}

/// <summary>What became of a mail that was given to the server.</summary>
public enum MailOutcome
{
    Accepted = 1,

    /// <summary>Not taken; another time it may be.</summary>
    TryLater = 2,

    /// <summary>Refused for good (a 5xx reply about this mail).</summary>
    Refused = 3,

    /// <summary>The text had gone over and no reply came: it may have been taken.</summary>
    Unknown = 4,
}

/// <summary>The SMTP server, with TLS, its certificate checked, and authentication where it is configured.</summary>
public sealed class MailServer(MailSettings settings)
{
    private readonly X509Certificate2Collection? authorities = settings.TrustedCa is { Length: > 0 } file ? Load(file) : null;

    /// <summary>
    /// Sends one mail. <paramref name="beforeOffer"/> runs when the server is ready and nothing of the mail has gone over yet. The reason is the kind of
    /// failure only: a mail server's words may repeat the address.
    /// </summary>
    public async Task<(MailOutcome Outcome, string Why)> SendAsync(MimeMessage message, Func<Task> beforeOffer, CancellationToken ct)
    {
        using var client = new WatchfulClient { Timeout = (int)settings.CommandTimeout.TotalMilliseconds };
        if (authorities is not null)
        {
            client.ServerCertificateValidationCallback = (_, certificate, _, errors) => IsTrusted(certificate, errors);
        }

        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
            patience.CancelAfter(settings.CommandTimeout);
            var tls = settings.Address.Scheme == "smtps" ? SecureSocketOptions.SslOnConnect : settings.RequireTls ? SecureSocketOptions.StartTls : SecureSocketOptions.StartTlsWhenAvailable;
            await client.ConnectAsync(settings.Address.Host, settings.Address.Port, tls, patience.Token);
            if (settings.User is { Length: > 0 })
            {
                await client.AuthenticateAsync(settings.User, settings.Password!, patience.Token);
            }
        }
        catch (Exception away) when (!ct.IsCancellationRequested && IsOutage(away))
        {
            return (MailOutcome.TryLater, Kind(away));
        }

        ct.ThrowIfCancellationRequested();
        await beforeOffer();
        try
        {
            // Not the caller's token: a service that stops lets the server finish, so that the outcome is known.
            client.Timeout = (int)settings.AcceptTimeout.TotalMilliseconds;
            using var patience = new CancellationTokenSource(settings.CommandTimeout);
            client.WhenRecipientAccepted = () => patience.CancelAfter(settings.AcceptTimeout);
            await client.SendAsync(message, patience.Token);
        }
        catch (SmtpCommandException reply)
        {
            return ((int)reply.StatusCode is >= 500 and not (530 or 534 or 535 or 538) ? MailOutcome.Refused : MailOutcome.TryLater, Kind(reply)); // 53x is about our password, not about the mail.
        }
        catch (Exception broken) when (IsOutage(broken))
        {
            return client.RecipientAccepted ? (MailOutcome.Unknown, Kind(broken)) : (MailOutcome.TryLater, Kind(broken));
        }

        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2)); // A courtesy; the mail is taken.
            await client.DisconnectAsync(quit: true, patience.Token);
        }
        catch (Exception gone) when (IsOutage(gone))
        {
            return (MailOutcome.Accepted, Kind(gone));
        }

        return (MailOutcome.Accepted, "");
    }

    private static string Kind(Exception failure) => failure is SmtpCommandException reply ? $"SMTP {(int)reply.StatusCode}" : failure.GetType().Name;

    private static bool IsOutage(Exception failure) => failure is MailKit.ProtocolException or MailKit.CommandException or MailKit.ServiceNotConnectedException
        or MailKit.ServiceNotAuthenticatedException or AuthenticationException or SslHandshakeException or NotSupportedException
        or IOException or System.Net.Sockets.SocketException or TimeoutException or OperationCanceledException;

    private static X509Certificate2Collection Load(string file)
    {
        var all = new X509Certificate2Collection();
        all.ImportFromPemFile(file);
        return all.Count > 0 ? all : throw new InvalidOperationException("Setting Gdx:SmtpCa names a file without certificates.");
    }

    private bool IsTrusted(X509Certificate? certificate, SslPolicyErrors errors)
    {
        if (certificate is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != 0)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities!);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck; // A closed network's authority is its own list.
        using var own = new X509Certificate2(certificate);
        return chain.Build(own);
    }

    /// <summary>Knows how far a mail has come: once the recipient is accepted, the text goes over.</summary>
    private sealed class WatchfulClient : SmtpClient
    {
        public bool RecipientAccepted { get; private set; }

        public Action? WhenRecipientAccepted { get; set; }

        protected override void OnRecipientAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response)
        {
            RecipientAccepted = true;
            WhenRecipientAccepted?.Invoke();
        }
    }
}
