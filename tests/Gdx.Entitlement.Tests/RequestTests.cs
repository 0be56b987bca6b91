using Gdx.Entitlement.Contracts.V1;
using Gdx.Identity.Contracts.V1;
using Gdx.LinkageAdapter.Contracts.V1;
using Gdx.TestEnvironment;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Gdx.Entitlement.Tests;

/// <summary>Requests from draft to right, each source by its own steps.</summary>
public sealed class RequestTests(RequestsApp app)
{
    [Fact]
    public async Task A_source_that_only_a_file_knows_leads_to_a_right_as_wide_as_both_sides_granted()
    {
        var (agency, ownerAgency) = (app.Neighbours.NewAgency(), app.Neighbours.NewAgency());
        var dataset = app.Dataset(owner: ownerAgency);
        var (admin, owner, op) = (app.Admin(agency), app.Owner(ownerAgency), app.Operator());
        var (first, last) = (ThaiToday.AddDays(1), ThaiToday.AddDays(30));

        var draft = await app.DraftAsync(admin, dataset, wish => (wish.Scope.FirstDay, wish.Scope.LastDay) = (Day(first), Day(last)));
        var letter = await app.AttachAsync(admin, draft.Id, "ask-letter");
        var submitted = await app.Requests.SubmitAsync(new() { RequestId = draft.Id }, admin.Metadata);
        Assert.Equal((RequestState.InProgress, StepState.Done, StepState.Open, StepState.Waiting), (submitted.State, submitted.Steps[0].State, submitted.Steps[1].State, submitted.Steps[2].State));
        await app.DecideAsync(owner, draft.Id, "owner", decision =>
        {
            (decision.Fields[2].Granted, decision.Fields[2].Reason) = (false, "ไม่จำเป็น");
            decision.LastDay = Day(last.AddDays(-10));
        });
        var approved = await app.DecideAsync(op, draft.Id, "operator", decision =>
        {
            (decision.Purposes[0].Granted, decision.Purposes[0].Reason) = (false, "no basis");
            decision.Budget = new() { CallsPerSecond = 5, CallsPerDay = 100, PersonsPerDay = 50, CallsPerOfficerAndDay = 10, PersonsPerOfficerAndDay = 9 };
        });

        Assert.Equal(RequestState.Approved, approved.State);
        var grant = await app.Grants.GetAsync(new() { GrantId = approved.GrantId }, op.Metadata);
        Assert.Equal(["firstName", "lastName"], grant.Fields);
        Assert.Equal(["welfare.audit"], grant.Purposes);
        Assert.Equal(new PurposeTerms { Code = "welfare.audit", NameTh = "ตรวจสอบย้อนหลัง", NameEn = "Audit", CaseRequired = true }, Assert.Single(grant.PurposeTerms));
        Assert.Equal(Start(first), grant.ValidFrom.ToDateTimeOffset());
        Assert.Equal(Start(last.AddDays(-9)), grant.ValidUntil.ToDateTimeOffset());
        Assert.Equal(Start(first.AddMonths(6)), grant.RecertifyBy.ToDateTimeOffset());
        Assert.Equal((5, 9), (grant.Budget.CallsPerSecond, grant.Budget.PersonsPerOfficerAndDay));
        Assert.Equal((letter.Id, letter.Sha256), (grant.LetterId, grant.LetterSha256));
        Assert.Equal((draft.Id, ownerAgency.ToString(), agency.ToString(), ""), (grant.AccessRequestId, grant.OwnerAgencyId, grant.AgencyId, grant.PermissionId));
        Assert.Equal(
            ["saved", "letter-attached", "submitted", "step-done", "step-opened", "step-done", "step-opened", "step-done", "approved"], approved.History.Select(happening => happening.What));
        var fact = await Eventually.Get(() => Task.FromResult(app.Said<AccessRequestApproved>().SingleOrDefault(fact => fact.RequestId.ToString() == draft.Id)), "AccessRequestApproved");
        Assert.Equal((approved.GrantId, op.Person, (long)approved.Version), (fact.GrantId.ToString(), fact.By, fact.Revision));
        var opened = app.Said<AccessRequestStepOpened>().Where(fact => fact.RequestId.ToString() == draft.Id).ToList();
        Assert.Equal([("owner", "owner", ownerAgency, "decide"), ("operator", "operator", (Guid?)null, "decide")], opened.Select(fact => (fact.StepId, fact.Actor, fact.ActorAgencyId, fact.Kind)));
        Assert.Equal(draft.Id, app.Said<GrantConfirmed>().Single(fact => fact.GrantId.ToString() == grant.Id).AccessRequestId.ToString());
        Assert.Single(app.Said<AccessRequestSubmitted>(), fact => fact.RequestId.ToString() == draft.Id);
    }

