using Gdx.Entitlement.Contracts.V1;
using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.TestEnvironment;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Npgsql;

namespace Gdx.Entitlement.Tests;

/// <summary>Who decides, about what, and never about their own.</summary>
public sealed class RequestDecisionTests(RequestsApp app)
{
    private static readonly Refusal SamePerson = new(StatusCode.PermissionDenied, "entitlement.request.same_person", "");
    private static readonly Refusal Closed = new(StatusCode.FailedPrecondition, "entitlement.request.closed_by_owner", "");

    [Fact]
    public async Task Where_nothing_is_left_the_request_is_rejected()
    {
        var (admin, ownerAgency) = (app.Admin(app.Neighbours.NewAgency()), app.Neighbours.NewAgency());
        var owner = app.Owner(ownerAgency);
        var request = await app.SubmittedAsync(admin, app.Dataset(owner: ownerAgency));

        var rejected = await app.DecideAsync(owner, request.Id, "owner", decision =>
        {
            decision.Note = "ไม่มีอำนาจหน้าที่";
            foreach (var verdict in decision.Fields)
            {
                (verdict.Granted, verdict.Reason) = (false, "no");
            }
        });

        Assert.Equal((RequestState.Rejected, "ไม่มีอำนาจหน้าที่", StepState.Refused, ""), (rejected.State, rejected.Reason, rejected.Steps[1].State, rejected.GrantId));
        Assert.Equal("entitlement.request.state", (await Refusal.OfAsync(() => app.DecideAsync(app.Operator(), request.Id, "operator"))).Code);
        await Eventually.True(() => app.Said<AccessRequestRejected>().Any(fact => fact.RequestId.ToString() == request.Id && fact.By == owner.Person), "AccessRequestRejected");
    }

    [Fact]
    public async Task Two_sides_that_grant_different_fields_grant_nothing()
    {
        var (admin, ownerAgency) = (app.Admin(app.Neighbours.NewAgency()), app.Neighbours.NewAgency());
        var request = await app.SubmittedAsync(admin, app.Dataset(owner: ownerAgency), wish => wish.Scope.Fields.Remove("dateOfBirth"));
        await app.DecideAsync(app.Owner(ownerAgency), request.Id, "owner", decision => (decision.Fields[0].Granted, decision.Fields[0].Reason) = (false, "no"));

        var rejected = await app.DecideAsync(app.Operator(), request.Id, "operator", decision => (decision.Fields[1].Granted, decision.Fields[1].Reason) = (false, "no"));

        Assert.Equal(RequestState.Rejected, rejected.State);
    }

    public static TheoryData<string, Action<DecideRequestRequest>> BadDecisions => new()
    {
        { "request_id", decision => decision.RequestId = "x" },
        { "step_id", decision => decision.StepId = "" },
        { "fields", decision => decision.Fields.RemoveAt(0) },
        { "fields", decision => decision.Fields[0].Name = "fatherName" },
        { "fields", decision => decision.Fields.Add(decision.Fields[0].Clone()) },
        { "fields.reason", decision => decision.Fields[0].Granted = false },
        { "fields.reason", decision => (decision.Fields[0].Granted, decision.Fields[0].Reason) = (false, new('x', 501)) },
        { "purposes", decision => decision.Purposes.Clear() },
        { "purposes.reason", decision => decision.Purposes[0].Granted = false },
        { "first_day", decision => decision.FirstDay = "2020-01-01" },
        { "first_day", decision => decision.FirstDay = "tomorrow" },
        { "last_day", decision => decision.LastDay = "2199-01-01" },
        { "last_day", decision => decision.LastDay = "2020-01-01" },
        { "budget", decision => decision.Budget = new() { CallsPerSecond = 21, CallsPerDay = 1, PersonsPerDay = 1, CallsPerOfficerAndDay = 1, PersonsPerOfficerAndDay = 1 } },
        { "budget.calls_per_day", decision => decision.Budget = new() { CallsPerSecond = 1, PersonsPerDay = 1, CallsPerOfficerAndDay = 1, PersonsPerOfficerAndDay = 1 } },
        { "budget.calls_per_officer_and_day", decision => decision.Budget = new() { CallsPerSecond = 1, CallsPerDay = 1, PersonsPerDay = 1, CallsPerOfficerAndDay = 10_001, PersonsPerOfficerAndDay = 1 } },
        { "budget.persons_per_officer_and_day", decision => decision.Budget = new() { CallsPerSecond = 1, CallsPerDay = 1, PersonsPerDay = 1, CallsPerOfficerAndDay = 1, PersonsPerOfficerAndDay = 10_001 } },
        { "note", decision => decision.Note = "a\0b" },
    };

