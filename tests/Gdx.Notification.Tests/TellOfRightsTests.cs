using Gdx.Catalog.Contracts.V1;
using Gdx.Entitlement.Contracts.V1;
using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.Notification.Features;
using Gdx.TestEnvironment;

namespace Gdx.Notification.Tests;

/// <summary>Events of Entitlement and Catalog, which say themselves whom they concern.</summary>
public sealed class TellOfRightsTests(NotificationApp app) : IClassFixture<NotificationApp>
{
    private static readonly DateTimeOffset At = new(2026, 12, 1, 2, 30, 0, TimeSpan.Zero);
    private static readonly Guid Holder = Guid.NewGuid(), Owner = Guid.NewGuid(), Actor = Guid.NewGuid(), Person = Guid.NewGuid(), Other = Guid.NewGuid();

    /// <summary>Each event, how Identity is to be asked (agency:its people … persons, operators), and words of its texts in Thai and English.</summary>
    private static readonly Dictionary<string, (NoticeKind Kind, Func<Guid, object> Event, string Question, string Thai, string English)> Events = new()
    {
        ["revoked"] = (NoticeKind.GrantRevoked, _ => new GrantRevoked { GrantId = Guid.NewGuid(), Revision = 2, AgencyId = Holder, RevokedAt = At, RevokedBy = Person, OwnerAgencyId = Owner, DatasetId = "dopa.person" }, "of holder: holder=OrganizationAdmin,SuperUser,TechnicalContact owner=DataOwner", "ถูกยกเลิก", "was revoked"),
        ["revoked by a sender of before"] = (NoticeKind.GrantRevoked, _ => new GrantRevoked { GrantId = Guid.NewGuid(), Revision = 2, AgencyId = Holder, RevokedAt = At, RevokedBy = Person }, "of holder: holder=OrganizationAdmin,SuperUser,TechnicalContact", "ถูกยกเลิก", "was revoked"),
        ["suspended"] = (NoticeKind.GrantSuspended, id => new GrantSuspended { GrantId = id, Revision = 2, AgencyId = Holder, OwnerAgencyId = Owner, DatasetId = "dopa.person", At = At, By = Person }, "of holder: holder=OrganizationAdmin,SuperUser,TechnicalContact owner=DataOwner", "ถูกระงับ", "suspended since"),
        ["suspended, owner elsewhere"] = (NoticeKind.GrantSuspended, id => new GrantSuspended { GrantId = id, Revision = 2, AgencyId = Holder, DatasetId = "dopa.person", At = At, By = Person }, "of holder: holder=OrganizationAdmin,SuperUser,TechnicalContact", "ถูกระงับ", "suspended since"),
        ["resumed"] = (NoticeKind.GrantResumed, id => new GrantResumed { GrantId = id, Revision = 3, AgencyId = Holder, OwnerAgencyId = Owner, DatasetId = "dopa.person", At = At, By = Person }, "of holder: holder=OrganizationAdmin,SuperUser owner=DataOwner", "ใช้ได้อีกครั้ง", "open again since"),
        ["recertified"] = (NoticeKind.GrantRecertified, id => new GrantRecertified { GrantId = id, Revision = 3, AgencyId = Holder, OwnerAgencyId = Owner, DatasetId = "dopa.person", RecertifyBy = At.AddYears(1), At = At, By = Person }, "of holder: holder=OrganizationAdmin", "ทบทวน", "was reviewed"),
        ["expiring in 60"] = (NoticeKind.GrantExpiring, id => Expiring(id, 60), "of holder: holder=OrganizationAdmin,SuperUser", "ภายใน 60 วัน", "within 60 days"),
        ["expiring in 30"] = (NoticeKind.GrantExpiring, id => Expiring(id, 30), "of holder: holder=OrganizationAdmin,SuperUser", "ภายใน 30 วัน", "within 30 days"),
        ["expiring in 7"] = (NoticeKind.GrantExpiring, id => Expiring(id, 7), "of holder: holder=OrganizationAdmin,SuperUser,TechnicalContact", "ภายใน 7 วัน", "within 7 days"),
        ["expiring in 1"] = (NoticeKind.GrantExpiring, id => Expiring(id, 1), "of holder: holder=OrganizationAdmin,SuperUser,TechnicalContact", "ภายใน 1 วัน", "within 1 day "),
        ["expired"] = (NoticeKind.GrantExpired, id => new GrantExpired { GrantId = id, Revision = 1, AgencyId = Holder, OwnerAgencyId = Owner, DatasetId = "dopa.person", ValidUntil = At, At = At }, "of holder: holder=OrganizationAdmin,SuperUser,TechnicalContact owner=DataOwner", "สิ้นสุดแล้ว", "ended on"),
        ["due"] = (NoticeKind.GrantRecertificationDue, id => Due(id, Owner, 7), "of holder: holder=OrganizationAdmin owner=DataOwner", "ภายใน 7 วัน", "must be reviewed within 7 days"),
        ["due, owner elsewhere"] = (NoticeKind.GrantRecertificationDue, id => Due(id, null, 1), "of holder: holder=OrganizationAdmin operators", "ภายใน 1 วัน", "must be reviewed within 1 day "),
        ["overdue"] = (NoticeKind.GrantRecertificationDue, id => Due(id, Owner, 0), "of holder: holder=OrganizationAdmin owner=DataOwner", "เลยกำหนด", "opens nothing until it is reviewed"),
        ["dataset ending"] = (NoticeKind.GrantDatasetEnding, id => Ending(id, At.AddDays(90)), "of holder: holder=OrganizationAdmin,TechnicalContact", "จะสิ้นสุดเมื่อ", "ends on"),
        ["dataset ended"] = (NoticeKind.GrantDatasetEnding, id => Ending(id, At), "of holder: holder=OrganizationAdmin,TechnicalContact", "สิ้นสุดแล้ว", "has ended"),
        ["officer given"] = (NoticeKind.OfficerRightGiven, id => new OfficerRightGiven { GroupId = id, Revision = 1, AgencyId = Holder, PersonIds = [Person, Other], GrantIds = [Guid.NewGuid()], ValidFrom = At, ValidUntil = At.AddYears(1), At = At, By = Actor }, "of holder: person other", "ให้สิทธิท่าน", "has given you a right"),
        ["officer ended"] = (NoticeKind.OfficerRightEnded, id => new OfficerRightEnded { GroupId = id, Revision = 2, AgencyId = Holder, PersonIds = [Person], At = At, By = Actor }, "of holder: person", "สิ้นสุด", "ended on"),
        ["submitted"] = (NoticeKind.AccessRequestSubmitted, id => new AccessRequestSubmitted { RequestId = id, Revision = 1, AgencyId = Holder, DatasetId = "dopa.person", DatasetVersion = "1", At = At, By = Person }, "of holder: holder=OrganizationAdmin person", "ยื่นเมื่อ", "was handed in"),
        ["returned"] = (NoticeKind.AccessRequestReturned, id => new AccessRequestReturned { RequestId = id, Revision = 1, AgencyId = Holder, DatasetId = "dopa.person", DatasetVersion = "1", At = At, By = Person }, "of holder: holder=OrganizationAdmin", "ส่งกลับ", "was sent back"),
        ["rejected"] = (NoticeKind.AccessRequestRejected, id => new AccessRequestRejected { RequestId = id, Revision = 1, AgencyId = Holder, DatasetId = "dopa.person", DatasetVersion = "1", At = At, By = Person }, "of holder: holder=OrganizationAdmin", "ไม่ได้รับอนุญาต", "was rejected"),
        ["approved"] = (NoticeKind.AccessRequestApproved, id => new AccessRequestApproved { RequestId = id, Revision = 1, AgencyId = Holder, DatasetId = "dopa.person", DatasetVersion = "1", GrantId = Guid.NewGuid(), At = At, By = Person }, "of holder: holder=OrganizationAdmin", "ได้รับอนุญาต", "was approved"),
        ["narrowed"] = (NoticeKind.AccessRequestNarrowed, id => new AccessRequestNarrowed { RequestId = id, Revision = 1, AgencyId = Holder, DatasetId = "dopa.person", DatasetVersion = "1", At = At, By = Person }, "of holder: holder=OrganizationAdmin person", "ขอน้อยลง", "asks for less"),
        ["withdrawn"] = (NoticeKind.AccessRequestWithdrawn, id => new AccessRequestWithdrawn { RequestId = id, Revision = 1, AgencyId = Holder, DatasetId = "dopa.person", DatasetVersion = "1", At = At, By = Person }, "of holder: holder=OrganizationAdmin person", "ถูกถอน", "was withdrawn"),
        ["agency's turn"] = (NoticeKind.AccessRequestStepOpened, id => Step(id, "agency", Holder, "attach"), "of holder: holder=OrganizationAdmin", "แนบเอกสาร", "please attach"),
        ["super user's turn"] = (NoticeKind.AccessRequestStepOpened, id => Step(id, "super-user", Holder, "credentials"), "of holder: holder=SuperUser", "บัญชีเชื่อมต่อ", "the account at the source"),
        ["owner's turn"] = (NoticeKind.AccessRequestStepOpened, id => Step(id, "owner", Owner, "decide"), "of holder: owner=DataOwner", "พิจารณา", "please decide"),
        ["turn of an owner elsewhere"] = (NoticeKind.AccessRequestStepOpened, id => Step(id, "owner", null, "decide"), "of holder: operators", "พิจารณา", "please decide"),
        ["bureau's turn"] = (NoticeKind.AccessRequestStepOpened, id => Step(id, "bureau", Actor, "confirm"), "of holder: actor=DataOwner", "ยืนยัน", "please confirm"),
        ["central agency's turn"] = (NoticeKind.AccessRequestStepOpened, id => Step(id, "central", Actor, "decide"), "of holder: actor=CentralAdmin", "พิจารณา", "please decide"),
        ["operator's turn"] = (NoticeKind.AccessRequestStepOpened, id => Step(id, "operator", null, "confirm"), "of holder: operators", "ยืนยัน", "please confirm"),
        ["a turn of a later version"] = (NoticeKind.AccessRequestStepOpened, id => Step(id, "minister", Actor, "seal"), "of holder: operators", "ดำเนินการ", "please act"),
        ["asked"] = (NoticeKind.DataRequestAsked, id => new DataRequestAsked { RequestId = id, AgencyId = Holder, AskedBy = Person, At = At }, "of holder: operators", "คัดกรอง", "asked on"),
        ["answered"] = (NoticeKind.DataRequestAnswered, id => new DataRequestAnswered { RequestId = id, DatasetId = "dopa.person", DatasetVersion = "1", PersonIds = [Person, Other], AgencyIds = [Holder, Actor], At = At }, "of : holder= actor= person other", "ตอบคำขอของท่าน", "answers your request"),
        ["request declined"] = (NoticeKind.DataRequestDeclined, id => new DataRequestDeclined { RequestId = id, PersonIds = [Person], AgencyIds = [Holder], At = At }, "of : holder= person", "ถูกปฏิเสธ", "was declined"),
        ["offered"] = (NoticeKind.DataOfferMade, id => new DataOfferMade { OfferId = id, AgencyId = Holder, OfferedBy = Person, GovernmentOnly = false, At = At }, "of holder: operators", "ข้อมูลเปิด", "as open data"),
        ["offered to government"] = (NoticeKind.DataOfferMade, id => new DataOfferMade { OfferId = id, AgencyId = Holder, OfferedBy = Person, GovernmentOnly = true, At = At }, "of holder: operators", "เสนอเวลานัดหมาย", "propose times"),
        ["accepted"] = (NoticeKind.DataOfferAccepted, id => new DataOfferAccepted { OfferId = id, AgencyId = Holder, OfferedBy = Person, At = At }, "of holder: holder=OrganizationAdmin person", "ได้รับการตอบรับ", "was accepted"),
        ["offer declined"] = (NoticeKind.DataOfferDeclined, id => new DataOfferDeclined { OfferId = id, AgencyId = Holder, OfferedBy = Person, At = At }, "of holder: holder=OrganizationAdmin person", "ไม่ได้รับการตอบรับ", "was declined"),
        ["published"] = (NoticeKind.DataOfferPublished, id => new DataOfferPublished { OfferId = id, AgencyId = Holder, OfferedBy = Person, Slug = "rice-fields", At = At }, "of holder: holder=OrganizationAdmin person", "rice-fields", "confirmed the data rice-fields"),
        ["retracted"] = (NoticeKind.DataOfferRetracted, id => new DataOfferRetracted { OfferId = id, AgencyId = Holder, OfferedBy = Person, At = At }, "of holder: holder=OrganizationAdmin person", "ถูกถอน", "was retracted"),
        ["failed"] = (NoticeKind.DataOfferFailed, id => new DataOfferFailed { OfferId = id, AgencyId = Holder, At = At }, "of holder: operators", "ไม่สำเร็จ", "could not be sent"),
        ["times from an operator"] = (NoticeKind.DataOfferAppointmentProposed, id => new DataOfferAppointmentProposed { OfferId = id, AgencyId = Holder, OfferedBy = Person, ByOperator = true, At = At }, "of holder: holder=OrganizationAdmin person", "เสนอเวลานัดหมาย", "proposed times"),
        ["times from the agency"] = (NoticeKind.DataOfferAppointmentProposed, id => new DataOfferAppointmentProposed { OfferId = id, AgencyId = Holder, OfferedBy = Person, ByOperator = false, At = At }, "of holder: operators", "เสนอเวลานัดหมาย", "proposed times"),
        ["agreed"] = (NoticeKind.DataOfferAppointmentAgreed, id => new DataOfferAppointmentAgreed { OfferId = id, AgencyId = Holder, OfferedBy = Person, AgreedTime = At.AddDays(3), At = At }, "of holder: holder=OrganizationAdmin person", "04/12/2569 09:30 น.", "4 December 2026"),
        ["draft"] = (NoticeKind.DataOfferDraftMade, id => new DataOfferDraftMade { OfferId = id, AgencyId = Holder, OfferedBy = Person, DatasetId = "dopa.person", DatasetVersion = "1", At = At }, "of holder: holder=OrganizationAdmin person", "ร่างชุดข้อมูล", "draft of the dataset dopa.person"),
        ["proposed"] = (NoticeKind.DatasetProposed, _ => new DatasetProposed { DatasetId = "dopa.person", DatasetVersion = "1", OwnerAgencyId = Owner, ProposedBy = Person, At = At }, "of : operators", "รอการเผยแพร่", "waits to be published"),
    };