    [Fact]
    public async Task What_can_be_used_at_once_is_not_asked_for()
    {
        var admin = app.Admin(app.Neighbours.NewAgency());

        Assert.Equal(new(StatusCode.FailedPrecondition, "entitlement.request.not_needed", ""), await Refusal.OfAsync(() => app.DraftAsync(admin, app.Dataset("smart-card"))));
        Assert.Equal("entitlement.request.no_procedure", (await Refusal.OfAsync(() => app.DraftAsync(admin, app.Dataset("")))).Code);
        Assert.Equal("entitlement.dataset.not_published", (await Refusal.OfAsync(() => app.DraftAsync(admin, app.Dataset(change: set => set.State = Gdx.Catalog.Contracts.V1.VersionState.Deprecated)))).Code);
    }

    [Fact]
    public async Task Linkage_goes_from_the_owners_letter_to_a_SuperUser_who_manages_the_officers()
    {
        var agency = app.Neighbours.NewAgency();
        var (admin, recorder, op) = (app.Admin(agency), app.Operator(), app.Operator());
        var draft = await app.DraftAsync(admin, app.Dataset("dopa-linkage"));
        Assert.Equal("entitlement.request.letter_missing", (await Refusal.OfAsync(() => app.Requests.SubmitAsync(new() { RequestId = draft.Id }, admin.Metadata).ResponseAsync)).Code);
        await app.AttachAsync(admin, draft.Id, "owner-letter");
        await app.Requests.SubmitAsync(new() { RequestId = draft.Id }, admin.Metadata);

        // The owner answers on paper: an operator records its letter.
        Assert.Equal("entitlement.request.letter_missing", (await Refusal.OfAsync(() => app.DecideAsync(recorder, draft.Id, "owner"))).Code);
        var permit = await app.AttachAsync(recorder, draft.Id, "owner-permit");
        var decided = await app.DecideAsync(recorder, draft.Id, "owner");
        Assert.Equal((StepState.Open, StepState.Waiting), (decided.Steps[2].State, decided.Steps[3].State));
        Assert.Equal("entitlement.request.letter_missing", (await Refusal.OfAsync(() => CompleteAsync(admin, draft.Id, "bureau-letter"))).Code);
        await app.AttachAsync(admin, draft.Id, "bureau-letter");
        Assert.Equal("entitlement.request.letter_missing", (await Refusal.OfAsync(() => CompleteAsync(admin, draft.Id, "bureau-letter"))).Code);
        Assert.Equal("start.kind", (await Refusal.OfAsync(() => app.AttachAsync(admin, draft.Id, "owner-permit"))).Field);
        await app.AttachAsync(admin, draft.Id, "owner-permit-copy");
        await CompleteAsync(admin, draft.Id, "bureau-letter");
        Assert.Equal("entitlement.request.same_person", (await Refusal.OfAsync(() => app.DecideAsync(recorder, draft.Id, "operator"))).Code);
        await app.DecideAsync(op, draft.Id, "operator");
        await app.AttachAsync(recorder, draft.Id, "super-user-registration");
        var approved = await CompleteAsync(recorder, draft.Id, "super-user", "ทะเบียน 1/2569");

        var grant = await app.Grants.GetAsync(new() { GrantId = approved.GrantId }, op.Metadata);
        Assert.True(grant.OfficersManaged);
        Assert.Equal((permit.Id, GrantState.Conditional), (grant.LetterId, grant.State));
        Assert.Equal("ทะเบียน 1/2569", approved.Steps[4].Note);
    }

