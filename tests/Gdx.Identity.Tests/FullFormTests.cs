using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.Identity.Features;
using Gdx.Numbers;
using Gdx.TestEnvironment;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Gdx.Identity.Tests;

public sealed class FullFormTests(IdentityApp app) : IClassFixture<IdentityApp>
{
    private static readonly Dictionary<string, (string Field, Action<SubmitApplicationRequest> Spoil)> Wrong = new()
    {
        ["no service"] = ("service", form => form.Service = ""),
        ["a use that does not exist"] = ("use", form => form.Use = (ApplicationUse)99),
        ["an office code of four digits"] = ("official_code", form => form.OfficialCode = "0023"),
        ["an office code in Thai digits"] = ("official_code", form => form.OfficialCode = "๐๐๐๒๓"),
        ["an address too long"] = ("address", form => form.Address = new string('x', 501)),
        ["a phone of letters"] = ("phone", form => form.Phone = "call me"),
        ["a phone with a line end"] = ("phone", form => form.Phone = "02 123\n4567"),
        ["a dataset that is no slug"] = ("datasets[1]", form => form.Datasets[1] = "DOPA.PERSON"),
        ["too many datasets"] = ("datasets", form => form.Datasets.Add(Enumerable.Range(0, 50).Select(n => $"data.n{n}"))),
        ["a web without primary admin"] = ("primary_admin.citizen_id", form => form.PrimaryAdmin = null),
        ["a primary admin without number"] = ("primary_admin.citizen_id", form => form.PrimaryAdmin.CitizenId = ""),
        ["a primary admin with a wrong number"] = ("primary_admin.citizen_id", form => form.PrimaryAdmin.CitizenId = "1234567890123"),
        ["a primary admin without name"] = ("primary_admin.name", form => form.PrimaryAdmin.Name = ""),
        ["a primary admin without mail"] = ("primary_admin.email", form => form.PrimaryAdmin.Email = ""),
        ["a primary admin at a free mailer"] = ("primary_admin.email", form => form.PrimaryAdmin.Email = "a@gmail.com"),
        ["an API without technical contact"] = ("technical_contact.name", form => form.TechnicalContact = null),
        ["a technical contact without mail"] = ("technical_contact.email", form => form.TechnicalContact.Email = ""),
        ["a technical contact at a company"] = ("technical_contact.email", form => form.TechnicalContact.Email = "a@vendor.co.th"),
        ["a technical contact without phone"] = ("technical_contact.phone", form => form.TechnicalContact.Phone = ""),
        ["an API without agents"] = ("agents", form => form.Agents.Clear()),
        ["a caller address that is a name"] = ("caller_addresses[0]", form => form.CallerAddresses[0] = "api.welfare.go.th"),
        ["a caller address cut short"] = ("caller_addresses[0]", form => form.CallerAddresses[0] = "10.1"),
        ["a caller address with a scope"] = ("caller_addresses[0]", form => form.CallerAddresses[0] = "fe80::1%eth0"),
        ["a network with host bits"] = ("caller_addresses[0]", form => form.CallerAddresses[0] = "203.0.113.7/24"),
        ["a network of everything"] = ("caller_addresses[0]", form => form.CallerAddresses[0] = "0.0.0.0/0"),
        ["too many caller addresses"] = ("caller_addresses", form => form.CallerAddresses.Add(Enumerable.Range(0, 50).Select(n => $"10.0.0.{n}"))),
        ["a central agency of a department"] = ("central_agency_id", form => form.CentralAgencyId = Guid.NewGuid().ToString()),
        ["a central agency that is none"] = ("central_agency_id", form => form.CentralAgencyId = "x"),
        ["a central agency that does not exist"] = ("central_agency_id", form => (form.AgencyKind, form.CentralAgencyId) = (AgencyKind.Regional, Guid.NewGuid().ToString())),
        ["an officer kept from nowhere"] = ("agents[0].kept", form => form.Agents[0] = new() { Kept = "0123456789abcdef", DisplayName = "x" }),
    };

