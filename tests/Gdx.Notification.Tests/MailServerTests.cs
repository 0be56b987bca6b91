using Gdx.Identity.Contracts.V1;
using Gdx.Notification.Contracts.V1;
using Gdx.Notification.Features;
using Gdx.TestEnvironment;
using Grpc.Core;

namespace Gdx.Notification.Tests;

/// <summary>A mail server that refuses, dawdles, hangs up, or is away; each test with one of its own.</summary>
public sealed class MailServerTests
{
    [Theory]
    [InlineData("MAIL", "550 5.7.1 no")]
    [InlineData("RCPT", "550 5.1.1 no such user")]
    [InlineData("TEXT", "554 5.6.0 no")]
    public async Task A_mail_that_is_refused_for_good_is_parked_at_once_and_an_operator_may_have_it_sent_again(string step, string reply)
    {
        await using var smtp = new ScriptedSmtp { Reply = at => Task.FromResult(at == step ? reply : null) };
        await using var app = await StartAsync(smtp.Address);

        var client = await TellAsync(app);
        var parked = await app.DeliveryAsync(client, DeliveryState.Parked);
        Assert.Equal((1, $"SMTP {reply[..3]}"), (parked.Attempts, parked.LastError));

        smtp.Reply = _ => Task.FromResult<string?>(null);
        var (desk, before) = (Guid.NewGuid(), smtp.Mails.Count);
        var resent = await app.Client().ResendAsync(new() { DeliveryId = parked.Id }, app.AsOperator(desk));
        await app.DeliveryAsync(client, DeliveryState.Sent);

        Assert.Equal(desk.ToString(), resent.ResentBy);
        Assert.NotNull(resent.ResentAt);
        Assert.Equal(before + 1, smtp.Mails.Count);
    }

    [Theory]
    [InlineData("CONNECT", "421 4.3.2 busy")]
    [InlineData("EHLO", "")]
    [InlineData("MAIL", "451 4.3.0 later")]
    [InlineData("RCPT", "450 4.2.1 later")]
    [InlineData("RCPT", "")]
    [InlineData("TEXT", "452 4.3.1 full")]
    public async Task A_mail_that_is_not_taken_now_is_tried_again_and_arrives_once(string step, string reply)
    {
        await using var smtp = new ScriptedSmtp { Reply = at => Task.FromResult(at == step ? reply : null) };
        await using var app = await StartAsync(smtp.Address);

        var client = await TellAsync(app);
        await Eventually.True(async () => (await app.DeliveryAsync(client, DeliveryState.Waiting)).Attempts > 0, "a failed attempt");
        var refused = step == "TEXT" ? smtp.Mails.Count : 0;
        smtp.Mails.Clear();
        smtp.Reply = _ => Task.FromResult<string?>(null);

        var sent = await app.DeliveryAsync(client, DeliveryState.Sent);
        Assert.True(sent.Attempts > 1);
        Assert.True(smtp.Mails.Count is 1 || refused > 0, $"{smtp.Mails.Count} mails");
    }

    [Fact]
    public async Task A_mail_server_that_is_down_gets_the_mail_when_it_is_up()
    {
        var port = FreePort.Next();
        await using var app = await StartAsync($"smtp://127.0.0.1:{port}");

        var client = await TellAsync(app);
        await Eventually.True(async () => (await app.DeliveryAsync(client, DeliveryState.Waiting)).Attempts > 0, "a failed attempt");
        await using var smtp = new ScriptedSmtp(port);

        await app.DeliveryAsync(client, DeliveryState.Sent);
        Assert.Single(smtp.Mails);
    }