    [Fact]
    public async Task Ikno_goes_from_letter_and_user_form_to_a_Bureau_that_decides_on_the_exchange()
    {
        var (bureau, agency) = (app.Neighbours.NewAgency(), app.Neighbours.NewAgency());
        var (admin, registrar) = (app.Admin(agency), app.Owner(bureau));
        var replica = await app.StartWithBureauAsync(bureau);
        var draft = await app.DraftAsync(admin, app.Dataset("dopa-ikno"));
        await app.AttachAsync(admin, draft.Id, "bureau-letter");
        Assert.Equal("entitlement.request.letter_missing", (await Refusal.OfAsync(() => replica.SubmitAsync(new() { RequestId = draft.Id }, admin.Metadata).ResponseAsync)).Code);
        await app.AttachAsync(admin, draft.Id, "user-form");
        var submitted = await replica.SubmitAsync(new() { RequestId = draft.Id }, admin.Metadata);
        Assert.Equal((StepState.Open, bureau.ToString()), (submitted.Steps[2].State, submitted.Steps[2].ActorAgencyId));

        Assert.Equal([draft.Id], (await app.Requests.FindAsync(new() { WaitsFor = StepActor.Bureau }, registrar.Metadata)).Requests.Select(request => request.Id));
        Assert.Equal("entitlement.request.step", (await Refusal.OfAsync(() => app.DecideAsync(app.Operator(), draft.Id, "bureau"))).Code);
        await app.DecideAsync(registrar, draft.Id, "bureau");
        var approved = await app.DecideAsync(app.Operator(), draft.Id, "operator");

        Assert.False((await app.Grants.GetAsync(new() { GrantId = approved.GrantId }, app.Operator().Metadata)).OfficersManaged);
    }

    [Fact]
    public async Task Dbds_credentials_go_to_the_adapter_and_its_word_completes_the_step()
    {
        var (agency, ownerAgency) = (app.Neighbours.NewAgency(), app.Neighbours.NewAgency());
        var (admin, dataset) = (app.Admin(agency), app.Dataset("dbd", ownerAgency));
        var draft = await app.DraftAsync(admin, dataset);
        Assert.Equal("entitlement.letter.must_name", (await Refusal.OfAsync(() => app.AttachAsync(admin, draft.Id, "owner-letter"))).Code);
        await app.AttachAsync(admin, draft.Id, "owner-letter", namesIt: true);
        await app.Requests.SubmitAsync(new() { RequestId = draft.Id }, admin.Metadata);
        var owner = app.Owner(ownerAgency);
        await app.DecideAsync(owner, draft.Id, "owner");
        Assert.Equal("entitlement.request.step", (await Refusal.OfAsync(() => CompleteAsync(admin, draft.Id, "credentials"))).Code);

        // Whoever decided cannot hand them over as the agency: the step stays open.
        await app.PublishAsync(Configured(agency, owner.Person, 1));
        await app.PublishAsync(Configured(agency, admin.Person, 2));
        await Eventually.True(async () => (await GetAsync(admin, draft.Id)).Steps[2].State == StepState.Done, "the credentials step to be done");
        Assert.Equal(admin.Person.ToString(), (await GetAsync(admin, draft.Id)).Steps[2].DoneBy);
        await app.PublishAsync(Configured(agency, admin.Person, 2));
        var approved = await app.DecideAsync(app.Operator(), draft.Id, "operator");

        Assert.Equal(RequestState.Approved, approved.State);
        Assert.Single(approved.History, happening => happening is { What: "step-done", StepId: "credentials" });

        // The next request of this agency finds them there.
        var next = await app.DraftAsync(admin, dataset);
        await app.AttachAsync(admin, next.Id, "owner-letter", namesIt: true);
        await app.Requests.SubmitAsync(new() { RequestId = next.Id }, admin.Metadata);
        Assert.Equal((StepState.Done, StepState.Open), ((await app.DecideAsync(owner, next.Id, "owner")).Steps[2].State, (await GetAsync(admin, next.Id)).Steps[3].State));
    }

    [Fact]
    public async Task Credentials_that_come_while_their_step_opens_are_not_overlooked()
    {
        var ownerAgency = app.Neighbours.NewAgency();
        var dataset = app.Dataset("dbd", ownerAgency);

        await Task.WhenAll(Enumerable.Range(0, 12).Select(async _ =>
        {
            var admin = app.Admin(app.Neighbours.NewAgency());
            var draft = await app.DraftAsync(admin, dataset);
            await app.AttachAsync(admin, draft.Id, "owner-letter", namesIt: true);
            await app.Requests.SubmitAsync(new() { RequestId = draft.Id }, admin.Metadata);

            await Task.WhenAll(app.DecideAsync(app.Owner(ownerAgency), draft.Id, "owner"), app.PublishAsync(Configured(admin.Agency!.Value, admin.Person, 1)));

            await Eventually.True(async () => (await GetAsync(admin, draft.Id)).Steps[2].State == StepState.Done, "the credentials step to be done");
        }));
    }