    public static TheoryData<string> Names => [.. Wrong.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_field_that_does_not_fit_is_named_on_paper_and_in_a_draft(string name)
    {
        var (field, spoil) = Wrong[name];
        var author = await SignedIn.AnyoneAsync(app);

        Assert.Equal(new(StatusCode.InvalidArgument, "request.invalid", field), await Refusal.OfAsync(() => app.SubmitAsync(Paper.FullForm(spoil))));
        Assert.Equal(new(StatusCode.InvalidArgument, "request.invalid", field), await Refusal.OfAsync(() => Paper.HandInAsync(app, author, Paper.FullForm(spoil))));
    }

    [Fact]
    public async Task Everything_on_the_form_is_answered_but_the_numbers_of_people()
    {
        var form = Paper.FullForm();

        var application = await app.SubmitAsync(form);

        Assert.Equal((form.Use, form.AgencyJuristicId, form.OfficialCode, form.Address, form.Phone, form.Service), (application.Use, application.AgencyJuristicId, application.OfficialCode, application.Address, application.Phone, application.Service));
        Assert.Equal(form.Datasets, application.Datasets);
        Assert.Equal(form.CallerAddresses, application.CallerAddresses);
        Assert.Equal(form.TechnicalContact, application.TechnicalContact);
        Assert.Equal(("", form.PrimaryAdmin.Name, form.PrimaryAdmin.Email), (application.PrimaryAdmin.CitizenId, application.PrimaryAdmin.Name, application.PrimaryAdmin.Email));
        Assert.DoesNotContain(form.PrimaryAdmin.CitizenId, application.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(form.Agents[0].CitizenId, application.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(form.PrimaryAdmin.CitizenId, await app.AllRowsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_draft_may_have_gaps_and_is_seen_by_its_author_only()
    {
        var author = await SignedIn.AnyoneAsync(app);

        var draft = await app.Applications.SaveDraftAsync(new() { Form = new() { RequestId = Guid.NewGuid().ToString(), Mission = "first" } }, author.Metadata);
        var saved = await app.Applications.SaveDraftAsync(new() { ApplicationId = draft.Id, Form = new() { AgencyNameTh = "กรมทดสอบ" } }, author.Metadata);

        Assert.Equal((ApplicationState.Draft, ApplicationUse.Unspecified, author.Person.ToString()), (draft.State, draft.Use, draft.ApplicantId));
        Assert.Equal((draft.Id, "กรมทดสอบ", ""), (saved.Id, saved.AgencyNameTh, saved.Mission));
        Assert.Equal([draft.Id], (await app.Applications.FindAsync(new(), author.Metadata)).Applications.Select(one => one.Id));
        foreach (var other in new[] { (await SignedIn.AnyoneAsync(app)).Metadata, await app.AsAsync(IdentityApp.Maker), (await SignedIn.AsAsync(app, await SignedIn.AgencyAsync(app), Roles.OrganizationAdmin)).Metadata })
        {
            Assert.Equal("identity.application.unknown", (await Refusal.OfAsync(() => app.Applications.GetAsync(new() { ApplicationId = draft.Id }, other).ResponseAsync)).Code);
            Assert.DoesNotContain((await app.Applications.FindAsync(new(), other)).Applications, one => one.Id == draft.Id);
        }

        Assert.Equal("use", (await Refusal.OfAsync(() => app.Applications.SubmitDraftAsync(new() { ApplicationId = draft.Id }, author.Metadata).ResponseAsync)).Field);
    }

    [Fact]
    public async Task Who_asked_what_and_who_decided_is_kept_from_draft_to_approval()
    {
        var author = await SignedIn.AnyoneAsync(app);
        var maker = await app.AsAsync(IdentityApp.Maker);
        var admin = CitizenId.Synthetic(IdentityApp.NextNumber());
        var form = Paper.FullForm(form => form.PrimaryAdmin.CitizenId = admin.Value);
        var draft = await Paper.DraftAsync(app, author, form);
        await app.Applications.SubmitDraftAsync(new() { ApplicationId = draft.Id }, author.Metadata);
        var returned = await app.Applications.ReturnAsync(new() { ApplicationId = draft.Id, Reason = "The letter is missing." }, maker);
        (form.PrimaryAdmin.CitizenId, form.Service) = ("", "corrected");
        form.Agents[0] = new() { Kept = returned.Agents[0].Kept, DisplayName = "renamed" };
        await app.Applications.SaveDraftAsync(new() { ApplicationId = draft.Id, Form = form }, author.Metadata);
        await app.Applications.SubmitDraftAsync(new() { ApplicationId = draft.Id }, author.Metadata);
        await app.VerifyAsync(draft.Id);
        var approved = await app.ApproveAsync(draft.Id);

        Assert.Equal((ApplicationState.Approved, "corrected", "renamed"), (approved.State, approved.Service, approved.Agents[0].DisplayName));
        Assert.Equal(
            [ApplicationState.Draft, ApplicationState.Submitted, ApplicationState.Returned, ApplicationState.Submitted, ApplicationState.Verified, ApplicationState.Approved],
            approved.History.Select(step => step.To));
        Assert.Equal(approved.History.Select(step => step.To).SkipLast(1).Prepend(ApplicationState.Unspecified), approved.History.Select(step => step.From));
        Assert.Equal("The letter is missing.", approved.History[2].Reason);
        Assert.Equal([author.Person.ToString(), approved.VerifiedBy, approved.DecidedBy], new[] { 0, 4, 5 }.Select(step => approved.History[step].By));
        Assert.All(approved.History, step => Assert.NotNull(step.At));
        Assert.Equal((MembershipState.Active.ToString(), Roles.OrganizationAdmin), await PrimaryAdminAsync(approved.AgencyId, admin));
        await Eventually.True(() => app.Told.OfType<ApplicationSubmitted>().Count(told => told.ApplicationId.ToString() == draft.Id) == 2, "both hand-ins on the bus");
        await Eventually.True(() => app.Told.OfType<ApplicationReturned>().Any(told => told.ApplicationId.ToString() == draft.Id), "the return on the bus");
        await Eventually.True(() => app.Told.OfType<ApplicationApproved>().Any(told => told.ApplicationId.ToString() == draft.Id && told.AgencyId.ToString() == approved.AgencyId), "the approval on the bus");
    }

    [Fact]
    public async Task The_primary_admin_on_the_form_is_the_agencys_from_the_approval_on_and_stays_it()
    {
        var (first, second) = (CitizenId.Synthetic(IdentityApp.NextNumber()), CitizenId.Synthetic(IdentityApp.NextNumber()));
        var number = JuristicId.Synthetic(IdentityApp.NextNumber()).Value;

        var submitted = await app.SubmitAsync(Paper.FullForm(form => (form.AgencyJuristicId, form.PrimaryAdmin.CitizenId) = (number, first.Value)));
        Assert.Equal(0L, await app.SqlAsync<long>($"SELECT count(*) FROM memberships WHERE agency_id = '{submitted.AgencyId}'"));
        await app.VerifyAsync(submitted.Id);
        await app.ApproveAsync(submitted.Id);
        var later = await app.SubmitAsync(Paper.FullForm(form => (form.AgencyJuristicId, form.PrimaryAdmin.CitizenId) = (number, second.Value)));
        await app.VerifyAsync(later.Id);
        await app.ApproveAsync(later.Id);

        Assert.Equal(("Active", Roles.OrganizationAdmin), await PrimaryAdminAsync(submitted.AgencyId, first));
        Assert.Equal(1L, await app.SqlAsync<long>($"SELECT count(*) FROM memberships WHERE agency_id = '{submitted.AgencyId}'"));
        Assert.True(await app.SqlAsync<bool>($"SELECT citizen_verified_at IS NULL FROM people WHERE encode(citizen_id_hash, 'hex') = '{Hash(first)}'"));
        await Eventually.True(() => app.Told.OfType<MembershipApproved>().Count(told => told.AgencyId.ToString() == submitted.AgencyId) == 1, "one membership on the bus");
    }

    [Fact]
    public async Task An_officer_of_the_form_who_is_also_its_primary_admin_is_one_person()
    {
        var citizen = CitizenId.Synthetic(IdentityApp.NextNumber()).Value;
        var submitted = await app.SubmitAsync(Paper.FullForm(form => (form.PrimaryAdmin.CitizenId, form.Agents[0].CitizenId) = (citizen, citizen)));
        await app.VerifyAsync(submitted.Id);

        var approved = await app.ApproveAsync(submitted.Id);

        var admin = await app.SqlAsync<Guid>($"SELECT person_id FROM memberships WHERE agency_id = '{approved.AgencyId}'");
        Assert.Equal(admin.ToString(), await app.SqlAsync<string>($"SELECT agent_id FROM api_client_agents WHERE api_client_id = '{approved.ApiClientId}'"));
    }

    [Fact]
    public async Task An_application_for_the_web_alone_makes_no_API_client()
    {
        var submitted = await app.SubmitAsync(Paper.FullForm(form =>
        {
            form.Use = ApplicationUse.Web;
            form.TechnicalContact = null;
            form.Agents.Clear();
        }));
        await app.VerifyAsync(submitted.Id);

        var approved = await app.ApproveAsync(submitted.Id);

        Assert.Equal((ApplicationState.Approved, "", ""), (approved.State, approved.ApiClientId, approved.ConsumerKey));
        Assert.Empty((await app.Clients.FindAsync(new() { AgencyId = approved.AgencyId }, await app.AsAsync(IdentityApp.Maker))).Clients);
    }

    [Fact]
    public async Task Nobody_has_a_say_in_what_they_ask_for_or_are_named_in()
    {
        var agency = await SignedIn.AgencyAsync(app);
        var (applicant, named) = (await SignedIn.AsAsync(app, agency, Roles.Operator), await SignedIn.AsAsync(app, agency, Roles.Operator));
        var application = await Paper.HandInAsync(app, applicant, Paper.FullForm(form => form.PrimaryAdmin.CitizenId = named.Citizen.Value));

        foreach (var one in new[] { applicant, named })
        {
            Assert.Equal(new(StatusCode.PermissionDenied, "identity.application.same_person", ""),
                await Refusal.OfAsync(() => app.Applications.VerifyAsync(new() { ApplicationId = application.Id, Reason = "x" }, one.Metadata).ResponseAsync));
        }

        await app.VerifyAsync(application.Id);
        foreach (var one in new[] { applicant, named })
        {
            Assert.Equal(new(StatusCode.PermissionDenied, "identity.application.same_person", ""),
                await Refusal.OfAsync(() => app.Applications.ApproveAsync(new() { ApplicationId = application.Id }, one.Metadata).ResponseAsync));
        }

        Assert.Equal(ApplicationState.Approved, (await app.ApproveAsync(application.Id)).State);
    }

    [Fact]
    public async Task Each_step_of_the_applicant_wants_the_step_before()
    {
        var author = await SignedIn.AnyoneAsync(app);
        var submitted = await Paper.HandInAsync(app, author);
        var paper = await app.SubmitAsync();
        var withdrawn = await Paper.HandInAsync(app, author);
        Assert.Equal(ApplicationState.Withdrawn, (await app.Applications.WithdrawAsync(new() { ApplicationId = withdrawn.Id }, author.Metadata)).State);
        var maker = await app.AsAsync(IdentityApp.Maker);

        foreach (var step in new Func<Task>[]
        {
            () => app.Applications.SaveDraftAsync(new() { ApplicationId = submitted.Id, Form = Paper.FullForm() }, author.Metadata).ResponseAsync,
            () => app.Applications.SubmitDraftAsync(new() { ApplicationId = submitted.Id }, author.Metadata).ResponseAsync,
            () => app.Applications.SubmitDraftAsync(new() { ApplicationId = withdrawn.Id }, author.Metadata).ResponseAsync,
            () => app.Applications.WithdrawAsync(new() { ApplicationId = withdrawn.Id }, author.Metadata).ResponseAsync,
            () => app.Applications.ReturnAsync(new() { ApplicationId = withdrawn.Id, Reason = "x" }, maker).ResponseAsync,
            () => app.Applications.ReturnAsync(new() { ApplicationId = paper.Id, Reason = "x" }, maker).ResponseAsync,
            () => app.VerifyAsync(withdrawn.Id),
        })
        {
            Assert.Equal(new(StatusCode.FailedPrecondition, "identity.application.state", ""), await Refusal.OfAsync(step));
        }

        Assert.Equal("reason", (await Refusal.OfAsync(() => app.Applications.ReturnAsync(new() { ApplicationId = submitted.Id }, maker).ResponseAsync)).Field);
    }

    [Fact]
    public async Task Who_is_not_the_applicant_can_do_nothing_with_the_application()
    {
        var submitted = await Paper.HandInAsync(app, await SignedIn.AnyoneAsync(app));
        var admin = await SignedIn.AsAsync(app, await SignedIn.AgencyAsync(app), Roles.OrganizationAdmin);
        var anyone = await SignedIn.AnyoneAsync(app);

        foreach (var other in new[] { admin, anyone })
        {
            foreach (var step in new Func<Task>[]
            {
                () => app.Applications.GetAsync(new() { ApplicationId = submitted.Id }, other.Metadata).ResponseAsync,
                () => app.Applications.SaveDraftAsync(new() { ApplicationId = submitted.Id, Form = Paper.FullForm() }, other.Metadata).ResponseAsync,
                () => app.Applications.SubmitDraftAsync(new() { ApplicationId = submitted.Id }, other.Metadata).ResponseAsync,
                () => app.Applications.WithdrawAsync(new() { ApplicationId = submitted.Id }, other.Metadata).ResponseAsync,
                () => Paper.AttachAsync(app, other.Metadata, submitted.Id, Paper.Pdf()),
            })
            {
                Assert.Equal(new(StatusCode.NotFound, "identity.application.unknown", ""), await Refusal.OfAsync(step));
            }

            Assert.Empty((await app.Applications.FindAsync(new(), other.Metadata)).Applications);
        }
    }

    [Fact]
    public async Task The_admins_of_an_agency_see_its_applications_and_only_read()
    {
        var agency = await SignedIn.AgencyAsync(app);
        var (admin, officer) = (await SignedIn.AsAsync(app, agency, Roles.OrganizationAdmin), await SignedIn.AsAsync(app, agency, Roles.Officer));
        var application = await Paper.HandInAsync(app, await SignedIn.AnyoneAsync(app), await Paper.FormOfAsync(app, agency));

        Assert.Equal([application.Id], (await app.Applications.FindAsync(new(), admin.Metadata)).Applications.Select(one => one.Id));
        Assert.Equal("identity.application.unknown", (await Refusal.OfAsync(() => app.Applications.GetAsync(new() { ApplicationId = application.Id }, officer.Metadata).ResponseAsync)).Code);
        Assert.Equal("identity.application.unknown", (await Refusal.OfAsync(() => app.Applications.WithdrawAsync(new() { ApplicationId = application.Id }, admin.Metadata).ResponseAsync)).Code);
    }

    [Fact]
    public async Task Saving_or_handing_in_many_times_at_once_is_done_once()
    {
        var author = await SignedIn.AnyoneAsync(app);
        var form = Paper.FullForm();

        var saved = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => OutcomeAsync(() => Paper.DraftAsync(app, author, form))));
        var draft = Assert.Single((await app.Applications.FindAsync(new(), author.Metadata)).Applications);
        var handed = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => OutcomeAsync(() => app.Applications.SubmitDraftAsync(new() { ApplicationId = draft.Id }, author.Metadata).ResponseAsync)));

        Assert.All(saved, outcome => Assert.Contains(outcome, new[] { StatusCode.OK, StatusCode.Aborted }));
        Assert.Single(handed, StatusCode.OK);
        Assert.All(handed, outcome => Assert.Contains(outcome, new[] { StatusCode.OK, StatusCode.FailedPrecondition }));
    }

    [Fact]
    public async Task Two_drafts_for_one_body_handed_in_at_once_make_one_application()
    {
        var number = JuristicId.Synthetic(IdentityApp.NextNumber()).Value;
        var authors = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => SignedIn.AnyoneAsync(app)));
        var drafts = await Task.WhenAll(authors.Select(author => Paper.DraftAsync(app, author, Paper.FullForm(form => form.AgencyJuristicId = number))));

