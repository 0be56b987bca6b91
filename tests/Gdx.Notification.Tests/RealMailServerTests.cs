using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Gdx.Identity.Contracts.V1;
using Gdx.Notification.Contracts.V1;
using Gdx.TestEnvironment;

namespace Gdx.Notification.Tests;

/// <summary>Somebody else's mail server (Debian's python3-aiosmtpd) that insists on STARTTLS and a password, as outside development.</summary>
public sealed class RealMailServerTests
{
    [Fact]
    public async Task A_mail_goes_over_TLS_with_the_password_and_arrives_whole()
    {
        await using var server = await AioSmtpd.StartAsync();
        await using var app = await StartAsync(server, _ => { });

        var client = await TellAsync(app);
        await app.DeliveryAsync(client, DeliveryState.Sent);

        var mail = Assert.Single(server.Mails);
        Assert.True(mail.GetProperty("tls").GetBoolean());
        Assert.Equal("gdx", mail.GetProperty("login").GetString());
        Assert.Equal("no-reply@gdx.test", mail.GetProperty("from").GetString());
        Assert.Equal(FakeIdentity.ContactOf(client), mail.GetProperty("to").GetString());
        using var content = new MemoryStream(mail.GetProperty("content").GetBytesFromBase64());
        var message = await MimeKit.MimeMessage.LoadAsync(content);
        Assert.Contains("เรียน ผู้ประสานงาน กรม <ตัวอย่าง>", message.TextBody, StringComparison.Ordinal);
        Assert.Contains($"code={app.Identity.Codes[client]}", message.TextBody, StringComparison.Ordinal);
        Assert.EndsWith("@gdx.test", message.MessageId, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_is_no_fault_of_the_mail_it_waits_and_the_password_is_in_no_log()
    {
        await using var server = await AioSmtpd.StartAsync();
        await using var app = await StartAsync(server, settings => settings["Gdx:SmtpPassword"] = "canary-of-a-wrong-password");

        await WaitsAsync(app, "AuthenticationException");

        Assert.Empty(server.Mails);
        Assert.DoesNotContain("canary-of-a-wrong-password", string.Join('\n', app.Logs), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_gets_neither_mail_nor_password()
    {
        await using var server = await AioSmtpd.StartAsync();
        await using var app = await StartAsync(server, settings => settings.Remove("Gdx:SmtpCa"));

        await WaitsAsync(app, "SslHandshakeException");

        Assert.Empty(server.Mails);
    }

    [Fact]
    public async Task A_certificate_for_another_name_is_not_trusted_either()
    {
        await using var server = await AioSmtpd.StartAsync("mail.elsewhere.test");
        await using var app = await StartAsync(server, _ => { });

        await WaitsAsync(app, "SslHandshakeException");

        Assert.Empty(server.Mails);
    }

    [Fact]
    public async Task Outside_development_a_server_without_TLS_gets_no_mail()
    {
        await using var app = new NotificationApp { EnvironmentName = "Production", Settings = { ["Gdx:MailFrom"] = "GDX <no-reply@gdx.test>" } };
        await app.InitializeAsync();

        await WaitsAsync(app, "NotSupportedException");

        Assert.Empty(app.Mails.Find());
    }

    [Theory]
    [InlineData("Gdx:Smtp", null)]
    [InlineData("Gdx:Smtp", "mail.example.go.th")]
    [InlineData("Gdx:MailFrom", null)]
    [InlineData("Gdx:MailFrom", "nobody at all")]
    [InlineData("Gdx:SmtpPassword", null)]
    public async Task A_setting_that_is_missing_or_wrong_stops_the_start_and_is_named(string setting, string? value)
    {
        await using var app = new NotificationApp { EnvironmentName = "Production" };
        await app.PrepareAsync();
        (app.Settings["Gdx:MailFrom"], app.Settings["Gdx:SmtpUser"], app.Settings["Gdx:SmtpPassword"]) = ("gdx@gdx.test", "gdx", "secret");
        app.Settings[setting] = value;

        Assert.Contains(setting, Assert.Throws<InvalidOperationException>(() => app.Server).Message, StringComparison.Ordinal);
    }

    private static async Task<NotificationApp> StartAsync(AioSmtpd server, Action<Dictionary<string, string?>> change)
    {
        var app = new NotificationApp
        {
            EnvironmentName = "Production",
            Settings =
            {
                ["Gdx:Smtp"] = $"smtp://127.0.0.1:{server.Port}",
                ["Gdx:SmtpUser"] = "gdx",
                ["Gdx:SmtpPassword"] = server.Password,
                ["Gdx:SmtpCa"] = server.Authority,
                ["Gdx:MailFrom"] = "GDX <no-reply@gdx.test>",
            },
        };
        change(app.Settings);
        await app.InitializeAsync();
        return app;
    }

    private static async Task WaitsAsync(NotificationApp app, string why)
    {
        var client = await TellAsync(app);
        await Eventually.True(async () => (await app.DeliveryAsync(client, DeliveryState.Waiting)).Attempts > 0, "a failed attempt");
        Assert.Equal(why, (await app.DeliveryAsync(client, DeliveryState.Waiting)).LastError);
    }

    private static async Task<Guid> TellAsync(NotificationApp app)
    {
        var client = Guid.NewGuid();
        await app.TellAsync(new ApiClientCreated { ApiClientId = client, AgencyId = Guid.NewGuid(), ConsumerKey = client, CreatedAt = DateTimeOffset.UtcNow });
        return client;
    }

    /// <summary>The server as a process; what it takes it prints as a line of JSON.</summary>
    private sealed class AioSmtpd : IAsyncDisposable
    {
        private const string Program = """
            import base64, json, ssl, sys
            from aiosmtpd.controller import Controller
            from aiosmtpd.smtp import AuthResult

            port, password, chain = int(sys.argv[1]), sys.argv[2].encode(), sys.argv[3]

            class Handler:
                async def handle_DATA(self, server, session, envelope):
                    print(json.dumps({"from": envelope.mail_from, "to": envelope.rcpt_tos[0], "tls": session.ssl is not None, "login": session.auth_data.login.decode(),
                                      "content": base64.b64encode(envelope.original_content).decode()}), flush=True)
                    return "250 2.0.0 OK"

            def authenticate(server, session, envelope, mechanism, data):
                return AuthResult(success=data.login == b"gdx" and data.password == password, handled=False, auth_data=data)

            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(chain)
            server = Controller(Handler(), hostname="127.0.0.1", port=port, tls_context=context, require_starttls=True, auth_required=True, authenticator=authenticate)
            server.start()
            print("ready", flush=True)
            sys.stdin.read()
            server.stop()
            """;

        private readonly Process process;
        private readonly string folder;
        private readonly TaskCompletionSource ready = new();
        private readonly ConcurrentQueue<string> errors = [];

        private AioSmtpd(Process process, string folder, int port, string password)
        {
            (this.process, this.folder, Port, Password) = (process, folder, port, password);
            process.OutputDataReceived += (_, line) => Hear(line.Data);
            process.ErrorDataReceived += (_, line) => errors.Enqueue(line.Data ?? "");
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
        }

        public int Port { get; }

        public string Password { get; }

        public string Authority => Path.Combine(folder, "authority.pem");

        public ConcurrentQueue<JsonElement> Mails { get; } = [];

        public static async Task<AioSmtpd> StartAsync(string? name = null)
        {
            var (folder, port, password) = (Directory.CreateTempSubdirectory("gdx-test-smtp-").FullName, FreePort.Next(), RandomNumberGenerator.GetHexString(32));
            await WriteCertificatesAsync(folder, name);
            // Debian's own Python has Debian's packages, whatever else is on the path.
            var python = File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";
            var start = new ProcessStartInfo(python, ["-c", Program, $"{port}", password, Path.Combine(folder, "chain.pem")]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
            var server = new AioSmtpd(Process.Start(start)!, folder, port, password);
            try
            {
                await server.ready.Task.WaitAsync(TimeSpan.FromSeconds(30));
            }
            catch (TimeoutException)
            {
                Assert.Fail($"The mail server (Debian's package python3-aiosmtpd) did not start: {string.Join('\n', server.errors)}");
            }

            return server;
        }

        public async ValueTask DisposeAsync()
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync();
            process.Dispose();
            Directory.Delete(folder, recursive: true);
        }

        private static async Task WriteCertificatesAsync(string folder, string? name)
        {
            using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest("CN=Authority of a test", authorityKey, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
            using var authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddDays(1));
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var own = new CertificateRequest("CN=Mail server of a test", key, HashAlgorithmName.SHA256);
            var names = new SubjectAlternativeNameBuilder();
            if (name is null)
            {
                names.AddIpAddress(IPAddress.Loopback);
            }
            else
            {
                names.AddDnsName(name);
            }

            own.CertificateExtensions.Add(names.Build());
            using var certificate = own.Create(authority, DateTimeOffset.UtcNow.AddMinutes(-4), DateTimeOffset.UtcNow.AddHours(20), RandomNumberGenerator.GetBytes(8));
            await File.WriteAllTextAsync(Path.Combine(folder, "authority.pem"), authority.ExportCertificatePem());
            await File.WriteAllTextAsync(Path.Combine(folder, "chain.pem"), $"{key.ExportPkcs8PrivateKeyPem()}\n{certificate.ExportCertificatePem()}\n");
        }

        private void Hear(string? line)
        {
            if (line == "ready")
            {
                ready.TrySetResult();
            }
            else if (line is { Length: > 0 })
            {
                using var mail = JsonDocument.Parse(line);
                Mails.Enqueue(mail.RootElement.Clone());
            }
        }
    }
}