    [Fact]
    public async Task A_regional_agency_asks_its_central_one_and_gets_no_more_than_that_has()
    {
        var (central, ownerAgency) = (app.Neighbours.NewAgency(), app.Neighbours.NewAgency());
        var regional = app.Neighbours.NewAgency(AgencyKind.Regional, central);
        var dataset = app.Dataset(owner: ownerAgency);
        var (_, parent) = await app.ApprovedAsync(app.Admin(central), dataset, wish => wish.Scope.Fields.Remove("dateOfBirth"));
        var (admin, centralAdmin) = (app.Admin(regional), app.Admin(central));
        var draft = await app.DraftAsync(admin, dataset);
        Assert.Equal(("regional", central.ToString()), (draft.ProcedureId, draft.CentralAgencyId));
        Assert.Equal("entitlement.request.unknown", (await Refusal.OfAsync(() => GetAsync(centralAdmin, draft.Id))).Code);
        await app.Requests.SubmitAsync(new() { RequestId = draft.Id }, admin.Metadata);

        Assert.Equal("parent_grant_id", (await Refusal.OfAsync(() => app.DecideAsync(centralAdmin, draft.Id, "central"))).Field);
        Assert.Equal("entitlement.request.parent_unknown", (await Refusal.OfAsync(() => app.DecideAsync(centralAdmin, draft.Id, "central", decision => decision.ParentGrantId = Guid.NewGuid().ToString()))).Code);
        Assert.Equal("entitlement.request.parent_narrower", (await Refusal.OfAsync(() => app.DecideAsync(centralAdmin, draft.Id, "central", decision => decision.ParentGrantId = parent.Id))).Code);
        Assert.Equal("entitlement.request.unknown", (await Refusal.OfAsync(() => app.DecideAsync(app.Admin(ownerAgency), draft.Id, "central"))).Code);
        Assert.Equal("entitlement.request.step", (await Refusal.OfAsync(() => app.DecideAsync(app.Operator(), draft.Id, "central"))).Code);
        var approved = await app.DecideAsync(centralAdmin, draft.Id, "central", decision =>
        {
            decision.ParentGrantId = parent.Id;
            (decision.Fields[2].Granted, decision.Fields[2].Reason) = (false, "we have it not");
            decision.LastDay = draft.Scope.LastDay;
        });

        var grant = await app.Grants.GetAsync(new() { GrantId = approved.GrantId }, app.Operator().Metadata);
        Assert.Equal((parent.Id, regional.ToString()), (grant.ParentGrantId, grant.AgencyId));
        Assert.Equal(["firstName", "lastName"], grant.Fields);
    }

    [Fact]
    public async Task A_right_is_not_delegated_from_one_that_is_over_nor_deeper_than_eight()
    {
        var (top, ownerAgency) = (app.Neighbours.NewAgency(), app.Neighbours.NewAgency());
        var dataset = app.Dataset(owner: ownerAgency);
        var parent = (await app.ApprovedAsync(app.Admin(top), dataset)).Grant;
        for (var depth = 2; depth <= 8; depth++)
        {
            var below = app.Neighbours.NewAgency(AgencyKind.Regional, top);
            parent = await DelegateAsync(app.Admin(below), app.Admin(top), dataset, parent.Id);
            top = below;
        }

        var ninth = app.Neighbours.NewAgency(AgencyKind.Regional, top);
        Assert.Equal("entitlement.request.parent_narrower", (await Refusal.OfAsync(() => DelegateAsync(app.Admin(ninth), app.Admin(top), dataset, parent.Id))).Code);
        await app.Grants.RevokeAsync(new() { GrantId = parent.Id, Reason = "x" }, app.Operator().Metadata);
        Assert.Equal("entitlement.request.parent_narrower", (await Refusal.OfAsync(() => DelegateAsync(app.Admin(ninth), app.Admin(top), dataset, parent.Id))).Code);
    }