    [Theory]
    [MemberData(nameof(BadDecisions), DisableDiscoveryEnumeration = true)]
    public async Task A_decision_that_is_none_is_refused_by_field(string field, Action<DecideRequestRequest> spoil)
    {
        var ownerAgency = app.Neighbours.NewAgency();
        var request = await app.SubmittedAsync(app.Admin(app.Neighbours.NewAgency()), app.Dataset(owner: ownerAgency));

        Assert.Equal(new(StatusCode.InvalidArgument, "request.invalid", field), await Refusal.OfAsync(() => app.Requests.DecideAsync(RequestsApp.Grant(request, "owner", spoil), app.Owner(ownerAgency).Metadata).ResponseAsync));
    }

    [Fact]
    public async Task Nobody_decides_about_what_they_wrote_attached_handed_in_or_narrowed()
    {
        var (agency, ownerAgency) = (app.Neighbours.NewAgency(), app.Neighbours.NewAgency());
        var (writer, attacher, submitter, narrower) = (app.Admin(agency), app.Someone(agency, Roles.Officer, Menus.RequestData), app.Admin(agency), app.Admin(agency));
        var draft = await app.DraftAsync(writer, app.Dataset(owner: ownerAgency));
        await app.AttachAsync(attacher, draft.Id, "ask-letter");
        await app.Requests.SubmitAsync(new() { RequestId = draft.Id }, submitter.Metadata);
        await app.Requests.NarrowAsync(new() { RequestId = draft.Id, Scope = draft.Scope }, narrower.Metadata);

        foreach (var maker in new[] { writer, attacher, submitter, narrower })
        {
            Assert.Equal(SamePerson, await Refusal.OfAsync(() => app.DecideAsync(app.As(maker.Person, ownerAgency, Roles.DataOwner), draft.Id, "owner")));
            Assert.Equal(SamePerson, await Refusal.OfAsync(() => ReturnAsync(app.As(maker.Person, ownerAgency, Roles.DataOwner), draft.Id, "owner")));
        }

        var owner = app.Owner(ownerAgency);
        await app.DecideAsync(owner, draft.Id, "owner");
        foreach (var other in new[] { writer, attacher, submitter, narrower, owner })
        {
            Assert.Equal(SamePerson, await Refusal.OfAsync(() => app.DecideAsync(app.As(other.Person, null, Roles.Operator), draft.Id, "operator")));
        }

        Assert.Equal(SamePerson, await Refusal.OfAsync(() => app.Requests.NarrowAsync(new() { RequestId = draft.Id, Scope = draft.Scope }, app.As(owner.Person, agency, Roles.OrganizationAdmin).Metadata).ResponseAsync));
        Assert.Equal(RequestState.Approved, (await app.DecideAsync(app.Operator(), draft.Id, "operator")).State);
    }

