using System.Text.Json;
using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.Notification.Contracts.V1;
using Gdx.TestEnvironment;
using Grpc.Core;

namespace Gdx.Notification.Tests;

public sealed class WebhookTests(WebhookTests.ImpatientApp app) : IClassFixture<WebhookTests.ImpatientApp>
{
    private const string Kind = "membership-requested";

    [Fact]
    public async Task A_fact_reaches_the_agencys_system_signed_with_ids_only()
    {
        await using var receiver = await Receiver.StartAsync();
        var agency = Guid.NewGuid();
        var registered = await RegisterAsync(agency, receiver.Url);

        var membership = await TellAsync(agency);
        await Eventually.True(() => !receiver.Calls.IsEmpty, "the call");
        var delivery = await DeliveryAsync(agency, registered.Webhook.Id, DeliveryState.Sent);

        var call = Assert.Single(receiver.Calls);
        Assert.True(call.IsSignedWith(registered.Secret));
        Assert.False(call.IsSignedWith((await RegisterAsync(agency, receiver.Url)).Secret));
        Assert.Equal(delivery.MessageId, call.Id);
        Assert.Equal(JsonSerializer.Serialize(new { type = Kind, timestamp = new DateTime(2026, 12, 1, 0, 0, 0, DateTimeKind.Utc), data = new { id = membership, agencyId = agency } }), call.Body);
        Assert.Equal("application/json", call.Headers["content-type"].Split(';')[0]);
        Assert.DoesNotContain("traceparent", call.Headers.Keys);
    }

    [Fact]
    public async Task A_secret_is_shown_once_and_kept_encrypted()
    {
        var agency = Guid.NewGuid();
        var registered = await RegisterAsync(agency, "http://127.0.0.1:9/");

        var listed = await app.Webhooks().ListAsync(new(), app.AsMember(agency, Roles.TechnicalContact));
        var (rows, logs) = (await app.AllRowsAsync(), string.Join('\n', app.Logs));

        Assert.Equal(registered.Webhook.Id, Assert.Single(listed.Webhooks).Id);
        Assert.DoesNotContain(registered.Secret, listed.ToString(), StringComparison.Ordinal);
        Assert.Matches("^whsec_[A-Za-z0-9+/]{43}=$", registered.Secret);
        var raw = Convert.FromBase64String(registered.Secret[6..]);
        foreach (var canary in new[] { registered.Secret[6..], Convert.ToHexStringLower(raw) })
        {
            Assert.DoesNotContain(canary, rows, StringComparison.Ordinal);
            Assert.DoesNotContain(canary, logs, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task While_a_secret_is_replaced_both_verify_and_afterwards_the_new_one_alone()
    {
        await using var receiver = await Receiver.StartAsync();
        var agency = Guid.NewGuid();
        var registered = await RegisterAsync(agency, receiver.Url);
        var rotated = await app.Webhooks().RotateSecretAsync(new() { WebhookId = registered.Webhook.Id }, app.AsMember(agency, Roles.OrganizationAdmin));

        await TellAsync(agency);
        await Eventually.True(() => receiver.Calls.Count == 1, "the call");
        await app.SqlAsync<Guid>($"UPDATE webhooks SET previous_until = now() - interval '1 second' WHERE id = '{registered.Webhook.Id}' RETURNING id");
        await TellAsync(agency);
        await Eventually.True(() => receiver.Calls.Count == 2, "the second call");

        var calls = receiver.Calls.ToArray();
        Assert.True(calls[0].IsSignedWith(registered.Secret) && calls[0].IsSignedWith(rotated.Secret));
        Assert.True(!calls[1].IsSignedWith(registered.Secret) && calls[1].IsSignedWith(rotated.Secret));
    }

    [Fact]
    public async Task A_receiver_that_is_down_is_called_again_with_the_same_id()
    {
        var (agency, port) = (Guid.NewGuid(), FreePort.Next());
        var registered = await RegisterAsync(agency, $"http://127.0.0.1:{port}/hooks");
        await TellAsync(agency);
        var waiting = await FailedAsync(agency, registered.Webhook.Id);
        await using var receiver = await Receiver.StartAsync(port);

        await DeliveryAsync(agency, registered.Webhook.Id, DeliveryState.Sent);

        Assert.Equal("ConnectionError", waiting.LastError);
        Assert.Equal(waiting.MessageId, Assert.Single(receiver.Calls).Id);
    }

    [Fact]
    public async Task A_receiver_that_is_slow_or_redirects_or_fails_has_not_taken_it_and_holds_up_no_other()
    {
        await using var slow = await Receiver.StartAsync();
        await using var redirecting = await Receiver.StartAsync();
        await using var failing = await Receiver.StartAsync();
        await using var quick = await Receiver.StartAsync();
        slow.Answer = context => Task.Delay(Timeout.Infinite, context.RequestAborted);
        redirecting.Answer = context =>
        {
            context.Response.Redirect(quick.Url);
            return Task.CompletedTask;
        };
        failing.Answer = context =>
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        };
        var agency = Guid.NewGuid();
        var webhooks = new List<string>();
        foreach (var receiver in new[] { slow, redirecting, failing, quick })
        {
            webhooks.Add((await RegisterAsync(agency, receiver.Url)).Webhook.Id);
        }

        await TellAsync(agency);
        var outcomes = await Task.WhenAll(webhooks.Take(3).Select(webhook => FailedAsync(agency, webhook)));
        await DeliveryAsync(agency, webhooks[3], DeliveryState.Sent);

        Assert.Equal(["Timeout", "HTTP 302", "HTTP 503"], outcomes.Select(outcome => outcome.LastError));
        Assert.Single(quick.Calls);
        Assert.Single(redirecting.Calls.Select(call => call.Id).Distinct());
    }

    [Fact]
    public async Task An_endless_answer_is_not_read_to_its_end()
    {
        await using var receiver = await Receiver.StartAsync();
        var written = 0L;
        receiver.Answer = async context =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(new byte[64 * 1024], context.RequestAborted);
                written += 64 * 1024;
            }
        };
        var agency = Guid.NewGuid();
        var registered = await RegisterAsync(agency, receiver.Url);

        await TellAsync(agency);
        await DeliveryAsync(agency, registered.Webhook.Id, DeliveryState.Sent);

        Assert.True(written < 64 * 1024 * 1024, $"{written} bytes");
    }