    public static TheoryData<string> Names => [.. Events.Keys];

    [Fact]
    public void No_kind_is_forgotten() =>
        Assert.Empty(Enum.GetValues<NoticeKind>().Where(kind => kind >= NoticeKind.GrantSuspended).Except(Events.Values.Select(one => one.Kind)));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_event_is_told_to_whom_it_names_in_both_languages_and_once_even_when_it_comes_twice(string name)
    {
        var (kind, make, question, thai, english) = Events[name];
        var (id, person) = (Guid.NewGuid(), Guid.NewGuid());
        // A dataset has no id, and a revoked grant is told by its agency's.
        var about = kind switch { NoticeKind.DatasetProposed => Guid.Empty, NoticeKind.GrantRevoked => Holder, _ => id };
        app.Identity.Concerns(kind, about, Guid.NewGuid(), FakeIdentity.Person(Audience.OrganizationAdmin, person));
        var fact = make(id);

        await app.TellAsync(fact);
        await Eventually.True(() => app.Mails.Find(FakeIdentity.AddressOf(person)).Count == 1, "a mail");
        await app.TellAsync(fact);
        await FollowedAsync();

        Assert.Equal(question, Said(app.Identity.Questions[(kind, about)]));
        var mail = Assert.Single(app.Mails.Find(FakeIdentity.AddressOf(person)));
        var message = Assert.Single((await app.Inbox().ListAsync(new(), app.AsPerson(person))).Messages);
        Assert.Equal((Kinds.Name(kind), about == Guid.Empty ? "" : about.ToString()), (message.Template, message.AboutId));
        Assert.Contains(thai, $"{message.TitleTh} {message.TextTh} ", StringComparison.Ordinal);
        Assert.Contains(english, $"{message.TitleEn} {message.TextEn} ", StringComparison.Ordinal);
        Assert.Contains(message.TextTh, mail.Text!.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains(message.TextEn, mail.Text!.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.All(new[] { "{{", "{%", "}}", "%}" }, marker => Assert.DoesNotContain(marker, $"{mail.Subject}{mail.Text}{mail.Html}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Officers_who_left_are_not_told_so()
    {
        var group = Guid.NewGuid();

        await app.TellAsync(new OfficerRightEnded { GroupId = group, Revision = 2, AgencyId = Holder, PersonIds = [Person], At = At, By = null });
        await FollowedAsync();

        Assert.Equal(0, await app.SqlAsync<long>($"SELECT count(*) FROM facts WHERE about_id = '{group}'"));
    }

    [Fact]
    public async Task Of_a_thousand_officers_every_one_is_asked_about_once()
    {
        var (group, officers) = (Guid.NewGuid(), Enumerable.Range(0, 1000).Select(_ => Guid.NewGuid()).ToList());

        foreach (var _ in new[] { 1, 2 })
        {
            await app.TellAsync(new OfficerRightGiven { GroupId = group, Revision = 1, AgencyId = Holder, PersonIds = officers, GrantIds = [], ValidFrom = At, ValidUntil = At.AddYears(1), At = At, By = Actor });
        }

        await Eventually.True(async () => await app.SqlAsync<long>($"SELECT count(*) FROM facts WHERE about_id = '{group}'") == 10, "ten facts");
        await FollowedAsync();
        var asked = await app.SqlAsync<string[]>($"SELECT array_agg(person) FROM facts, jsonb_array_elements_text(question->'personIds') person WHERE about_id = '{group}'");
        Assert.Equal(officers.Select(officer => officer.ToString()).Order(), asked.Order());
    }

    [Fact]
    public async Task The_systems_of_every_agency_that_an_event_names_hear_of_it_and_nobody_elses()
    {
        var (grant, holder, owner, stranger) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        foreach (var agency in new[] { holder, owner, stranger })
        {
            await app.Webhooks().RegisterAsync(new() { Url = "http://127.0.0.1:9/hook", Kinds = { "grant-suspended" } }, app.AsMember(agency, Roles.OrganizationAdmin));
        }

        app.Identity.Concerns(NoticeKind.GrantSuspended, grant, holder);
        await app.TellAsync(new GrantSuspended { GrantId = grant, Revision = 2, AgencyId = holder, OwnerAgencyId = owner, DatasetId = "dopa.person", At = At, By = Person });
        await FollowedAsync();

        var told = await app.SqlAsync<Guid[]>($"SELECT array_agg(w.agency_id) FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook_id JOIN facts f ON f.id = d.caused_by WHERE f.about_id = '{grant}'");
        Assert.Equal(new[] { holder, owner }.Order(), told.Order());
    }

    private static GrantExpiring Expiring(Guid id, int days) =>
        new() { GrantId = id, Revision = 1, AgencyId = Holder, OwnerAgencyId = Owner, DatasetId = "dopa.person", ValidUntil = At.AddDays(days), DaysLeft = days, At = At };

    private static GrantRecertificationDue Due(Guid id, Guid? owner, int days) =>
        new() { GrantId = id, Revision = 1, AgencyId = Holder, OwnerAgencyId = owner, DatasetId = "dopa.person", RecertifyBy = At.AddDays(days), DaysLeft = days, At = At };

    private static GrantDatasetEnding Ending(Guid id, DateTimeOffset ends) =>
        new() { GrantId = id, Revision = 4, AgencyId = Holder, DatasetId = "dopa.person", DatasetVersion = "1", EndsAt = ends, At = At };

    private static AccessRequestStepOpened Step(Guid id, string actor, Guid? agency, string kind) =>
        new() { RequestId = id, Revision = 1, AgencyId = Holder, DatasetId = "dopa.person", DatasetVersion = "1", StepId = "step", Actor = actor, ActorAgencyId = agency, Kind = kind, At = At, By = Person };

    /// <summary>The question in words.</summary>
    private static string Said(GetNoticeRequest question)
    {
        List<string> words =
        [
            $"of {Word(question.AgencyId)}:",
            .. question.Circles.Select(circle => $"{Word(circle.AgencyId)}={string.Join(',', circle.Audiences)}"),
            .. question.PersonIds.Select(Word),
        ];
        return string.Join(' ', question.Operators ? [.. words, "operators"] : words);
    }

    private static string Word(string id) => id.Length == 0 ? ""
        : new Dictionary<Guid, string> { [Holder] = "holder", [Owner] = "owner", [Actor] = "actor", [Person] = "person", [Other] = "other" }[Guid.Parse(id)];

    /// <summary>Returns when everything that was said before has been told.</summary>
    private async Task FollowedAsync()
    {
        var last = Guid.NewGuid();
        app.Identity.Concerns(NoticeKind.GrantResumed, last, Guid.NewGuid(), FakeIdentity.Person(Audience.OrganizationAdmin));
        app.Identity.Concerns(NoticeKind.DataOfferAccepted, last, Guid.NewGuid(), FakeIdentity.Person(Audience.OrganizationAdmin));
        app.Identity.Concerns(NoticeKind.PinLocked, last, Guid.NewGuid(), FakeIdentity.Person(Audience.Person));
        // One through each queue.
        await app.TellAsync(new GrantResumed { GrantId = last, Revision = 1, AgencyId = Holder, DatasetId = "dopa.person", At = At, By = Person });
        await app.TellAsync(new DataOfferAccepted { OfferId = last, AgencyId = Holder, OfferedBy = Person, At = At });
        await app.TellAsync(new PinLocked { PersonId = last, LockId = Guid.NewGuid(), At = At });
        await Eventually.True(async () => await app.SqlAsync<long>($"SELECT count(*) FROM facts WHERE about_id = '{last}' AND state = 2") == 3
            && await app.SqlAsync<long>("SELECT count(*) FROM facts WHERE state = 1") == 0, "everything told");
    }
}