        var outcomes = await Task.WhenAll(authors.Zip(drafts, (author, draft) => OutcomeAsync(() => app.Applications.SubmitDraftAsync(new() { ApplicationId = draft.Id }, author.Metadata).ResponseAsync)));

        Assert.Single(outcomes, StatusCode.OK);
        Assert.Equal(3, outcomes.Count(outcome => outcome == StatusCode.AlreadyExists));
    }

    [Fact]
    public async Task A_person_has_ten_open_applications_at_most()
    {
        var author = await SignedIn.AnyoneAsync(app);
        for (var n = 0; n < 10; n++)
        {
            await Paper.DraftAsync(app, author);
        }

        Assert.Equal("identity.application.too_many", (await Refusal.OfAsync(() => Paper.DraftAsync(app, author))).Code);
        var first = (await app.Applications.FindAsync(new(), author.Metadata)).Applications[0];
        await app.Applications.WithdrawAsync(new() { ApplicationId = first.Id }, author.Metadata);
        Assert.Equal(ApplicationState.Draft, (await Paper.DraftAsync(app, author)).State);
    }

    [Fact]
    public async Task What_is_refused_is_kept_as_a_decision_and_a_citizens_number_nowhere()
    {
        var author = await SignedIn.AnyoneAsync(app);
        var citizen = CitizenId.Synthetic(IdentityApp.NextNumber()).Value;
        var draft = await Paper.DraftAsync(app, author, Paper.FullForm(form => form.ContactEmail = "a@gmail.com"));

        Assert.Equal("agency_juristic_id", (await Refusal.OfAsync(() => app.SubmitAsync(Paper.FullForm(form => form.AgencyJuristicId = citizen)))).Field);
        Assert.Equal("agency_juristic_id", (await Refusal.OfAsync(() => Paper.DraftAsync(app, author, Paper.FullForm(form => form.AgencyJuristicId = citizen)))).Field);
        Assert.Equal("agency_juristic_id", (await Refusal.OfAsync(() => app.SubmitAsync(Paper.FullForm(form => form.AgencyJuristicId = "0105500000003")))).Field);
        Assert.Equal("contact_email", (await Refusal.OfAsync(() => app.Applications.SubmitDraftAsync(new() { ApplicationId = draft.Id }, author.Metadata).ResponseAsync)).Field);

        var decisions = (await app.GovernmentBodies.FindDecisionsAsync(new() { Outcome = GovernmentOutcome.Refused, PageSize = 100 }, await app.AsAsync(IdentityApp.Maker))).Decisions;
        Assert.Contains(decisions, one => one is { JuristicId: "0105500000003", ApplicationId: "" } && one.Reasons.Single() == "company");
        Assert.Contains(decisions, one => one.By == author.Person.ToString() && one.JuristicId.Length == 0 && one.Reasons.Single() == "citizen");
        Assert.Contains(decisions, one => one.ApplicationId == draft.Id && one.Reasons.Single() == "mail-domain");
        Assert.Equal(ApplicationState.Draft, (await app.Applications.GetAsync(new() { ApplicationId = draft.Id }, author.Metadata)).State);
        Assert.DoesNotContain(citizen, await app.AllRowsAsync() + string.Join('\n', app.Logs), StringComparison.Ordinal);
    }

    private static async Task<StatusCode> OutcomeAsync(Func<Task> step)
    {
        try
        {
            await step();
            return StatusCode.OK;
        }
        catch (RpcException refused)
        {
            return refused.StatusCode;
        }
    }

    private string Hash(CitizenId citizen) => Convert.ToHexStringLower(app.Services.GetRequiredService<SubjectKey>().Hash(citizen));

    private async Task<(string State, string Roles)> PrimaryAdminAsync(string agency, CitizenId citizen)
    {
        var row = await app.SqlAsync<string>($"""
            SELECT m.state || ' ' || array_to_string(m.roles, ',') FROM memberships m JOIN people p ON p.id = m.person_id
            WHERE m.agency_id = '{agency}' AND m.is_primary_admin AND encode(p.citizen_id_hash, 'hex') = '{Hash(citizen)}'
            """);
        return (row.Split(' ')[0], row.Split(' ')[1]);
    }
}