    [Fact]
    public async Task A_suspended_agency_is_told_nothing_and_what_it_missed_can_be_replayed_with_the_same_id()
    {
        await using var receiver = await Receiver.StartAsync();
        var agency = Guid.NewGuid();
        var registered = await RegisterAsync(agency, receiver.Url);
        app.Identity.States[agency] = AgencyState.Suspended;

        await TellAsync(agency);
        var dropped = await DeliveryAsync(agency, registered.Webhook.Id, DeliveryState.Dropped);
        Assert.Empty(receiver.Calls);
        app.Identity.States.TryRemove(agency, out _);
        foreach (var count in new[] { 1, 2 })
        {
            await app.Webhooks().ReplayAsync(new() { DeliveryId = dropped.Id }, app.AsMember(agency, Roles.TechnicalContact));
            await Eventually.True(() => receiver.Calls.Count == count, "the call");
            await DeliveryAsync(agency, registered.Webhook.Id, DeliveryState.Sent);
        }

        Assert.All(receiver.Calls, call => Assert.Equal(dropped.MessageId, call.Id));
        Assert.All(receiver.Calls, call => Assert.True(call.IsSignedWith(registered.Secret)));
    }

    [Fact]
    public async Task Only_what_was_asked_for_and_only_ones_own_agency_and_nothing_after_removal()
    {
        await using var receiver = await Receiver.StartAsync();
        var (agency, other) = (Guid.NewGuid(), Guid.NewGuid());
        var removed = await RegisterAsync(agency, receiver.Url + "/removed");
        await RegisterAsync(agency, receiver.Url + "/another-kind", "agency-closed");
        await RegisterAsync(other, receiver.Url + "/another-agency");
        await RegisterAsync(agency, receiver.Url + "/this");
        await app.Webhooks().RemoveAsync(new() { WebhookId = removed.Webhook.Id }, app.AsMember(agency, Roles.OrganizationAdmin));

        await TellAsync(agency);
        await TellAsync(other);

        await Eventually.True(() => receiver.Calls.Count == 2, "two calls");
        Assert.Equal(["/hooks/another-agency", "/hooks/this"], receiver.Calls.Select(call => call.Path).Order());
        Assert.Equal(2, (await app.Webhooks().ListAsync(new(), app.AsMember(agency, Roles.OrganizationAdmin))).Webhooks.Count);
    }

