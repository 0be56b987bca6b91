using Gdx.Entitlement.Contracts.V1;
using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.Notification.Contracts.V1;
using Gdx.Notification.Features;
using Gdx.Numbers;
using Gdx.TestEnvironment;

namespace Gdx.Notification.Tests;

public sealed class TellPeopleTests(NotificationApp app) : IClassFixture<NotificationApp>
{
    private static readonly DateTimeOffset At = new(2026, 12, 1, 2, 30, 0, TimeSpan.Zero);

    private static readonly Dictionary<NoticeKind, Func<Guid, object>> Events = new()
    {
        [NoticeKind.ApplicationSubmitted] = about => new ApplicationSubmitted { ApplicationId = about, At = At, By = Guid.NewGuid() },
        [NoticeKind.ApplicationReturned] = about => new ApplicationReturned { ApplicationId = about, At = At, By = Guid.NewGuid() },
        [NoticeKind.ApplicationRejected] = about => new ApplicationRejected { ApplicationId = about, At = At, By = Guid.NewGuid() },
        [NoticeKind.ApplicationApproved] = about => new ApplicationApproved { ApplicationId = about, At = At, By = Guid.NewGuid(), AgencyId = Guid.NewGuid() },
        [NoticeKind.ApplicationEndorsementAsked] = about => new ApplicationEndorsementAsked { ApplicationId = about, At = At, By = Guid.NewGuid(), CentralAgencyId = Guid.NewGuid() },
        [NoticeKind.ApplicationDeclined] = about => new ApplicationDeclined { ApplicationId = about, At = At, By = Guid.NewGuid(), CentralAgencyId = Guid.NewGuid() },
        [NoticeKind.AgencySuspended] = about => new AgencySuspended { AgencyId = about, At = At, By = Guid.NewGuid() },
        [NoticeKind.AgencyReinstated] = about => new AgencyReinstated { AgencyId = about, At = At, By = Guid.NewGuid() },
        [NoticeKind.AgencyClosed] = about => new AgencyClosed { AgencyId = about, At = At, By = Guid.NewGuid() },
        [NoticeKind.MembershipRequested] = about => new MembershipRequested { MembershipId = about, AgencyId = Guid.NewGuid(), PersonId = Guid.NewGuid(), At = At },
        [NoticeKind.MembershipApproved] = about => new MembershipApproved { MembershipId = about, AgencyId = Guid.NewGuid(), PersonId = Guid.NewGuid(), At = At },
        [NoticeKind.MembershipRefused] = about => new MembershipRefused { MembershipId = about, AgencyId = Guid.NewGuid(), PersonId = Guid.NewGuid(), At = At },
        [NoticeKind.MembershipSuspended] = about => new MembershipSuspended { MembershipId = about, AgencyId = Guid.NewGuid(), PersonId = Guid.NewGuid(), At = At },
        [NoticeKind.MembershipResumed] = about => new MembershipResumed { MembershipId = about, AgencyId = Guid.NewGuid(), PersonId = Guid.NewGuid(), At = At },
        [NoticeKind.MembershipEnded] = about => new MembershipEnded { MembershipId = about, AgencyId = Guid.NewGuid(), PersonId = Guid.NewGuid(), At = At },
        [NoticeKind.PrimaryAdminChangeAsked] = about => new PrimaryAdminChangeAsked { ChangeId = Guid.NewGuid(), AgencyId = about, At = At },
        [NoticeKind.PrimaryAdminChanged] = about => new PrimaryAdminChanged { ChangeId = Guid.NewGuid(), AgencyId = about, PersonId = Guid.NewGuid(), At = At },
        [NoticeKind.PrimaryAdminChangeRefused] = about => new PrimaryAdminChangeRefused { ChangeId = Guid.NewGuid(), AgencyId = about, At = At },
        [NoticeKind.PinSet] = about => new PinSet { PersonId = about, PinId = Guid.NewGuid(), At = At },
        [NoticeKind.PinLocked] = about => new PinLocked { PersonId = about, LockId = Guid.NewGuid(), At = At },
        [NoticeKind.ApiClientCreated] = about => new ApiClientCreated { ApiClientId = about, AgencyId = Guid.NewGuid(), ConsumerKey = about, CreatedAt = At },
        [NoticeKind.ApiClientRenewed] = about => new ApiClientRenewed { ApiClientId = about, AgencyId = Guid.NewGuid(), RenewalId = Guid.NewGuid(), RenewedAt = At },
        [NoticeKind.ApiClientRevoked] = about => new ApiClientRevoked { ApiClientId = about, AgencyId = Guid.NewGuid(), RevokedAt = At, RevokedBy = Guid.NewGuid() },
        [NoticeKind.ApiClientRotated] = about => new ApiClientRotated { ApiClientId = about, AgencyId = Guid.NewGuid(), RotationId = Guid.NewGuid(), OldEndsAt = At.AddDays(7), At = At },
        [NoticeKind.ApiClientExpiring] = about => new ApiClientExpiring { ApiClientId = about, AgencyId = Guid.NewGuid(), ExpiresAt = At.AddDays(14), DaysLeft = 14, At = At },
        [NoticeKind.SecretGuessed] = about => new SecretGuessed { ApiClientId = about, AlertId = Guid.NewGuid(), At = At },
        [NoticeKind.GrantConfirmed] = about => new GrantConfirmed { GrantId = Guid.NewGuid(), Revision = 1, AgencyId = about, DatasetId = "dopa.person", DatasetVersion = "1", Fields = [], Purposes = [], ValidFrom = At, ValidUntil = At.AddYears(1), ConfirmedBy = Guid.NewGuid() },
        [NoticeKind.GrantRevoked] = about => new GrantRevoked { GrantId = Guid.NewGuid(), Revision = 2, AgencyId = about, RevokedAt = At, RevokedBy = Guid.NewGuid() },
    };

