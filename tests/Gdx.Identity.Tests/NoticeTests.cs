using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Gdx.Identity.Tests;

public sealed class NoticeTests(IdentityApp app) : IClassFixture<IdentityApp>
{
    private Notices.NoticesClient Notices => new(app.Channel);

    [Fact]
    public async Task Of_a_new_application_operators_and_the_applicant_are_told()
    {
        var desk = await SignedIn.AsAsync(app, await SignedIn.AgencyAsync(app), Roles.Operator);
        var application = await app.SubmitAsync();

        var notice = await GetAsync(NoticeKind.ApplicationSubmitted, application.Id);

        Assert.Contains(notice.Recipients, recipient => recipient.Audience == Audience.Operator && recipient.PersonId == desk.Person.ToString() && recipient.Email.Length > 0);
        var applicant = Assert.Single(notice.Recipients, recipient => recipient.Audience == Audience.Applicant);
        Assert.Equal(application.ContactEmail, applicant.Email);
        Assert.Equal(application.AgencyNameTh, notice.Values["agency_name_th"]);
        Assert.Equal(application.SubmittedAt.Seconds, notice.Times["submitted_at"].Seconds);
    }

    [Fact]
    public async Task A_number_in_an_operators_reason_is_not_handed_on()
    {
        var application = await app.SubmitAsync();
        var number = Numbers.CitizenId.Synthetic(IdentityApp.NextNumber()).Value;
        await app.Applications.RejectAsync(new() { ApplicationId = application.Id, Reason = $"Not a government body, see {number}." }, await app.AsAsync(IdentityApp.Maker));

        var notice = await GetAsync(NoticeKind.ApplicationRejected, application.Id);

        Assert.StartsWith("Not a government body, see *", notice.Values["reason"], StringComparison.Ordinal);
        Assert.DoesNotContain(number, notice.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_declined_application_the_applicant_is_told_why_without_numbers()
    {
        var central = await SignedIn.AgencyAsync(app);
        var (author, admin) = (await SignedIn.AnyoneAsync(app), await SignedIn.AsAsync(app, central, Roles.OrganizationAdmin));
        var application = await Paper.RegionalUnderAsync(app, central, author);
        var number = Numbers.CitizenId.Synthetic(IdentityApp.NextNumber()).Value;
        await app.Applications.DeclineAsync(new() { ApplicationId = application.Id, Reason = $"Ask {number}." }, admin.Metadata);

        var notice = await GetAsync(NoticeKind.ApplicationDeclined, application.Id);

        Assert.Equal((author.Person.ToString(), Audience.Applicant, application.ContactEmail), (notice.Recipients[0].PersonId, notice.Recipients[0].Audience, notice.Recipients[0].Email));
        Assert.StartsWith("Ask *", notice.Values["reason"], StringComparison.Ordinal);
        Assert.DoesNotContain(number, notice.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(NoticeKind.AgencySuspended)]
    [InlineData(NoticeKind.AgencyReinstated)]
    [InlineData(NoticeKind.AgencyClosed)]
    [InlineData(NoticeKind.GrantConfirmed)]
    [InlineData(NoticeKind.GrantRevoked)]
    public async Task Of_an_agency_its_admins_are_told_and_nobody_elses(NoticeKind kind)
    {
        var (agency, other) = (await SignedIn.AgencyAsync(app), await SignedIn.AgencyAsync(app));
        var admin = await SignedIn.AsAsync(app, agency, Roles.OrganizationAdmin);
        await SignedIn.AsAsync(app, agency, Roles.Officer);
        await SignedIn.AsAsync(app, other, Roles.OrganizationAdmin);

        var notice = await GetAsync(kind, agency.ToString());

        var recipient = Assert.Single(notice.Recipients);
        Assert.Equal((admin.Person.ToString(), Audience.OrganizationAdmin), (recipient.PersonId, recipient.Audience));
        Assert.Equal(agency.ToString(), notice.AgencyId);
    }

    [Fact]
    public async Task A_request_for_membership_goes_to_the_admins_and_its_outcome_to_the_person()
    {
        var agency = await SignedIn.AgencyAsync(app);
        var admin = await SignedIn.AsAsync(app, agency, Roles.OrganizationAdmin);
        var officer = await SignedIn.AsAsync(app, agency, Roles.Officer);

        var requested = await GetAsync(NoticeKind.MembershipRequested, officer.Membership.ToString()!);
        var outcomes = await Task.WhenAll(new[] { NoticeKind.MembershipApproved, NoticeKind.MembershipRefused, NoticeKind.MembershipSuspended, NoticeKind.MembershipResumed, NoticeKind.MembershipEnded }
            .Select(kind => GetAsync(kind, officer.Membership.ToString()!)));

        Assert.Equal([admin.Person.ToString()], requested.Recipients.Select(recipient => recipient.PersonId));
        Assert.StartsWith("บุคคลทดสอบ", requested.Values["person_name"], StringComparison.Ordinal);
        Assert.All(outcomes, outcome => Assert.Equal([officer.Person.ToString()], outcome.Recipients.Select(recipient => recipient.PersonId)));
    }

    [Fact]
    public async Task Of_a_new_primary_admin_the_admins_and_the_person_are_told_once_each_and_operators_where_one_is_asked_for()
    {
        var agency = await SignedIn.AgencyAsync(app);
        var (old, next) = (await SignedIn.AsAsync(app, agency, Roles.OrganizationAdmin), await SignedIn.AsAsync(app, agency, Roles.OrganizationAdmin));
        var desk = await SignedIn.AsAsync(app, await SignedIn.AgencyAsync(app), Roles.Operator);

        var changed = await GetAsync(NoticeKind.PrimaryAdminChanged, agency.ToString(), next.Person.ToString());
        var asked = await GetAsync(NoticeKind.PrimaryAdminChangeAsked, agency.ToString());

        Assert.Equal([next.Person.ToString(), old.Person.ToString()], changed.Recipients.Select(recipient => recipient.PersonId));
        Assert.Equal(Audience.Person, changed.Recipients[0].Audience);
        Assert.Contains(asked.Recipients, recipient => recipient.PersonId == desk.Person.ToString());
        Assert.All(asked.Recipients, recipient => Assert.Equal(Audience.Operator, recipient.Audience));
    }

    [Fact]
    public async Task Of_a_regional_application_the_central_agencys_admins_are_asked()
    {
        var central = await SignedIn.AgencyAsync(app);
        var regional = await SignedIn.AgencyAsync(app, kind: AgencyKind.Regional, central: central);
        var admin = await SignedIn.AsAsync(app, central, Roles.OrganizationAdmin);
        var application = await app.SubmitAsync();
        await app.ExecuteAsync($"UPDATE applications SET agency_id = '{regional}', central_agency_id = '{central}' WHERE id = '{application.Id}'");

        var notice = await GetAsync(NoticeKind.ApplicationEndorsementAsked, application.Id);

        var recipient = Assert.Single(notice.Recipients);
        Assert.Equal((admin.Person.ToString(), Audience.CentralAdmin), (recipient.PersonId, recipient.Audience));
    }

    [Fact]
    public async Task Who_was_primary_before_is_told_also_after_leaving()
    {
        var agency = await SignedIn.AgencyAsync(app);
        var (old, next) = (await SignedIn.AsAsync(app, agency, Roles.OrganizationAdmin), await SignedIn.AsAsync(app, agency, Roles.OrganizationAdmin));
        await using (var scope = app.Services.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<Data.IdentityDb>();
            db.Add(new Data.PrimaryAdminChange
            {
                Id = Guid.CreateVersion7(),
                AgencyId = agency,
                OldMembershipId = old.Membership,
                NewMembershipId = next.Membership!.Value,
                State = DecisionState.Approved,
                AskedBy = old.Person,
                AskedAt = DateTimeOffset.UtcNow,
            });
            await db.SaveChangesAsync();
        }

        await app.ExecuteAsync($"UPDATE memberships SET state = 'Ended' WHERE id = '{old.Membership}'");
        var changed = await GetAsync(NoticeKind.PrimaryAdminChanged, agency.ToString(), next.Person.ToString());

        Assert.Equal([next.Person.ToString(), old.Person.ToString()], changed.Recipients.Select(recipient => recipient.PersonId));
    }

    [Fact]
    public async Task Who_wrote_the_application_and_who_is_named_on_it_are_told_of_its_outcome()
    {
        var application = await app.SubmitAsync();
        var applicant = await SignedIn.AnyoneAsync(app);
        await app.ExecuteAsync($"UPDATE applications SET applicant_id = '{applicant.Person}', primary_admin_email = 'named@welfare.go.th' WHERE id = '{application.Id}'");

        var notice = await GetAsync(NoticeKind.ApplicationApproved, application.Id);

        Assert.Equal([application.ContactEmail, "named@welfare.go.th"], notice.Recipients.Select(recipient => recipient.Email));
        Assert.Equal(applicant.Person.ToString(), notice.Recipients[0].PersonId);
    }

    [Fact]
    public async Task Of_a_PIN_the_person_alone_is_told()
    {
        var person = await SignedIn.AnyoneAsync(app);

        var notice = await GetAsync(NoticeKind.PinLocked, person.Person.ToString());

        Assert.Equal([person.Person.ToString()], notice.Recipients.Select(recipient => recipient.PersonId));
        Assert.Equal("", notice.AgencyId);
    }

    [Fact]
    public async Task Of_a_client_the_key_contact_is_told_and_of_its_later_life_the_admins_too()
    {
        var application = await app.LetInAsync();
        var admin = await SignedIn.AsAsync(app, Guid.Parse(application.AgencyId), Roles.OrganizationAdmin);

        var created = await GetAsync(NoticeKind.ApiClientCreated, application.ApiClientId);
        var later = await Task.WhenAll(new[] { NoticeKind.ApiClientRevoked, NoticeKind.ApiClientRotated, NoticeKind.ApiClientExpiring }.Select(kind => GetAsync(kind, application.ApiClientId)));
        var guessed = await GetAsync(NoticeKind.SecretGuessed, application.ApiClientId);
        var guessedAtMany = await GetAsync(NoticeKind.SecretGuessed, "");

        Assert.Equal([application.ContactEmail], created.Recipients.Select(recipient => recipient.Email));
        Assert.All(later, notice => Assert.Equal([Audience.KeyContact, Audience.OrganizationAdmin], notice.Recipients.Select(recipient => recipient.Audience)));
        Assert.Contains(guessed.Recipients, recipient => recipient.PersonId == admin.Person.ToString());
        Assert.DoesNotContain(guessedAtMany.Recipients, recipient => recipient.PersonId == admin.Person.ToString());
    }

    [Fact]
    public async Task No_answer_holds_a_number_a_secret_or_a_key()
    {
        var application = await app.LetInAsync();
        var secret = await app.ClaimAsync(application.ApiClientId);
        var officer = await SignedIn.AsAsync(app, Guid.Parse(application.AgencyId), Roles.OrganizationAdmin);

        var answers = string.Concat(await Task.WhenAll(
            GetAsync(NoticeKind.ApiClientRotated, application.ApiClientId), GetAsync(NoticeKind.ApplicationApproved, application.Id),
            GetAsync(NoticeKind.MembershipApproved, officer.Membership.ToString()!), GetAsync(NoticeKind.PinSet, officer.Person.ToString())));

        Assert.DoesNotContain(secret, answers, StringComparison.Ordinal);
        Assert.DoesNotContain(officer.Citizen.Value, answers, StringComparison.Ordinal);
        Assert.DoesNotContain(application.ConsumerKey, answers, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_unknown_is_not_found_and_bad_input_is_refused_by_name()
    {
        var ids = new[] { NoticeKind.ApplicationSubmitted, NoticeKind.AgencyClosed, NoticeKind.MembershipEnded, NoticeKind.PinSet, NoticeKind.ApiClientRevoked };
        foreach (var kind in ids)
        {
            Assert.Equal(StatusCode.NotFound, (await Assert.ThrowsAsync<RpcException>(() => GetAsync(kind, Guid.NewGuid().ToString()))).StatusCode);
            Assert.Equal("about_id: must be a UUID", (await Assert.ThrowsAsync<RpcException>(() => GetAsync(kind, "x"))).Status.Detail);
        }

        Assert.StartsWith("kind:", (await Assert.ThrowsAsync<RpcException>(() => GetAsync(NoticeKind.Unspecified, Guid.NewGuid().ToString()))).Status.Detail, StringComparison.Ordinal);
        Assert.StartsWith("kind:", (await Assert.ThrowsAsync<RpcException>(() => GetAsync((NoticeKind)999, Guid.NewGuid().ToString()))).Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whom_an_event_names_are_told_by_their_roles_and_nobody_of_another_agency()
    {
        var (holder, owner, foreign) = (await SignedIn.AgencyAsync(app), await SignedIn.AgencyAsync(app), await SignedIn.AgencyAsync(app));
        var (admin, super, technical) = (await SignedIn.AsAsync(app, holder, Roles.OrganizationAdmin), await SignedIn.AsAsync(app, holder, Roles.SuperUser), await SignedIn.AsAsync(app, holder, Roles.TechnicalContact));
        var decider = await SignedIn.AsAsync(app, owner, Roles.DataOwner);
        foreach (var (agency, role) in new[] { (holder, Roles.Officer), (holder, Roles.DataOwner), (owner, Roles.OrganizationAdmin), (foreign, Roles.OrganizationAdmin), (foreign, Roles.SuperUser), (foreign, Roles.DataOwner) })
        {
            await SignedIn.AsAsync(app, agency, role);
        }

        var question = Question(NoticeKind.GrantSuspended, holder, (holder, [Audience.OrganizationAdmin, Audience.SuperUser, Audience.TechnicalContact]), (owner, [Audience.DataOwner]));
        var notice = await AskAsync(question);
        question.Kind = NoticeKind.GrantRevoked;
        question.AboutId = holder.ToString();
        var revoked = await AskAsync(question);

        Assert.Equal(
            [(admin.Person.ToString(), Audience.OrganizationAdmin), (super.Person.ToString(), Audience.SuperUser), (technical.Person.ToString(), Audience.TechnicalContact), (decider.Person.ToString(), Audience.DataOwner)],
            notice.Recipients.Select(recipient => (recipient.PersonId, recipient.Audience)));
        Assert.Equal(notice.Recipients, revoked.Recipients);
        Assert.Equal(holder.ToString(), notice.AgencyId);
        Assert.StartsWith("กรมทดสอบ", notice.Values["agency_name_th"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_is_named_twice_and_who_is_suspended_or_gone_is_not_named()
    {
        var agency = await SignedIn.AgencyAsync(app);
        var both = await SignedIn.AsAsync(app, agency, Roles.OrganizationAdmin, Roles.SuperUser);
        var (suspended, ended, waiting) = (await SignedIn.AsAsync(app, agency, Roles.SuperUser), await SignedIn.AsAsync(app, agency, Roles.SuperUser), await SignedIn.AsAsync(app, agency, Roles.SuperUser));
        foreach (var (one, state) in new[] { (suspended, "Suspended"), (ended, "Ended"), (waiting, "Waiting") })
        {
            await app.ExecuteAsync($"UPDATE memberships SET state = '{state}' WHERE id = '{one.Membership}'");
        }

        var question = Question(NoticeKind.AccessRequestSubmitted, agency, (agency, [Audience.OrganizationAdmin, Audience.SuperUser]), (agency, [Audience.SuperUser]));
        question.PersonIds.Add([both.Person.ToString(), suspended.Person.ToString(), ended.Person.ToString(), both.Person.ToString(), Guid.NewGuid().ToString()]);
        var notice = await AskAsync(question);

        var recipient = Assert.Single(notice.Recipients);
        Assert.Equal((both.Person.ToString(), Audience.Person), (recipient.PersonId, recipient.Audience));
    }

    [Fact]
    public async Task A_person_is_told_as_a_member_of_the_facts_agency_and_where_it_has_none_as_a_member_of_any()
    {
        var (agency, other) = (await SignedIn.AgencyAsync(app), await SignedIn.AgencyAsync(app));
        var (member, stranger, nobodys) = (await SignedIn.AsAsync(app, agency, Roles.Officer), await SignedIn.AsAsync(app, other, Roles.Officer), await SignedIn.AnyoneAsync(app));
        var question = new GetNoticeRequest { Kind = NoticeKind.DataRequestAnswered, PersonIds = { member.Person.ToString(), stranger.Person.ToString(), nobodys.Person.ToString() }, Circles = { new NoticeCircle { AgencyId = agency.ToString() } } };

        var anywhere = await AskAsync(question);
        question.AgencyId = agency.ToString();
        var there = await AskAsync(question);

        Assert.Equal(new[] { member.Person.ToString(), stranger.Person.ToString() }.Order(), anywhere.Recipients.Select(recipient => recipient.PersonId).Order());
        Assert.Equal("", anywhere.AgencyId);
        Assert.Equal([member.Person.ToString()], there.Recipients.Select(recipient => recipient.PersonId));
    }

    [Fact]
    public async Task Operators_are_told_where_an_event_asks_for_them()
    {
        var (agency, desk) = (await SignedIn.AgencyAsync(app), await SignedIn.AsAsync(app, await SignedIn.AgencyAsync(app), Roles.Operator));
        var admin = await SignedIn.AsAsync(app, agency, Roles.OrganizationAdmin);

        var notice = await AskAsync(new() { Kind = NoticeKind.DataOfferMade, AgencyId = agency.ToString(), Operators = true });

        Assert.Contains(notice.Recipients, recipient => recipient.PersonId == desk.Person.ToString());
        Assert.DoesNotContain(notice.Recipients, recipient => recipient.PersonId == admin.Person.ToString());
        Assert.All(notice.Recipients, recipient => Assert.Equal(Audience.Operator, recipient.Audience));
    }

    [Fact]
    public async Task A_question_that_names_nobody_or_what_is_no_role_or_no_id_is_refused_by_name()
    {
        var agency = await SignedIn.AgencyAsync(app);
        var crowd = new GetNoticeRequest { Kind = NoticeKind.OfficerRightGiven };
        crowd.PersonIds.Add(Enumerable.Range(0, 501).Select(_ => Guid.NewGuid().ToString()));
        var crowds = new GetNoticeRequest { Kind = NoticeKind.DataRequestAnswered };
        crowds.Circles.Add(Enumerable.Range(0, 501).Select(_ => new NoticeCircle { AgencyId = agency.ToString() }));
        (string Field, GetNoticeRequest Question)[] wrong =
        [
            ("circles", new() { Kind = NoticeKind.GrantSuspended, AgencyId = agency.ToString() }),
            ("circles", crowds),
            ("circles.agency_id", new() { Kind = NoticeKind.GrantSuspended, Circles = { new NoticeCircle { AgencyId = "x", Audiences = { Audience.SuperUser } } } }),
            ("circles.audiences", Question(NoticeKind.GrantSuspended, agency, (agency, [Audience.Operator]))),
            ("circles.audiences", Question(NoticeKind.GrantSuspended, agency, (agency, [Audience.Unspecified]))),
            ("circles.audiences", Question(NoticeKind.GrantSuspended, agency, (agency, [(Audience)99]))),
            ("person_ids", crowd),
            ("person_ids", new() { Kind = NoticeKind.OfficerRightGiven, PersonIds = { "x" } }),
            ("agency_id", new() { Kind = NoticeKind.DataOfferMade, AgencyId = "x", Operators = true }),
        ];

        foreach (var (field, question) in wrong)
        {
            var refused = await Assert.ThrowsAsync<RpcException>(() => AskAsync(question));
            Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
            Assert.StartsWith($"{field}:", refused.Status.Detail, StringComparison.Ordinal);
        }

        var unknown = await Assert.ThrowsAsync<RpcException>(() => AskAsync(new() { Kind = NoticeKind.DataOfferMade, AgencyId = Guid.NewGuid().ToString(), Operators = true }));
        Assert.Equal(StatusCode.NotFound, unknown.StatusCode);
    }

    private static GetNoticeRequest Question(NoticeKind kind, Guid agency, params (Guid Agency, Audience[] Audiences)[] circles) => new()
    {
        Kind = kind,
        AgencyId = agency.ToString(),
        Circles = { circles.Select(circle => new NoticeCircle { AgencyId = circle.Agency.ToString(), Audiences = { circle.Audiences } }) },
    };

    private async Task<Notice> AskAsync(GetNoticeRequest question) => await Notices.GetAsync(question, await app.AsAsync(IdentityApp.Mailer));

    private async Task<Notice> GetAsync(NoticeKind kind, string about, string person = "") =>
        await Notices.GetAsync(new() { Kind = kind, AboutId = about, PersonId = person }, await app.AsAsync(IdentityApp.Mailer));
}
