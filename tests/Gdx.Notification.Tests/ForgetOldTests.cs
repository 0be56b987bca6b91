using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.Notification.Contracts.V1;
using Gdx.TestEnvironment;
using Grpc.Core;
using Microsoft.Extensions.Time.Testing;

namespace Gdx.Notification.Tests;

public sealed class ForgetOldTests
{
    private static readonly DateTimeOffset At = new(2026, 12, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Mails_calls_and_facts_go_after_a_quarter_messages_after_a_year_and_what_is_parked_stays()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var receiver = await Receiver.StartAsync();
        await using var app = new NotificationApp { Clock = clock };
        await app.InitializeAsync();
        var (agency, person) = (Guid.NewGuid(), Guid.NewGuid());
        await app.Webhooks().RegisterAsync(new() { Url = receiver.Url, Kinds = { "membership-requested" } }, app.AsMember(agency, Roles.OrganizationAdmin));
        await TellAsync(app, agency, person);
        await Eventually.True(async () => await CountAsync(app, "deliveries", "state = 2") == 1 && await CountAsync(app, "webhook_deliveries", "state = 2") == 1, "mail and call");
        app.Mails.RefuseWith = 554;
        await TellAsync(app, agency, person);
        await Eventually.True(async () => await CountAsync(app, "deliveries", "state = 3") == 1 && await CountAsync(app, "webhook_deliveries", "state = 2") == 2, "the parked mail");

        await AncientMessagesAsync(app, 1); // By its going it is seen that a round has been.
        await AdvanceAsync(clock, TimeSpan.FromDays(89), async () => await CountAsync(app, "inbox", "template = 'ancient'") == 0);
        Assert.Equal((2, 2, 2, 2), await RowsAsync(app));

        await AdvanceAsync(clock, TimeSpan.FromDays(2), async () => await RowsAsync(app) == (2, 1, 0, 1)); // Of the fact with the parked mail the mail is written when it is resent.
        Assert.Equal(0, await CountAsync(app, "mail_offers", "NOT EXISTS (SELECT FROM deliveries WHERE id = delivery_id)"));
        await AdvanceAsync(clock, TimeSpan.FromDays(276), async () => await RowsAsync(app) == (0, 1, 0, 1));

        app.Mails.RefuseWith = null;
        var parked = Assert.Single((await app.Client().FindAsync(new() { State = DeliveryState.Parked }, app.As(Roles.Operator))).Deliveries);
        await app.Client().ResendAsync(new() { DeliveryId = parked.Id }, app.As(Roles.Operator));
        await AdvanceAsync(clock, TimeSpan.FromHours(1), async () => await RowsAsync(app) == (0, 0, 0, 0));
        Assert.Equal(2, app.Mails.Find(FakeIdentity.AddressOf(person)).Count);
    }

    [Fact]
    public async Task More_than_one_batch_goes_in_one_round()
    {
        await using var app = new NotificationApp();
        await app.InitializeAsync();
        await AncientMessagesAsync(app, 2500);

        // A round at its start, and another in an hour only.
        await using var replica = new NotificationApp { Settings = { ["ConnectionStrings:notification-db"] = app.ConnectionString, ["ConnectionStrings:messaging"] = app.Settings["ConnectionStrings:messaging"] } };
        await replica.InitializeAsync();

        await Eventually.True(async () => await CountAsync(app, "inbox", "true") == 0, "all of them gone");
    }