    // Those that say themselves whom they concern are in TellOfRightsTests.
    public static TheoryData<NoticeKind> AllKinds => [.. Enum.GetValues<NoticeKind>().Where(kind => kind is not NoticeKind.Unspecified and < NoticeKind.GrantSuspended)];

    [Theory]
    [MemberData(nameof(AllKinds))]
    public async Task Every_event_reaches_the_person_it_concerns_by_mail_and_inbox_once_even_when_it_comes_twice(NoticeKind kind)
    {
        var (about, person) = (Guid.NewGuid(), Guid.NewGuid());
        app.Identity.Concerns(kind, about, Guid.NewGuid(), FakeIdentity.Person(Audience.OrganizationAdmin, person));
        var fact = Events[kind](about);

        await app.TellAsync(fact);
        var sent = await app.DeliveryAsync(about, DeliveryState.Sent);
        await app.TellAsync(fact);
        await FollowedAsync();

        var address = sent.Template == MailConsumerKeyConsumer.Template ? FakeIdentity.ContactOf(about) : FakeIdentity.AddressOf(person);
        var mail = Assert.Single(app.Mails.Find(address));
        Assert.StartsWith("GDX: ", mail.Subject, StringComparison.Ordinal);
        Assert.Contains(sent.Template == MailConsumerKeyConsumer.Template ? "consumer key" : "2569", mail.Text!, StringComparison.OrdinalIgnoreCase);
        Assert.NotNull(mail.Html);
        if (sent.Template != MailConsumerKeyConsumer.Template)
        {
            var message = Assert.Single((await app.Inbox().ListAsync(new(), app.AsPerson(person))).Messages);
            Assert.Equal((sent.Template, about.ToString()), (message.Template, message.AboutId));
            Assert.Contains(message.TextTh, mail.Text!.ReplaceLineEndings("\n"), StringComparison.Ordinal);
            Assert.Contains(message.TextEn, mail.Text!.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Each_capacity_has_its_own_words()
    {
        var (application, desk) = (Guid.NewGuid(), FakeIdentity.Person(Audience.Operator));
        var applicant = new NoticeRecipient { Key = "applicant", Audience = Audience.Applicant, Email = $"applicant-{application:N}@welfare.test" };
        app.Identity.Concerns(NoticeKind.ApplicationSubmitted, application, Guid.NewGuid(), desk, applicant);

        await app.TellAsync(Events[NoticeKind.ApplicationSubmitted](application));
        await Eventually.True(() => app.Mails.Find(desk.Email).Count == 1 && app.Mails.Find(applicant.Email).Count == 1, "two mails");

        Assert.Contains("waits to be verified", app.Mails.Find(desk.Email)[0].Subject, StringComparison.Ordinal);
        Assert.Contains("We have received your application", app.Mails.Find(applicant.Email)[0].Subject, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_step_taken_again_is_told_again()
    {
        var (membership, person) = (Guid.NewGuid(), FakeIdentity.Person(Audience.Person));
        app.Identity.Concerns(NoticeKind.MembershipSuspended, membership, Guid.NewGuid(), person);

        foreach (var day in new[] { 0, 1 })
        {
            await app.TellAsync(new MembershipSuspended { MembershipId = membership, AgencyId = Guid.NewGuid(), PersonId = Guid.NewGuid(), At = At.AddDays(day) });
        }

        await Eventually.True(() => app.Mails.Find(person.Email).Count == 2, "two mails");
    }

    [Fact]
    public async Task One_address_gets_one_mail_and_every_person_a_message()
    {
        var (client, shared) = (Guid.NewGuid(), $"office-{Guid.NewGuid():N}@welfare.test");
        var (one, two) = (FakeIdentity.Person(Audience.OrganizationAdmin), FakeIdentity.Person(Audience.OrganizationAdmin));
        (one.Email, two.Email) = (shared, shared.ToUpperInvariant());
        app.Identity.Concerns(NoticeKind.ApiClientRevoked, client, Guid.NewGuid(), new NoticeRecipient { Key = "key-contact", Audience = Audience.KeyContact, Email = shared }, one, two);

        await app.TellAsync(Events[NoticeKind.ApiClientRevoked](client));
        await app.DeliveryAsync(client, DeliveryState.Sent);
        await FollowedAsync();

        Assert.Single(app.Mails.Find(shared));
        foreach (var person in new[] { one, two })
        {
            Assert.Equal(1, (await app.Inbox().UnreadCountAsync(new(), app.AsPerson(Guid.Parse(person.PersonId)))).Unread);
        }
    }

    [Fact]
    public async Task A_person_without_an_address_has_the_inbox()
    {
        var (pin, person) = (Guid.NewGuid(), Guid.NewGuid());
        var recipient = FakeIdentity.Person(Audience.Person, person);
        recipient.Email = "";
        app.Identity.Concerns(NoticeKind.PinSet, pin, Guid.NewGuid(), recipient);

        await app.TellAsync(Events[NoticeKind.PinSet](pin));

        await Eventually.True(async () => (await app.Inbox().UnreadCountAsync(new(), app.AsPerson(person))).Unread == 1, "a message");
        Assert.Empty((await app.Client().FindAsync(new() { PersonId = person.ToString() }, app.As(Roles.Operator))).Deliveries);
    }

    [Fact]
    public async Task Guessing_from_one_address_is_told_to_operators_without_a_client()
    {
        var desk = FakeIdentity.Person(Audience.Operator);
        app.Identity.Concerns(NoticeKind.SecretGuessed, Guid.Empty, Guid.NewGuid(), desk);

        await app.TellAsync(new SecretGuessed { ApiClientId = null, AlertId = Guid.NewGuid(), At = At });

        await Eventually.True(() => app.Mails.Find(desk.Email).Count == 1, "a mail");
        Assert.Contains("many consumer secrets", app.Mails.Find(desk.Email)[0].Subject, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_does_not_exist_is_told_to_nobody()
    {
        var unknown = Guid.NewGuid();

        await app.TellAsync(Events[NoticeKind.AgencyClosed](unknown));

        await Eventually.True(async () => await app.SqlAsync<int>($"SELECT coalesce(max(state), 0) FROM facts WHERE about_id = '{unknown}'") == (int)Data.FactState.Dropped, "a dropped fact");
    }

    [Fact]
    public async Task No_number_stays_in_an_inbox_and_no_address_in_a_table_or_a_log()
    {
        var (application, person, number) = (Guid.NewGuid(), FakeIdentity.Person(Audience.OrganizationAdmin), CitizenId.Synthetic(77123).Value);
        app.Identity.Concerns(NoticeKind.ApplicationRejected, application, Guid.NewGuid(), person);
        app.Identity.Notices[(NoticeKind.ApplicationRejected, application)].Values["reason"] = $"ดูหมายเลข {number} and {number[..1]}-{number[1..5]}-{number[5..10]}-{number[10..12]}-{number[12..]}";

        await app.TellAsync(Events[NoticeKind.ApplicationRejected](application));
        await app.DeliveryAsync(application, DeliveryState.Sent);

        var (rows, logs) = (await app.AllRowsAsync(), string.Join('\n', app.Logs));
        Assert.Contains(application.ToString(), rows, StringComparison.Ordinal);
        foreach (var canary in new[] { number, $"{number[..1]}-{number[1..5]}", person.Email })
        {
            Assert.DoesNotContain(canary, rows, StringComparison.Ordinal);
            Assert.DoesNotContain(canary, logs, StringComparison.Ordinal);
        }
    }

    /// <summary>Returns when everything that was said before has been told.</summary>
    private async Task FollowedAsync()
    {
        await Eventually.True(async () => await app.SqlAsync<long>("SELECT count(*) FROM facts WHERE state = 1") == 0, "every fact told");
        var last = Guid.NewGuid();
        app.Identity.Concerns(NoticeKind.PinLocked, last, Guid.NewGuid(), FakeIdentity.Person(Audience.Person));
        await app.TellAsync(Events[NoticeKind.PinLocked](last));
        await app.DeliveryAsync(last, DeliveryState.Sent);
    }
}