    [Fact]
    public async Task An_agency_must_be_let_in_when_it_asks_and_when_it_gets()
    {
        var (agency, ownerAgency) = (app.Neighbours.NewAgency(), app.Neighbours.NewAgency());
        var (admin, dataset) = (app.Admin(agency), app.Dataset(owner: ownerAgency));
        var draft = await app.ReadyAsync(admin, dataset);
        app.Neighbours.Move(agency, AgencyState.Suspended);
        Assert.Equal("entitlement.agency.not_active", (await Refusal.OfAsync(() => app.Requests.SubmitAsync(new() { RequestId = draft.Id }, admin.Metadata).ResponseAsync)).Code);
        Assert.Equal("entitlement.agency.not_active", (await Refusal.OfAsync(() => app.DraftAsync(admin, dataset))).Code);
        app.Neighbours.Move(agency, AgencyState.Active);
        await app.Requests.SubmitAsync(new() { RequestId = draft.Id }, admin.Metadata);
        app.Neighbours.Move(agency, AgencyState.Suspended);

        Assert.Equal("entitlement.agency.not_active", (await Refusal.OfAsync(() => app.DecideAsync(app.Owner(ownerAgency), draft.Id, "owner"))).Code);
        Assert.Equal(StepState.Open, (await GetAsync(admin, draft.Id)).Steps[1].State);
    }

    [Fact]
    public async Task An_agency_that_leaves_loses_its_rights_and_its_requests()
    {
        var (agency, ownerAgency) = (app.Neighbours.NewAgency(), app.Neighbours.NewAgency());
        var (admin, dataset) = (app.Admin(agency), app.Dataset(owner: ownerAgency));
        var grant = (await app.ApprovedAsync(admin, dataset)).Grant;
        var open = await app.SubmittedAsync(admin, dataset);
        var other = (await app.ApprovedAsync(app.Admin(app.Neighbours.NewAgency()), dataset)).Grant;
        var by = Guid.CreateVersion7();

        await app.PublishAsync(new AgencyClosed { AgencyId = agency, At = DateTimeOffset.UtcNow, By = by });
        await app.PublishAsync(new AgencyClosed { AgencyId = agency, At = DateTimeOffset.UtcNow, By = by });

        var ended = await Eventually.Get(async () => await app.Grants.GetAsync(new() { GrantId = grant.Id }, app.Operator().Metadata) is { State: GrantState.Revoked } gone ? gone : null, "the grant to end");
        Assert.Equal((by.ToString(), "The agency left the exchange."), (ended.RevokedBy, ended.RevocationReason));
        Assert.Equal(RequestState.Withdrawn, (await GetAsync(admin, open.Id)).State);
        Assert.NotEqual(GrantState.Revoked, (await app.Grants.GetAsync(new() { GrantId = other.Id }, app.Operator().Metadata)).State);
        Assert.Equal((GrantAct.Revoked, by.ToString()), ((await app.Grants.GetAsync(new() { GrantId = grant.Id, WithSteps = true }, app.Operator().Metadata)).Steps.Single() is var step ? (step.Act, step.By) : default));
        await Eventually.True(() => app.Said<GrantRevoked>().Any(fact => fact.GrantId.ToString() == grant.Id && fact.OwnerAgencyId == ownerAgency && fact.DatasetId == dataset.Id) && app.Said<AccessRequestWithdrawn>().Any(fact => fact.RequestId.ToString() == open.Id), "both facts");
    }

    [Fact]
    public async Task A_returned_request_is_corrected_handed_in_again_and_decided_anew()
    {
        var (agency, ownerAgency) = (app.Neighbours.NewAgency(), app.Neighbours.NewAgency());
        var (admin, owner, op) = (app.Admin(agency), app.Owner(ownerAgency), app.Operator());
        var dataset = app.Dataset(owner: ownerAgency);
        var request = await app.SubmittedAsync(admin, dataset);
        await app.DecideAsync(owner, request.Id, "owner");

        var returned = await app.Requests.ReturnAsync(new() { RequestId = request.Id, StepId = "operator", Reason = "ระบุภารกิจ" }, op.Metadata);
        Assert.Equal((RequestState.Returned, "ระบุภารกิจ"), (returned.State, returned.Reason));
        Assert.All(returned.Steps, step => Assert.Equal(StepState.Waiting, step.State));
        var saved = await app.Requests.SaveAsync(RequestsApp.Wish(dataset, wish => (wish.RequestId, wish.Mission) = (request.Id, "ใหม่")), admin.Metadata);
        Assert.Equal(("ใหม่", request.Id), (saved.Mission, saved.Id));
        var again = await app.Requests.SubmitAsync(new() { RequestId = request.Id }, admin.Metadata);
        Assert.Equal((StepState.Open, StepState.Waiting, ""), (again.Steps[1].State, again.Steps[2].State, again.Reason));
        await app.DecideAsync(owner, request.Id, "owner");
        Assert.Equal(RequestState.Approved, (await app.DecideAsync(op, request.Id, "operator")).State);
        Assert.Single(app.Said<AccessRequestReturned>(), fact => fact.RequestId.ToString() == request.Id && fact.By == op.Person);
    }