    [Fact]
    public async Task A_server_that_is_slow_before_the_mail_is_tried_again()
    {
        await using var smtp = new ScriptedSmtp { Reply = Dawdle("CONNECT") };
        await using var app = await StartAsync(smtp.Address, settings => settings["Gdx:SmtpCommandSeconds"] = "1");

        var client = await TellAsync(app);
        await Eventually.True(async () => (await app.DeliveryAsync(client, DeliveryState.Waiting)).Attempts > 0, "a failed attempt");
        smtp.Reply = _ => Task.FromResult<string?>(null);

        await app.DeliveryAsync(client, DeliveryState.Sent);
        Assert.Single(smtp.Mails);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_that_falls_silent_or_hangs_up_once_it_has_the_mail_is_not_given_it_again(bool hangsUp)
    {
        await using var smtp = new ScriptedSmtp { Reply = hangsUp ? at => Task.FromResult(at == "TEXT" ? "" : null) : Dawdle("TEXT") };
        await using var app = await StartAsync(smtp.Address, settings => settings["Gdx:SmtpAcceptSeconds"] = "2");

        var client = await TellAsync(app);
        var parked = await app.DeliveryAsync(client, DeliveryState.Parked);

        Assert.StartsWith(SendDeliveries.OutcomeUnknown, parked.LastError, StringComparison.Ordinal);
        Assert.Single(smtp.Mails);
    }

    [Fact]
    public async Task A_slow_mail_holds_up_no_other()
    {
        await using var smtp = new ScriptedSmtp();
        await using var app = await StartAsync(smtp.Address);
        var silent = new TaskCompletionSource<string?>();
        var first = 0;
        smtp.Reply = at => at == "TEXT" && Interlocked.Increment(ref first) == 1 ? silent.Task : Task.FromResult<string?>(null);

        var slow = await TellAsync(app);
        await Eventually.True(() => smtp.Mails.Count == 1, "the first mail");
        var quick = await TellAsync(app);
        await app.DeliveryAsync(quick, DeliveryState.Sent);

        silent.SetResult(null);
        await app.DeliveryAsync(slow, DeliveryState.Sent);
    }

    [Fact]
    public async Task A_process_that_is_killed_while_the_server_takes_the_mail_does_not_send_it_again_before_an_operator_says_so()
    {
        await using var smtp = new ScriptedSmtp();
        await using var app = new NotificationApp { Settings = { ["Gdx:Smtp"] = smtp.Address } };
        await app.PrepareAsync();
        using var victim = await app.StartProcessAsync();
        var killed = new TaskCompletionSource();
        smtp.Reply = async at =>
        {
            if (at != "TEXT")
            {
                return null;
            }

            victim.Kill();
            await victim.WaitForExitAsync();
            killed.TrySetResult();
            return "250 2.0.0 OK"; // It has the mail; the one who would have heard is gone.
        };

        var client = await TellAsync(app);
        await killed.Task.WaitAsync(TimeSpan.FromSeconds(60));
        smtp.Reply = _ => Task.FromResult<string?>(null);
        await app.StartAsync();
        var parked = await app.DeliveryAsync(client, DeliveryState.Parked);

        Assert.Equal(SendDeliveries.OutcomeUnknown, parked.LastError);
        Assert.Single(smtp.Mails);
        await app.Client().ResendAsync(new() { DeliveryId = parked.Id }, app.AsOperator(Guid.NewGuid()));
        await app.DeliveryAsync(client, DeliveryState.Sent);
        Assert.Equal(2, smtp.Mails.Count);
        Assert.Single(smtp.Mails.Select(mail => mail.Split('\n').Single(line => line.StartsWith("Message-Id:", StringComparison.OrdinalIgnoreCase))).Distinct());
    }

    [Fact]
    public async Task A_process_that_is_killed_before_the_mail_goes_over_sends_it_when_it_is_back_once()
    {
        await using var smtp = new ScriptedSmtp();
        await using var app = new NotificationApp { Settings = { ["Gdx:Smtp"] = smtp.Address } };
        await app.PrepareAsync();
        using var victim = await app.StartProcessAsync();
        var killed = new TaskCompletionSource();
        smtp.Reply = async at =>
        {
            victim.Kill();
            await victim.WaitForExitAsync();
            killed.TrySetResult();
            return "";
        };

        var client = await TellAsync(app);
        await killed.Task.WaitAsync(TimeSpan.FromSeconds(60));
        smtp.Reply = _ => Task.FromResult<string?>(null);
        await app.StartAsync();

        await app.DeliveryAsync(client, DeliveryState.Sent);
        Assert.Single(smtp.Mails);
    }

    [Fact]
    public async Task Only_what_is_parked_is_sent_again_and_only_by_an_operator()
    {
        await using var smtp = new ScriptedSmtp();
        await using var app = await StartAsync(smtp.Address);
        var sent = await app.DeliveryAsync(await TellAsync(app), DeliveryState.Sent);

        foreach (var (id, caller, status, code) in new[]
        {
            (sent.Id, app.AsOperator(Guid.NewGuid()), StatusCode.FailedPrecondition, "notification.delivery.state"),
            (Guid.NewGuid().ToString(), app.AsOperator(Guid.NewGuid()), StatusCode.NotFound, "notification.delivery.unknown"),
            ("x", app.AsOperator(Guid.NewGuid()), StatusCode.InvalidArgument, "request.invalid"),
            (sent.Id, app.AsPerson(Guid.NewGuid()), StatusCode.PermissionDenied, ""),
        })
        {
            var refused = await Refusal.OfAsync(async () => await app.Client().ResendAsync(new() { DeliveryId = id }, caller));
            Assert.Equal((status, code), (refused.Status, refused.Code));
        }
    }

    private static Func<string, Task<string?>> Dawdle(string step) => at => at == step ? new TaskCompletionSource<string?>().Task : Task.FromResult<string?>(null);

    private static async Task<NotificationApp> StartAsync(string smtp, Action<Dictionary<string, string?>>? change = null)
    {
        var app = new NotificationApp { Settings = { ["Gdx:Smtp"] = smtp } };
        change?.Invoke(app.Settings);
        await app.InitializeAsync();
        return app;
    }

    private static async Task<Guid> TellAsync(NotificationApp app)
    {
        var client = Guid.NewGuid();
        await app.TellAsync(new ApiClientCreated { ApiClientId = client, AgencyId = Guid.NewGuid(), ConsumerKey = client, CreatedAt = DateTimeOffset.UtcNow });
        return client;
    }
}