    [Theory]
    [InlineData("0")]
    [InlineData("6")]
    [InlineData("-90")]
    [InlineData("3651")]
    [InlineData("a quarter")]
    public async Task A_time_that_would_forget_what_is_being_sent_stops_the_start(string days)
    {
        await using var app = new NotificationApp { Settings = { ["Gdx:Retention:FactDays"] = days } };
        await app.PrepareAsync();

        Assert.Contains("Gdx:Retention:FactDays", Assert.Throws<InvalidOperationException>(() => app.Server).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_parked_fact_is_found_and_told_after_all()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var app = new NotificationApp { Clock = clock };
        await app.InitializeAsync();
        app.Identity.OutOfOrder = true;
        var (person, by) = (Guid.NewGuid(), Guid.NewGuid());
        var about = await TellAsync(app, Guid.NewGuid(), person);
        await Eventually.True(async () => await CountAsync(app, "facts", "attempts > 0") == 1, "an attempt");
        await AdvanceAsync(clock, TimeSpan.FromHours(25), async () => await CountAsync(app, "facts", "state = 3") == 1);

        var parked = Assert.Single((await app.Client().FindFactsAsync(new() { State = FactState.Parked }, app.As(Roles.Operator))).Facts);
        app.Identity.OutOfOrder = false;
        var retried = await Eventually.Get(async () => (ToldFact?)await app.Client().RetryFactAsync(new() { FactId = parked.Id }, app.AsOperator(by)), "sessions to be known again after a day at once");

        Assert.Equal((about.ToString(), "membership-requested"), (parked.AboutId, parked.Kind));
        Assert.StartsWith("Identity: ", parked.LastError, StringComparison.Ordinal);
        Assert.Equal((FactState.Waiting, by.ToString()), (retried.State, retried.RetriedBy));
        await AdvanceAsync(clock, TimeSpan.Zero, async () => app.Mails.Find(FakeIdentity.AddressOf(person)).Count == 1);
        Assert.Equal(new(StatusCode.FailedPrecondition, "notification.fact.state", ""), await Refusal.OfAsync(() => app.Client().RetryFactAsync(new() { FactId = parked.Id }, app.As(Roles.Operator)).ResponseAsync));
    }

    [Fact]
    public async Task Facts_come_in_pages_and_bad_input_is_refused_by_the_name_of_its_field()
    {
        await using var app = new NotificationApp();
        await app.InitializeAsync();
        foreach (var _ in Enumerable.Range(0, 3))
        {
            await TellAsync(app, Guid.NewGuid(), Guid.NewGuid());
        }

        await Eventually.True(async () => await CountAsync(app, "facts", "state = 2") == 3, "three facts");
        var desk = app.As(Roles.Operator);
        var first = await app.Client().FindFactsAsync(new() { PageSize = 2 }, desk);
        var second = await app.Client().FindFactsAsync(new() { PageSize = 2, PageToken = first.NextPageToken }, desk);

        Assert.Equal(3, first.Facts.Concat(second.Facts).Select(fact => fact.Id).Distinct().Count());
        Assert.Equal("", second.NextPageToken);
        Assert.Equal("page_size", (await Refusal.OfAsync(() => app.Client().FindFactsAsync(new() { PageSize = -1 }, desk).ResponseAsync)).Field);
        Assert.Equal("page_token", (await Refusal.OfAsync(() => app.Client().FindFactsAsync(new() { PageToken = "x" }, desk).ResponseAsync)).Field);
        Assert.Equal("state", (await Refusal.OfAsync(() => app.Client().FindFactsAsync(new() { State = (FactState)99 }, desk).ResponseAsync)).Field);
        Assert.Equal("fact_id", (await Refusal.OfAsync(() => app.Client().RetryFactAsync(new() { FactId = "x" }, desk).ResponseAsync)).Field);
        Assert.Equal(new(StatusCode.NotFound, "notification.fact.unknown", ""), await Refusal.OfAsync(() => app.Client().RetryFactAsync(new() { FactId = Guid.NewGuid().ToString() }, desk).ResponseAsync));
    }

    private static async Task AncientMessagesAsync(NotificationApp app, int count) => Assert.Equal(count, await app.SqlAsync<long>($"""
        WITH made AS (INSERT INTO inbox (id, caused_by, person_id, template, title_th, title_en, text_th, text_en, created_at)
            SELECT ('01800000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, gen_random_uuid(), gen_random_uuid(), 'ancient', 'x', 'x', 'x', 'x', now() - interval '3 years' FROM generate_series(1, {count}) n RETURNING 1)
        SELECT count(*) FROM made
        """));

    private static async Task<Guid> TellAsync(NotificationApp app, Guid agency, Guid person)
    {
        var membership = Guid.NewGuid();
        app.Identity.Concerns(NoticeKind.MembershipRequested, membership, agency, FakeIdentity.Person(Audience.OrganizationAdmin, person));
        await app.TellAsync(new MembershipRequested { MembershipId = membership, AgencyId = agency, PersonId = Guid.NewGuid(), At = At });
        return membership;
    }

    /// <summary>Lets the time pass, and then, an hour at a time so that every round begins, until what is waited for has come.</summary>
    private static async Task AdvanceAsync(FakeTimeProvider clock, TimeSpan time, Func<Task<bool>> until)
    {
        clock.Advance(time);
        await Eventually.True(async () =>
        {
            clock.Advance(TimeSpan.FromMinutes(10));
            return await until();
        }, "what comes with time");
    }

    private static async Task<(long Inbox, long Mails, long Calls, long Facts)> RowsAsync(NotificationApp app) =>
        (await CountAsync(app, "inbox", "true"), await CountAsync(app, "deliveries", "true"), await CountAsync(app, "webhook_deliveries", "true"), await CountAsync(app, "facts", "true"));

    private static Task<long> CountAsync(NotificationApp app, string table, string where) => app.SqlAsync<long>($"SELECT count(*) FROM {table} WHERE {where}");
}