    [Fact]
    public async Task Another_agency_neither_sees_nor_touches_it_and_an_operator_reads()
    {
        var (agency, stranger) = (Guid.NewGuid(), app.AsMember(Guid.NewGuid(), Roles.OrganizationAdmin, Roles.TechnicalContact));
        var id = (await RegisterAsync(agency, $"http://127.0.0.1:{FreePort.Next()}/")).Webhook.Id;
        await TellAsync(agency);
        var delivery = await FailedAsync(agency, id);

        var refusals = new[]
        {
            await Refusal.OfAsync(async () => await app.Webhooks().RemoveAsync(new() { WebhookId = id }, stranger)),
            await Refusal.OfAsync(async () => await app.Webhooks().RotateSecretAsync(new() { WebhookId = id }, stranger)),
            await Refusal.OfAsync(async () => await app.Webhooks().FindDeliveriesAsync(new() { WebhookId = id }, stranger)),
            await Refusal.OfAsync(async () => await app.Webhooks().ReplayAsync(new() { DeliveryId = delivery.Id }, stranger)),
        };
        var named = await Refusal.OfAsync(async () => await app.Webhooks().ListAsync(new() { AgencyId = agency.ToString() }, stranger));
        var desk = app.AsOperator(Guid.NewGuid());
        var read = await app.Webhooks().FindDeliveriesAsync(new() { WebhookId = id }, desk);
        var listed = await app.Webhooks().ListAsync(new() { AgencyId = agency.ToString() }, desk);
        var written = await Refusal.OfAsync(async () => await app.Webhooks().RemoveAsync(new() { WebhookId = id }, desk));

        Assert.All(refusals, refusal => Assert.Equal(StatusCode.NotFound, refusal.Status));
        Assert.Equal(["notification.webhook.unknown", "notification.webhook.delivery_unknown"], refusals.Select(refusal => refusal.Code).Distinct());
        Assert.Equal((StatusCode.PermissionDenied, StatusCode.PermissionDenied), (named.Status, written.Status));
        Assert.Equal((delivery.Id, id), (Assert.Single(read.Deliveries).Id, Assert.Single(listed.Webhooks).Id));
    }

