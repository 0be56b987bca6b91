using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.TestEnvironment;
using Grpc.Core;

namespace Gdx.Identity.Tests;

public sealed class RegionalTests(IdentityApp app) : IClassFixture<IdentityApp>
{
    [Fact]
    public async Task A_regional_agency_is_verified_only_when_its_central_agency_stands_up_for_it()
    {
        var central = await SignedIn.AgencyAsync(app);
        var admin = await SignedIn.AsAsync(app, central, Roles.OrganizationAdmin);
        var application = await Paper.RegionalUnderAsync(app, central);

        Assert.True(application.AwaitsEndorsement);
        Assert.Null(application.DueAt);
        Assert.Equal(new(StatusCode.FailedPrecondition, "identity.application.endorsement_missing", ""), await Refusal.OfAsync(() => app.VerifyAsync(application.Id)));
        Assert.Equal([application.Id], (await app.Applications.FindAsync(new() { AwaitsEndorsement = true }, admin.Metadata)).Applications.Select(one => one.Id));
        var endorsed = await app.Applications.EndorseAsync(new() { ApplicationId = application.Id }, admin.Metadata);
        Assert.Empty((await app.Applications.FindAsync(new() { AwaitsEndorsement = true }, admin.Metadata)).Applications);
        await app.VerifyAsync(application.Id);
        var approved = await app.ApproveAsync(application.Id);

        Assert.Equal((false, admin.Person.ToString()), (endorsed.AwaitsEndorsement, endorsed.EndorsedBy));
        Assert.NotNull(endorsed.DueAt);
        var agency = await app.Agencies.GetAsync(new() { AgencyId = approved.AgencyId }, await app.AsAsync(IdentityApp.Maker));
        Assert.Equal((AgencyState.Active, AgencyKind.Regional, central.ToString()), (agency.State, agency.Kind, agency.CentralAgencyId));
        await Eventually.True(() => app.Told.OfType<ApplicationEndorsementAsked>().Any(told => told.ApplicationId.ToString() == application.Id && told.CentralAgencyId == central), "the question on the bus");
        await Eventually.True(() => app.Told.OfType<ApplicationSubmitted>().Count(told => told.ApplicationId.ToString() == application.Id) == 1, "the hand-in on the bus once it is the operator's");
    }

    [Fact]
    public async Task Nobody_but_an_admin_of_its_central_agency_endorses()
    {
        var central = await SignedIn.AgencyAsync(app);
        var application = await Paper.RegionalUnderAsync(app, central);
        var (foreign, officer) = (await SignedIn.AsAsync(app, await SignedIn.AgencyAsync(app), Roles.OrganizationAdmin), await SignedIn.AsAsync(app, central, Roles.Officer));

        Assert.Equal(new(StatusCode.NotFound, "identity.application.unknown", ""), await Refusal.OfAsync(() => EndorseAsync(application.Id, foreign)));
        Assert.Equal("identity.application.unknown", (await Refusal.OfAsync(() => app.Applications.GetAsync(new() { ApplicationId = application.Id }, foreign.Metadata).ResponseAsync)).Code);
        Assert.Equal(StatusCode.PermissionDenied, (await Refusal.OfAsync(() => EndorseAsync(application.Id, officer))).Status);
    }

    [Fact]
    public async Task Nobody_endorses_their_own_application_and_nobody_twice()
    {
        var central = await SignedIn.AgencyAsync(app);
        var (author, admin) = (await SignedIn.AsAsync(app, central, Roles.OrganizationAdmin), await SignedIn.AsAsync(app, central, Roles.OrganizationAdmin));
        var application = await Paper.RegionalUnderAsync(app, central, author);

        Assert.Equal(new(StatusCode.PermissionDenied, "identity.application.same_person", ""), await Refusal.OfAsync(() => EndorseAsync(application.Id, author)));
        await EndorseAsync(application.Id, admin);
        Assert.Equal(new(StatusCode.FailedPrecondition, "identity.application.state", ""), await Refusal.OfAsync(() => EndorseAsync(application.Id, admin)));
    }

    [Fact]
    public async Task What_was_corrected_is_endorsed_again()
    {
        var central = await SignedIn.AgencyAsync(app);
        var (author, admin) = (await SignedIn.AnyoneAsync(app), await SignedIn.AsAsync(app, central, Roles.OrganizationAdmin));
        var application = await Paper.RegionalUnderAsync(app, central, author);
        await EndorseAsync(application.Id, admin);
        await app.Applications.ReturnAsync(new() { ApplicationId = application.Id, Reason = "Which service?" }, await app.AsAsync(IdentityApp.Maker));

        var again = await app.Applications.SubmitDraftAsync(new() { ApplicationId = application.Id }, author.Metadata);

        Assert.Equal((ApplicationState.Submitted, true, ""), (again.State, again.AwaitsEndorsement, again.EndorsedBy));
    }