    [Fact]
    public async Task Withdrawn_is_over()
    {
        var admin = app.Admin(app.Neighbours.NewAgency());
        var request = await app.SubmittedAsync(admin, app.Dataset(owner: app.Neighbours.NewAgency()));

        Assert.Equal(RequestState.Withdrawn, (await app.Requests.WithdrawAsync(new() { RequestId = request.Id }, admin.Metadata)).State);

        foreach (var act in new Func<Task>[]
        {
            () => app.Requests.WithdrawAsync(new() { RequestId = request.Id }, admin.Metadata).ResponseAsync,
            () => app.Requests.SubmitAsync(new() { RequestId = request.Id }, admin.Metadata).ResponseAsync,
            () => app.Requests.NarrowAsync(new() { RequestId = request.Id, Scope = request.Scope }, admin.Metadata).ResponseAsync,
            () => app.AttachAsync(admin, request.Id, "ask-letter"),
            () => CompleteAsync(admin, request.Id, "ask"),
            () => app.DecideAsync(app.Operator(), request.Id, "operator"),
        })
        {
            Assert.Equal(new(StatusCode.FailedPrecondition, "entitlement.request.state", ""), await Refusal.OfAsync(act));
        }
    }

    [Fact]
    public async Task A_repeated_save_is_one_request()
    {
        var (admin, dataset) = (app.Admin(app.Neighbours.NewAgency()), app.Dataset());
        var wish = RequestsApp.Wish(dataset);

        var saved = await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ => (await app.Requests.SaveAsync(wish, admin.Metadata)).Id));

        Assert.Single(saved.Distinct());
    }

    [Fact]
    public async Task A_day_is_a_Thai_day_and_an_unset_period_is_the_procedures()
    {
        var draft = await app.DraftAsync(app.Admin(app.Neighbours.NewAgency()), app.Dataset(), wish => wish.Scope.Purposes[0].LastDay = Day(ThaiToday.AddDays(7)));

        Assert.Equal((Day(ThaiToday), Day(ThaiToday.AddMonths(12).AddDays(-1))), (draft.Scope.FirstDay, draft.Scope.LastDay));
        Assert.Equal((Start(ThaiToday).ToTimestamp(), Start(ThaiToday.AddMonths(12)).ToTimestamp()), (draft.ValidFrom, draft.ValidUntil));
        Assert.Equal(("", Day(ThaiToday.AddDays(7))), (draft.Scope.Purposes[0].FirstDay, draft.Scope.Purposes[0].LastDay));
    }

    private async Task<Grant> DelegateAsync(Someone admin, Someone central, Gdx.Catalog.Contracts.V1.Dataset dataset, string parent)
    {
        var draft = await app.DraftAsync(admin, dataset);
        await app.Requests.SubmitAsync(new() { RequestId = draft.Id }, admin.Metadata);
        var approved = await app.DecideAsync(central, draft.Id, "central", decision => decision.ParentGrantId = parent);
        return await app.Grants.GetAsync(new() { GrantId = approved.GrantId }, app.Operator().Metadata);
    }

    private static SourceAccountConfigured Configured(Guid agency, Guid by, long revision) => new() { AgencyId = agency, Source = "dbd", Revision = revision, At = DateTimeOffset.UtcNow, By = by };

    private async Task<AccessRequest> GetAsync(Someone who, string id) => await app.Requests.GetAsync(new() { RequestId = id }, who.Metadata);

    private async Task<AccessRequest> CompleteAsync(Someone who, string id, string step, string note = "") =>
        await app.Requests.CompleteStepAsync(new() { RequestId = id, StepId = step, Note = note }, who.Metadata);

    private static DateOnly ThaiToday => DateOnly.FromDateTime(DateTime.UtcNow.AddHours(7));

    private static string Day(DateOnly day) => day.ToString("O", System.Globalization.CultureInfo.InvariantCulture);

    private static DateTimeOffset Start(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.FromHours(7));
}