    [Fact]
    public async Task Whoever_returned_it_does_not_write_it_and_whoever_recorded_the_owners_letter_does_not_decide_for_the_operator()
    {
        var agency = app.Neighbours.NewAgency();
        var (admin, recorder, returner, dataset) = (app.Admin(agency), app.Operator(), app.Operator(), app.Dataset());
        var request = await app.SubmittedAsync(admin, dataset);
        await app.AttachAsync(recorder, request.Id, "permit");
        await app.DecideAsync(recorder, request.Id, "owner");
        Assert.Equal(SamePerson, await Refusal.OfAsync(() => app.DecideAsync(recorder, request.Id, "operator")));
        Assert.Equal(SamePerson, await Refusal.OfAsync(() => ReturnAsync(recorder, request.Id, "operator")));
        await ReturnAsync(returner, request.Id, "operator");

        Assert.Equal(SamePerson, await Refusal.OfAsync(() => app.Requests.SaveAsync(RequestsApp.Wish(dataset, wish => wish.RequestId = request.Id), app.As(returner.Person, agency, Roles.OrganizationAdmin).Metadata).ResponseAsync));
        Assert.Equal(SamePerson, await Refusal.OfAsync(() => app.Requests.SubmitAsync(new() { RequestId = request.Id }, app.As(recorder.Person, agency, Roles.OrganizationAdmin).Metadata).ResponseAsync));
        Assert.Equal(SamePerson, await Refusal.OfAsync(() => app.AttachAsync(app.As(returner.Person, agency, Roles.OrganizationAdmin), request.Id, "extra")));
    }

    [Fact]
    public async Task Nobody_gets_round_it_by_a_renewal()
    {
        var (agency, ownerAgency) = (app.Neighbours.NewAgency(), app.Neighbours.NewAgency());
        var (maker, owner, op, dataset) = (app.Admin(agency), app.Owner(ownerAgency), app.Operator(), app.Dataset(owner: ownerAgency));
        var (_, grant) = await app.ApprovedAsync(maker, dataset, owner: owner, op: op);

        // Whoever decided about the right does not ask for more of it.
        foreach (var checker in new[] { owner, op })
        {
            Assert.Equal(SamePerson, await Refusal.OfAsync(() => app.DraftAsync(app.As(checker.Person, agency, Roles.OrganizationAdmin), dataset, wish => wish.RenewsGrantId = grant.Id)));
        }

        // Whoever asked for it does not decide about its renewal; the others decide as before.
        var renewal = await app.SubmittedAsync(app.Admin(agency), dataset, wish => wish.RenewsGrantId = grant.Id);
        Assert.Equal(SamePerson, await Refusal.OfAsync(() => app.DecideAsync(app.As(maker.Person, ownerAgency, Roles.DataOwner), renewal.Id, "owner")));
        await app.DecideAsync(owner, renewal.Id, "owner");
        Assert.Equal(SamePerson, await Refusal.OfAsync(() => app.DecideAsync(app.As(maker.Person, null, Roles.Operator), renewal.Id, "operator")));
        Assert.Equal(RequestState.Approved, (await app.DecideAsync(op, renewal.Id, "operator")).State);
    }

    [Fact]
    public async Task Nor_by_a_renewal_of_what_came_on_paper()
    {
        var (agency, ownerAgency) = (app.Neighbours.NewAgency(), app.Neighbours.NewAgency());
        var (recorder, confirmer, dataset) = (app.Operator(), app.Operator(), app.Dataset(owner: ownerAgency));
        var recorded = await app.Permissions.RecordAsync(
            new()
            {
                RequestId = Guid.CreateVersion7().ToString(),
                AgencyId = agency.ToString(),
                DatasetId = dataset.Id,
                DatasetVersion = "1",
                Fields = { "firstName" },
                Purposes = { "welfare.eligibility" },
                Channels = { Channel.Api },
                ValidFrom = DateTimeOffset.UtcNow.AddDays(-1).ToTimestamp(),
                ValidUntil = DateTimeOffset.UtcNow.AddDays(10).ToTimestamp(),
                LetterReference = "1/2569",
            },
            recorder.Metadata);
        var grant = (await app.Permissions.ConfirmAsync(new() { PermissionId = recorded.Id }, confirmer.Metadata)).GrantId;
        var renewal = await app.SubmittedAsync(app.Admin(agency), dataset, wish => wish.RenewsGrantId = grant);
        await app.DecideAsync(app.Owner(ownerAgency), renewal.Id, "owner");

        Assert.Equal(SamePerson, await Refusal.OfAsync(() => app.DecideAsync(recorder, renewal.Id, "operator")));
        Assert.Equal(RequestState.Approved, (await app.DecideAsync(confirmer, renewal.Id, "operator")).State);
        Assert.Equal((GrantState.Revoked, "renewed"), await StateAsync(grant));
    }