    [Fact]
    public async Task A_central_agency_that_does_not_stand_up_says_why_and_the_applicant_corrects_it()
    {
        var central = await SignedIn.AgencyAsync(app);
        var (author, admin) = (await SignedIn.AnyoneAsync(app), await SignedIn.AsAsync(app, central, Roles.OrganizationAdmin));
        var application = await Paper.RegionalUnderAsync(app, central, author);

        var declined = await DeclineAsync(application.Id, admin, "ไม่ใช่หน่วยงานในสังกัด");
        var seen = await app.Applications.GetAsync(new() { ApplicationId = application.Id }, author.Metadata);
        var late = await Refusal.OfAsync(() => EndorseAsync(application.Id, admin));
        var again = await app.Applications.SubmitDraftAsync(new() { ApplicationId = application.Id }, author.Metadata);

        Assert.Equal((ApplicationState.Returned, false, "ไม่ใช่หน่วยงานในสังกัด"), (declined.State, declined.AwaitsEndorsement, declined.Reason));
        Assert.Equal((declined.Reason, admin.Person.ToString(), "ไม่ใช่หน่วยงานในสังกัด"), (seen.Reason, seen.History[^1].By, seen.History[^1].Reason));
        Assert.Equal("identity.application.state", late.Code);
        Assert.Equal((ApplicationState.Submitted, true), (again.State, again.AwaitsEndorsement));
        await Eventually.True(() => app.Told.OfType<ApplicationDeclined>().Any(told => told.ApplicationId.ToString() == application.Id && told.CentralAgencyId == central && told.By == admin.Person), "the word on the bus");
        Assert.DoesNotContain(app.Told.OfType<ApplicationReturned>(), told => told.ApplicationId.ToString() == application.Id);
    }

    [Fact]
    public async Task What_came_on_paper_and_is_declined_is_rejected_with_its_agency()
    {
        var central = await SignedIn.AgencyAsync(app);
        var admin = await SignedIn.AsAsync(app, central, Roles.OrganizationAdmin);
        var application = await app.SubmitAsync(form => (form.AgencyKind, form.CentralAgencyId) = (AgencyKind.Regional, central.ToString()));

        var declined = await DeclineAsync(application.Id, admin, "Not one of ours.");

        Assert.Equal((ApplicationState.Rejected, admin.Person.ToString(), "Not one of ours."), (declined.State, declined.DecidedBy, declined.Reason));
        Assert.Equal(AgencyState.Closed, (await app.Agencies.GetAsync(new() { AgencyId = application.AgencyId }, await app.AsAsync(IdentityApp.Maker))).State);
    }

    [Fact]
    public async Task Nobody_but_an_admin_of_its_central_agency_declines_and_nobody_their_own_or_twice_or_without_a_reason()
    {
        var central = await SignedIn.AgencyAsync(app);
        var (author, admin) = (await SignedIn.AsAsync(app, central, Roles.OrganizationAdmin), await SignedIn.AsAsync(app, central, Roles.OrganizationAdmin));
        var (foreign, officer) = (await SignedIn.AsAsync(app, await SignedIn.AgencyAsync(app), Roles.OrganizationAdmin), await SignedIn.AsAsync(app, central, Roles.Officer));
        var application = await Paper.RegionalUnderAsync(app, central, author);

        Assert.Equal(new(StatusCode.NotFound, "identity.application.unknown", ""), await Refusal.OfAsync(() => DeclineAsync(application.Id, foreign)));
        Assert.Equal(StatusCode.PermissionDenied, (await Refusal.OfAsync(() => DeclineAsync(application.Id, officer))).Status);
        Assert.Equal(new(StatusCode.PermissionDenied, "identity.application.same_person", ""), await Refusal.OfAsync(() => DeclineAsync(application.Id, author)));
        foreach (var reason in new[] { "", "  ", new string('x', 1001), "a\u202Eb" })
        {
            Assert.Equal("reason", (await Refusal.OfAsync(() => DeclineAsync(application.Id, admin, reason))).Field);
        }

        Assert.Equal("application_id", (await Refusal.OfAsync(() => DeclineAsync("x", admin))).Field);
        await EndorseAsync(application.Id, admin);
        Assert.Equal(new(StatusCode.FailedPrecondition, "identity.application.state", ""), await Refusal.OfAsync(() => DeclineAsync(application.Id, admin)));
    }

    [Fact]
    public async Task A_central_agency_is_active_and_not_regional_itself()
    {
        var suspended = await SignedIn.AgencyAsync(app, agency => agency.State = AgencyState.Suspended);
        var regional = await SignedIn.AgencyAsync(app, kind: AgencyKind.Regional, central: await SignedIn.AgencyAsync(app));

        Assert.Equal("central_agency_id", (await Refusal.OfAsync(() => Paper.RegionalUnderAsync(app, suspended))).Field);
        Assert.Equal("central_agency_id", (await Refusal.OfAsync(() => Paper.RegionalUnderAsync(app, regional))).Field);
    }

    private async Task<Application> DeclineAsync(string application, SignedIn who, string reason = "x") => await app.Applications.DeclineAsync(new() { ApplicationId = application, Reason = reason }, who.Metadata);

    private async Task EndorseAsync(string application, SignedIn who) => await app.Applications.EndorseAsync(new() { ApplicationId = application }, who.Metadata);
}