    [Fact]
    public async Task An_agency_has_ten_also_when_many_are_registered_at_once()
    {
        var agency = Guid.NewGuid();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 13).Select(async number =>
        {
            try
            {
                await RegisterAsync(agency, $"http://127.0.0.1:9/{number}");
                return StatusCode.OK;
            }
            catch (RpcException refused)
            {
                return refused.StatusCode;
            }
        }));

        Assert.Equal((10, 3), (outcomes.Count(outcome => outcome == StatusCode.OK), outcomes.Count(outcome => outcome == StatusCode.ResourceExhausted)));
    }

    [Theory]
    [InlineData("", Kind, "url")]
    [InlineData("hooks", Kind, "url")]
    [InlineData("ftp://welfare.test/hooks", Kind, "url")]
    [InlineData("https://user:password@welfare.test/hooks", Kind, "url")]
    [InlineData("https://welfare.test/hooks#part", Kind, "url")]
    [InlineData("https://welfare.test/hooks", "", "kinds")]
    [InlineData("https://welfare.test/hooks", "pin-set", "kinds")]
    [InlineData("https://welfare.test/hooks", "everything", "kinds")]
    public async Task Bad_input_is_refused_by_the_name_of_its_field(string url, string kinds, string field)
    {
        var refused = await Refusal.OfAsync(() => RegisterAsync(Guid.NewGuid(), url, kinds));

        Assert.Equal(("request.invalid", field), (refused.Code, refused.Field));
    }

    [Fact]
    public async Task A_session_that_acts_for_no_agency_registers_nothing()
    {
        var refused = await Refusal.OfAsync(async () => await app.Webhooks().RegisterAsync(new() { Url = "https://welfare.test/", Kinds = { Kind } }, app.As(Roles.OrganizationAdmin)));

        Assert.Equal((StatusCode.PermissionDenied, "caller.without_agency"), (refused.Status, refused.Code));
    }

    [Fact]
    public async Task Outside_development_a_name_that_leads_to_this_machine_is_not_called()
    {
        await using var production = new NotificationApp { EnvironmentName = "Production", Settings = { ["Gdx:MailFrom"] = "gdx@gdx.test" } };
        await production.InitializeAsync();
        await using var receiver = await Receiver.StartAsync();
        var (agency, membership) = (Guid.NewGuid(), Guid.NewGuid());
        var member = production.AsMember(agency, Roles.OrganizationAdmin);
        var plain = await Refusal.OfAsync(async () => await production.Webhooks().RegisterAsync(new() { Url = receiver.Url, Kinds = { Kind } }, member));
        var literal = await Refusal.OfAsync(async () => await production.Webhooks().RegisterAsync(new() { Url = receiver.Url.Replace("http:", "https:", StringComparison.Ordinal), Kinds = { Kind } }, member));
        var named = await production.Webhooks().RegisterAsync(new() { Url = receiver.Url.Replace("http://127.0.0.1", "https://localhost", StringComparison.Ordinal), Kinds = { Kind } }, member);

        production.Identity.Concerns(NoticeKind.MembershipRequested, membership, agency);
        await production.TellAsync(new MembershipRequested { MembershipId = membership, AgencyId = agency, PersonId = Guid.NewGuid(), At = DateTimeOffset.UtcNow });
        var waiting = await Eventually.Get(async () => (await production.Webhooks().FindDeliveriesAsync(new() { WebhookId = named.Webhook.Id }, member)).Deliveries.SingleOrDefault(delivery => delivery.Attempts > 0), "a failed call");

        Assert.Equal(("url", "url"), (plain.Field, literal.Field));
        Assert.Equal("Not a public address", waiting.LastError);
        Assert.Empty(receiver.Calls);
    }

    private async Task<WebhookWithSecret> RegisterAsync(Guid agency, string url, string kinds = Kind) =>
        await app.Webhooks().RegisterAsync(new() { Url = url, Kinds = { kinds.Split(',', StringSplitOptions.RemoveEmptyEntries) } }, app.AsMember(agency, Roles.OrganizationAdmin));

    private async Task<Guid> TellAsync(Guid agency)
    {
        var membership = Guid.NewGuid();
        app.Identity.Concerns(NoticeKind.MembershipRequested, membership, agency);
        await app.TellAsync(new MembershipRequested { MembershipId = membership, AgencyId = agency, PersonId = Guid.NewGuid(), At = new(2026, 12, 1, 0, 0, 0, TimeSpan.Zero) });
        return membership;
    }

    private Task<WebhookDelivery> DeliveryAsync(Guid agency, string webhook, DeliveryState state) => FindAsync(agency, webhook, delivery => delivery.State == state, $"a delivery that is {state}");

    private Task<WebhookDelivery> FailedAsync(Guid agency, string webhook) => FindAsync(agency, webhook, delivery => delivery is { State: DeliveryState.Waiting, Attempts: > 0 }, "a failed call");

    private Task<WebhookDelivery> FindAsync(Guid agency, string webhook, Func<WebhookDelivery, bool> condition, string what) => Eventually.Get(async () =>
        (await app.Webhooks().FindDeliveriesAsync(new() { WebhookId = webhook }, app.AsMember(agency, Roles.TechnicalContact))).Deliveries.FirstOrDefault(condition), what);

    /// <summary>Waits two seconds for a receiver instead of ten.</summary>
    public sealed class ImpatientApp : IAsyncLifetime
    {
        private readonly NotificationApp app = new() { Settings = { ["Gdx:WebhookSeconds"] = "2" } };

        public FakeIdentity Identity => app.Identity;

        public IEnumerable<string> Logs => app.Logs;

        public ValueTask InitializeAsync() => app.InitializeAsync();

        public ValueTask DisposeAsync() => app.DisposeAsync();

        public Webhooks.WebhooksClient Webhooks() => app.Webhooks();

        public Metadata As(params string[] roles) => app.As(roles);

        public Metadata AsMember(Guid agency, params string[] roles) => app.AsMember(agency, roles);

        public Metadata AsOperator(Guid person) => app.AsOperator(person);

        public Task TellAsync<T>(T fact)
            where T : class => app.TellAsync(fact);

        public Task<string> AllRowsAsync() => app.AllRowsAsync();

        public Task<T> SqlAsync<T>(string sql) => app.SqlAsync<T>(sql);
    }
}