    [Fact]
    public async Task The_database_itself_gives_a_person_one_side()
    {
        var (agency, ownerAgency) = (app.Neighbours.NewAgency(), app.Neighbours.NewAgency());
        var admin = app.Admin(agency);
        var request = await app.SubmittedAsync(admin, app.Dataset(owner: ownerAgency));
        var (id, person) = (request.Id, admin.Person);

        foreach (var sql in new[]
        {
            $"INSERT INTO request_actors (request_id, person_id, lineage_id, side, checker) VALUES ('{id}', '{person}', '{id}', 'Operator', true)",
            $"INSERT INTO request_actors (request_id, person_id, lineage_id, side, checker) VALUES ('{id}', '{Guid.NewGuid()}', '{id}', 'Operator', false)",
            $"INSERT INTO request_actors (request_id, person_id, lineage_id, side, checker) VALUES ('{id}', '{Guid.NewGuid()}', '{id}', 'Owner', true)",
            $"INSERT INTO right_actors (lineage_id, person_id, checker) VALUES ('{id}', '{person}', true)",
            $"UPDATE request_actors SET side = 'Operator', checker = true WHERE request_id = '{id}' AND person_id = '{person}'",
            $"UPDATE right_actors SET checker = true WHERE lineage_id = '{id}' AND person_id = '{person}'",
        })
        {
            await Assert.ThrowsAsync<PostgresException>(() => app.SqlAsync(sql));
        }
    }

    [Fact]
    public async Task Of_many_who_decide_at_once_one_does()
    {
        var ownerAgency = app.Neighbours.NewAgency();
        var request = await app.SubmittedAsync(app.Admin(app.Neighbours.NewAgency()), app.Dataset(owner: ownerAgency));
        await app.DecideAsync(app.Owner(ownerAgency), request.Id, "owner");
        var seen = await app.Requests.GetAsync(new() { RequestId = request.Id }, app.Operator().Metadata);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
        {
            try
            {
                return (await app.Requests.DecideAsync(RequestsApp.Grant(seen, "operator"), app.Operator().Metadata)).State.ToString();
            }
            catch (RpcException refused)
            {
                return refused.StatusCode.ToString();
            }
        }));

        Assert.Equal(["Approved", "FailedPrecondition", "FailedPrecondition", "FailedPrecondition", "FailedPrecondition", "FailedPrecondition"], outcomes.Order());
    }

    [Fact]
    public async Task A_renewal_begins_where_asked_and_the_old_right_ends_that_second()
    {
        var (agency, ownerAgency) = (app.Neighbours.NewAgency(), app.Neighbours.NewAgency());
        var (admin, dataset) = (app.Admin(agency), app.Dataset(owner: ownerAgency));
        var (_, old) = await app.ApprovedAsync(admin, dataset);
        var begin = DateOnly.FromDateTime(DateTime.UtcNow.AddHours(7)).AddDays(20);

        var (request, later) = await app.ApprovedAsync(admin, dataset, wish => (wish.RenewsGrantId, wish.Scope.FirstDay) = (old.Id, begin.ToString("O", System.Globalization.CultureInfo.InvariantCulture)));

        var before = await app.Grants.GetAsync(new() { GrantId = old.Id }, app.Operator().Metadata);
        Assert.NotEqual(GrantState.Revoked, before.State);
        Assert.Equal(later.ValidFrom, before.ValidUntil);
        Assert.Equal(new DateTimeOffset(begin, TimeOnly.MinValue, TimeSpan.FromHours(7)), later.ValidFrom.ToDateTimeOffset());
        Assert.True(before.Revision > old.Revision);
        Assert.Equal((old.Id, old.Id), (later.RenewsGrantId, request.RenewsGrantId));
        Assert.Equal("entitlement.request.renewal", (await Refusal.OfAsync(() => app.DraftAsync(admin, dataset, wish => wish.RenewsGrantId = old.Id))).Code);

        // One that begins at once takes its place at once.
        var (_, now) = await app.ApprovedAsync(admin, dataset, wish => wish.RenewsGrantId = later.Id);
        Assert.Equal((GrantState.Revoked, "renewed"), await StateAsync(later.Id));
        var step = Assert.Single((await app.Grants.GetAsync(new() { GrantId = later.Id, WithSteps = true }, app.Operator().Metadata)).Steps);
        Assert.Equal((GrantAct.Revoked, GrantStanding.Unspecified, "renewed"), (step.Act, step.Standing, step.Reason));
        var fact = await Eventually.Get(() => Task.FromResult(app.Said<GrantRevoked>().FirstOrDefault(fact => fact.GrantId.ToString() == later.Id)), "GrantRevoked");
        Assert.Equal((ownerAgency, dataset.Id), (fact.OwnerAgencyId, fact.DatasetId));
        Assert.True(now.ValidFrom.ToDateTimeOffset() <= DateTimeOffset.UtcNow);
    }

    [Fact]
    public async Task What_is_suspended_is_not_renewed()
    {
        var (agency, ownerAgency) = (app.Neighbours.NewAgency(), app.Neighbours.NewAgency());
        var (admin, owner, dataset) = (app.Admin(agency), app.Owner(ownerAgency), app.Dataset(owner: ownerAgency));
        var (_, old) = await app.ApprovedAsync(admin, dataset, owner: owner);
        var (asked, late) = (await app.SubmittedAsync(admin, dataset, wish => wish.RenewsGrantId = old.Id), await app.ReadyAsync(admin, dataset, wish => wish.RenewsGrantId = old.Id));
        await app.DecideAsync(owner, asked.Id, "owner");
        await app.Grants.SuspendAsync(new() { GrantId = old.Id, Reason = "x" }, owner.Metadata);

        Assert.Equal(Closed, await Refusal.OfAsync(() => app.DecideAsync(app.Operator(), asked.Id, "operator")));
        Assert.Equal(Closed, await Refusal.OfAsync(() => app.Requests.SubmitAsync(new() { RequestId = late.Id }, admin.Metadata).ResponseAsync));
        await app.Grants.ResumeAsync(new() { GrantId = old.Id, Reason = "x" }, owner.Metadata);
        Assert.Equal(RequestState.Approved, (await app.DecideAsync(app.Operator(), asked.Id, "operator")).State);
    }

    [Fact]
    public async Task Asking_for_less_does_not_rename_a_purpose()
    {
        var admin = app.Admin(app.Neighbours.NewAgency());
        var request = await app.SubmittedAsync(admin, app.Dataset(owner: app.Neighbours.NewAgency()));
        var less = request.Scope.Clone();
        less.Purposes.RemoveAt(1);
        (less.Purposes[0].NameTh, less.Purposes[0].NameEn) = ("อย่างอื่น", "Something else");

        var narrowed = await app.Requests.NarrowAsync(new() { RequestId = request.Id, Scope = less }, admin.Metadata);

        Assert.Equal(("ตรวจสอบสิทธิ", "Eligibility"), (Assert.Single(narrowed.Scope.Purposes).NameTh, narrowed.Scope.Purposes[0].NameEn));
    }

    /// <summary>Whoever closes, and how; whether central and regional agency may open it again alone.</summary>
    public static TheoryData<string, bool> Closings => new()
    {
        { "central suspends, central resumes", true },
        { "central revokes", true },
        { "owner suspends, owner resumes", true },
        { "owner suspends", false },
        { "owner suspends, central revokes", false },
        { "central suspends", false },
        { "central suspends, owner suspends, central revokes", false },
        { "owner revokes", false },
        { "operator revokes", false },
    };

    [Theory]
    [MemberData(nameof(Closings), DisableDiscoveryEnumeration = true)]
    public async Task What_the_owner_closed_is_not_opened_by_central_and_regional_agency_alone(string closing, bool opens)
    {
        var (central, ownerAgency) = (app.Neighbours.NewAgency(), app.Neighbours.NewAgency());
        var (admin, head, owner, dataset) = (app.Admin(app.Neighbours.NewAgency(AgencyKind.Regional, central)), app.Admin(central), app.Owner(ownerAgency), app.Dataset(owner: ownerAgency));
        var (_, parent) = await app.ApprovedAsync(head, dataset, owner: owner);
        var first = await SubmitAsync((await app.DraftAsync(admin, dataset)).Id);
        var grant = (await GiveAsync(first.Id)).GrantId;
        var pending = await SubmitAsync((await app.DraftAsync(admin, dataset)).Id);
        foreach (var act in closing.Split(", ").Select(act => act.Split(' ')))
        {
            var who = (act[0] == "central" ? head : act[0] == "owner" ? owner : app.Operator()).Metadata;
            _ = act[1] switch
            {
                "suspends" => await app.Grants.SuspendAsync(new() { GrantId = grant, Reason = "x" }, who),
                "resumes" => await app.Grants.ResumeAsync(new() { GrantId = grant, Reason = "x" }, who),
                _ => await app.Grants.RevokeAsync(new() { GrantId = grant, Reason = "x" }, who),
            };
        }

        var next = await app.DraftAsync(admin, dataset);
        if (opens)
        {
            Assert.Equal(RequestState.Approved, (await GiveAsync(pending.Id)).State);
            Assert.Equal(RequestState.InProgress, (await SubmitAsync(next.Id)).State);
        }
        else
        {
            Assert.Equal(Closed, await Refusal.OfAsync(() => GiveAsync(pending.Id)));
            Assert.Equal(Closed, await Refusal.OfAsync(() => SubmitAsync(next.Id)));
        }

        Task<AccessRequest> SubmitAsync(string id) => app.Requests.SubmitAsync(new() { RequestId = id }, admin.Metadata).ResponseAsync;

        Task<AccessRequest> GiveAsync(string id) => app.DecideAsync(head, id, "central", decision => decision.ParentGrantId = parent.Id);
    }

    [Fact]
    public async Task A_right_that_is_handed_on_is_for_registered_officers_where_the_one_above_is()
    {
        var central = app.Neighbours.NewAgency();
        var (admin, dataset) = (app.Admin(app.Neighbours.NewAgency(AgencyKind.Regional, central)), app.Dataset());
        var recorded = await app.Permissions.RecordAsync(
            new()
            {
                RequestId = Guid.CreateVersion7().ToString(),
                AgencyId = central.ToString(),
                DatasetId = dataset.Id,
                DatasetVersion = "1",
                Fields = { "firstName", "lastName", "dateOfBirth" },
                Purposes = { "welfare.eligibility", "welfare.audit" },
                Channels = { Channel.Api, Channel.Web },
                ValidFrom = DateTimeOffset.UtcNow.AddDays(-1).ToTimestamp(),
                ValidUntil = DateTimeOffset.UtcNow.AddYears(3).ToTimestamp(),
                LetterReference = "1/2569",
                OfficersManaged = true,
            },
            app.Operator().Metadata);
        var parent = (await app.Permissions.ConfirmAsync(new() { PermissionId = recorded.Id }, app.Operator().Metadata)).GrantId;
        var draft = await app.DraftAsync(admin, dataset);
        await app.Requests.SubmitAsync(new() { RequestId = draft.Id }, admin.Metadata);

        var approved = await app.DecideAsync(app.Admin(central), draft.Id, "central", decision => decision.ParentGrantId = parent);

        Assert.True((await app.Grants.GetAsync(new() { GrantId = approved.GrantId }, app.Operator().Metadata)).OfficersManaged);
    }

    [Fact]
    public async Task The_owners_answer_on_paper_is_not_handed_in_by_those_who_ask()
    {
        var (admin, recorder, permit) = (app.Admin(app.Neighbours.NewAgency()), app.Operator(), RequestsApp.Pdf());
        var draft = await app.DraftAsync(admin, app.Dataset("copying"));
        await app.AttachAsync(admin, draft.Id, "ask-letter");
        var theirs = await app.AttachAsync(admin, draft.Id, "permit", permit);
        await app.Requests.SubmitAsync(new() { RequestId = draft.Id }, admin.Metadata);

        Assert.Equal("entitlement.request.letter_missing", (await Refusal.OfAsync(() => app.DecideAsync(recorder, draft.Id, "owner"))).Code);
        var recorded = await app.AttachAsync(recorder, draft.Id, "permit", permit);
        Assert.NotEqual(theirs.Id, recorded.Id);
        await app.DecideAsync(recorder, draft.Id, "owner");
        var approved = await app.DecideAsync(app.Operator(), draft.Id, "operator");

        Assert.Equal(recorded.Id, (await app.Grants.GetAsync(new() { GrantId = approved.GrantId }, app.Operator().Metadata)).LetterId);
    }

    [Fact]
    public async Task Two_renewals_of_one_right_do_not_both_become_rights()
    {
        var (agency, ownerAgency) = (app.Neighbours.NewAgency(), app.Neighbours.NewAgency());
        var (admin, owner, dataset) = (app.Admin(agency), app.Owner(ownerAgency), app.Dataset(owner: ownerAgency));
        var (_, old) = await app.ApprovedAsync(admin, dataset);
        var first = await app.SubmittedAsync(admin, dataset, wish => wish.RenewsGrantId = old.Id);
        var second = await app.SubmittedAsync(admin, dataset, wish => wish.RenewsGrantId = old.Id);
        await app.DecideAsync(owner, first.Id, "owner");
        await app.DecideAsync(owner, second.Id, "owner");
        await app.DecideAsync(app.Operator(), first.Id, "operator");

        Assert.Equal("entitlement.request.renewal", (await Refusal.OfAsync(() => app.DecideAsync(app.Operator(), second.Id, "operator"))).Code);
    }

    [Fact]
    public async Task Only_a_living_grant_of_the_own_agency_for_this_dataset_is_renewed()
    {
        var (agency, ownerAgency) = (app.Neighbours.NewAgency(), app.Neighbours.NewAgency());
        var (admin, dataset) = (app.Admin(agency), app.Dataset(owner: ownerAgency));
        var (_, grant) = await app.ApprovedAsync(admin, dataset);

        Assert.Equal("entitlement.request.renewal", (await RefusedAsync(app.Admin(app.Neighbours.NewAgency()), dataset)).Code);
        Assert.Equal("entitlement.request.renewal", (await RefusedAsync(admin, app.Dataset(owner: ownerAgency))).Code);
        await app.Grants.RevokeAsync(new() { GrantId = grant.Id, Reason = "x" }, app.Operator().Metadata);
        Assert.Equal("entitlement.request.renewal", (await RefusedAsync(admin, dataset)).Code);

        Task<Refusal> RefusedAsync(Someone who, Gdx.Catalog.Contracts.V1.Dataset of) => Refusal.OfAsync(() => app.DraftAsync(who, of, wish => wish.RenewsGrantId = grant.Id));
    }

    [Fact]
    public async Task A_request_whose_last_day_is_over_becomes_no_right()
    {
        var ownerAgency = app.Neighbours.NewAgency();
        var request = await app.SubmittedAsync(app.Admin(app.Neighbours.NewAgency()), app.Dataset(owner: ownerAgency));
        await app.DecideAsync(app.Owner(ownerAgency), request.Id, "owner");
        await app.SqlAsync($$"""UPDATE access_requests SET asked = jsonb_set(jsonb_set(asked, '{ValidFrom}', '"2020-01-01T00:00:00+00:00"'), '{ValidUntil}', '"2021-01-01T00:00:00+00:00"') WHERE id = '{{request.Id}}'""");

        Assert.Equal("entitlement.request.expired", (await Refusal.OfAsync(() => app.DecideAsync(app.Operator(), request.Id, "operator"))).Code);
    }

    private async Task<(GrantState, string)> StateAsync(string grant)
    {
        var found = await app.Grants.GetAsync(new() { GrantId = grant }, app.Operator().Metadata);
        return (found.State, found.RevocationReason);
    }

    private Task<AccessRequest> ReturnAsync(Someone who, string id, string step) => app.Requests.ReturnAsync(new() { RequestId = id, StepId = step, Reason = "x" }, who.Metadata).ResponseAsync;
}
