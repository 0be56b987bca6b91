using Gdx.Entitlement.Contracts.V1;
using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.TestEnvironment;
using Grpc.Core;

namespace Gdx.Entitlement.Tests;

/// <summary>Who sees which requests, who may do nothing with them, and what is refused at the door.</summary>
public sealed class RequestFindTests(RequestsApp app)
{
    [Fact]
    public async Task A_request_is_seen_by_those_whom_it_concerns_and_by_nobody_else()
    {
        var (agency, ownerAgency, central) = (app.Neighbours.NewAgency(), app.Neighbours.NewAgency(), app.Neighbours.NewAgency());
        var regional = app.Neighbours.NewAgency(AgencyKind.Regional, central);
        var dataset = app.Dataset(owner: ownerAgency);
        var draft = await app.DraftAsync(app.Admin(agency), dataset);
        var open = await app.SubmittedAsync(app.Admin(agency), dataset);
        var below = await app.DraftAsync(app.Admin(regional), dataset);
        await app.Requests.SubmitAsync(new() { RequestId = below.Id }, app.Admin(regional).Metadata);

        await SeesAsync([draft, open], app.Admin(agency));
        await SeesAsync([draft, open], app.Someone(agency, Roles.Officer, Menus.RequestData));
        await SeesAsync([], app.Someone(agency, Roles.Officer));
        await SeesAsync([open], app.Someone(agency, Roles.SuperUser));
        await SeesAsync([], app.Someone(agency, Roles.DataOwner));
        await SeesAsync([open, below], app.Owner(ownerAgency));
        await SeesAsync([], app.Admin(ownerAgency));
        await SeesAsync([below], app.Admin(central));
        await SeesAsync([], app.Someone(central, Roles.Officer, Menus.RequestData));
        await SeesAsync([below], app.Admin(regional));
        await SeesAsync([open, below], app.Operator());
        await SeesAsync([open, below], app.Someone(null, Roles.Auditor));
        await SeesAsync([], app.Admin(app.Neighbours.NewAgency()));
        await SeesAsync([], app.Someone(null, Roles.OrganizationAdmin));

        async Task SeesAsync(AccessRequest[] expected, Someone who)
        {
            var found = await app.Requests.FindAsync(new() { DatasetId = dataset.Id }, who.Metadata);
            Assert.Equal(expected.Select(request => request.Id).OrderDescending(), found.Requests.Select(request => request.Id));
            foreach (var request in new[] { draft, open, below })
            {
                var get = () => app.Requests.GetAsync(new() { RequestId = request.Id }, who.Metadata).ResponseAsync;
                if (expected.Contains(request))
                {
                    Assert.Equal(request.Id, (await get()).Id);
                }
                else
                {
                    Assert.Equal(new(StatusCode.NotFound, "entitlement.request.unknown", ""), await Refusal.OfAsync(get));
                }
            }
        }
    }

    [Fact]
    public async Task Another_agency_can_do_nothing_with_a_request()
    {
        var dataset = app.Dataset(owner: app.Neighbours.NewAgency());
        var admin = app.Admin(app.Neighbours.NewAgency());
        var request = await app.SubmittedAsync(admin, dataset);
        var draft = await app.DraftAsync(admin, dataset);
        var stranger = app.Someone(app.Neighbours.NewAgency(), Roles.OrganizationAdmin, Roles.DataOwner, Roles.SuperUser);

        foreach (var id in new[] { request.Id, draft.Id })
        {
            foreach (var act in new Func<Task>[]
            {
                () => app.Requests.SaveAsync(RequestsApp.Wish(dataset, wish => wish.RequestId = id), stranger.Metadata).ResponseAsync,
                () => app.Requests.SubmitAsync(new() { RequestId = id }, stranger.Metadata).ResponseAsync,
                () => app.Requests.NarrowAsync(new() { RequestId = id, Scope = request.Scope }, stranger.Metadata).ResponseAsync,
                () => app.Requests.CompleteStepAsync(new() { RequestId = id, StepId = "ask" }, stranger.Metadata).ResponseAsync,
                () => app.Requests.DecideAsync(RequestsApp.Grant(request, "owner", decision => decision.RequestId = id), stranger.Metadata).ResponseAsync,
                () => app.Requests.ReturnAsync(new() { RequestId = id, StepId = "owner", Reason = "x" }, stranger.Metadata).ResponseAsync,
                () => app.Requests.WithdrawAsync(new() { RequestId = id }, stranger.Metadata).ResponseAsync,
                () => app.AttachAsync(stranger, id, "ask-letter"),
            })
            {
                Assert.Equal(new(StatusCode.NotFound, "entitlement.request.unknown", ""), await Refusal.OfAsync(act));
            }
        }
    }

    [Fact]
    public async Task Who_sees_a_request_does_not_therefore_write_it()
    {
        var ownerAgency = app.Neighbours.NewAgency();
        var request = await app.SubmittedAsync(app.Admin(app.Neighbours.NewAgency()), app.Dataset(owner: ownerAgency));
        var both = app.Someone(ownerAgency, Roles.DataOwner, Roles.OrganizationAdmin);

        Assert.Equal("entitlement.request.unknown", (await Refusal.OfAsync(() => app.Requests.WithdrawAsync(new() { RequestId = request.Id }, both.Metadata).ResponseAsync)).Code);
        Assert.Equal("entitlement.request.unknown", (await Refusal.OfAsync(() => app.Requests.NarrowAsync(new() { RequestId = request.Id, Scope = request.Scope }, both.Metadata).ResponseAsync)).Code);
        Assert.Equal("entitlement.request.step", (await Refusal.OfAsync(() => app.DecideAsync(both, request.Id, "operator"))).Code);
        Assert.Equal("start.kind", (await Refusal.OfAsync(() => app.AttachAsync(both, request.Id, "ask-letter"))).Field);
        Assert.Equal("caller.forbidden", (await Refusal.OfAsync(() => app.DraftAsync(app.Someone(ownerAgency, Roles.Officer), app.Dataset()))).Code);
        Assert.Equal("caller.without_agency", (await Refusal.OfAsync(() => app.DraftAsync(app.Someone(null, Roles.OrganizationAdmin), app.Dataset()))).Code);
    }

    [Fact]
    public async Task The_operators_queue_shows_what_waits_for_them_and_for_how_long()
    {
        var (agency, ownerAgency) = (app.Neighbours.NewAgency(), app.Neighbours.NewAgency());
        var admin = app.Admin(agency);
        var onPaper = await app.SubmittedAsync(admin, app.Dataset());
        var atOwner = await app.SubmittedAsync(admin, app.Dataset(owner: ownerAgency));
        var atOperator = await app.SubmittedAsync(admin, app.Dataset(owner: ownerAgency));
        await app.DecideAsync(app.Owner(ownerAgency), atOperator.Id, "owner");
        var late = await app.SubmittedAsync(admin, app.Dataset());
        await app.SqlAsync($"UPDATE request_steps SET opened_at = opened_at - interval '7 days' WHERE request_id = '{late.Id}' AND state = 'Open'");

        Assert.Equal([late.Id, atOperator.Id, onPaper.Id], await IdsAsync(find => find.WaitsFor = StepActor.Operator));
        Assert.Equal([late.Id, atOwner.Id, onPaper.Id], await IdsAsync(find => find.WaitsFor = StepActor.Owner));
        Assert.Equal([late.Id], await IdsAsync(find => find.Overdue = true));
        Assert.Empty(await IdsAsync(find => find.State = RequestState.Returned));
        var overdue = await app.Requests.GetAsync(new() { RequestId = late.Id }, app.Operator().Metadata);
        Assert.True(overdue.Overdue);
        Assert.True(overdue.DueAt.ToDateTimeOffset() < DateTimeOffset.UtcNow);
        Assert.False((await app.Requests.GetAsync(new() { RequestId = onPaper.Id }, app.Operator().Metadata)).Overdue);
        Assert.Null((await app.Requests.GetAsync(new() { RequestId = atOwner.Id }, app.Operator().Metadata)).DueAt);

        async Task<IEnumerable<string>> IdsAsync(Action<FindRequestsRequest> change)
        {
            var find = new FindRequestsRequest { AgencyId = agency.ToString() };
            change(find);
            return (await app.Requests.FindAsync(find, app.Operator().Metadata)).Requests.Select(request => request.Id);
        }
    }

    [Fact]
    public async Task They_come_in_pages_newest_first()
    {
        var (admin, dataset) = (app.Admin(app.Neighbours.NewAgency()), app.Dataset());
        List<string> made = [];
        for (var n = 0; n < 5; n++)
        {
            made.Add((await app.DraftAsync(admin, dataset)).Id);
        }

        List<string> read = [];
        var token = "";
        do
        {
            var page = await app.Requests.FindAsync(new() { PageSize = 2, PageToken = token }, admin.Metadata);
            read.AddRange(page.Requests.Select(request => request.Id));
            token = page.NextPageToken;
        }
        while (token.Length > 0);

        Assert.Equal(made.AsEnumerable().Reverse(), read);
    }

    public static TheoryData<string, Action<FindRequestsRequest>> BadQuestions => new()
    {
        { "page_size", find => find.PageSize = -1 },
        { "page_size", find => find.PageSize = 101 },
        { "page_token", find => find.PageToken = "x" },
        { "agency_id", find => find.AgencyId = "x" },
        { "dataset_id", find => find.DatasetId = "X Y" },
        { "state", find => find.State = (RequestState)99 },
        { "waits_for", find => find.WaitsFor = (StepActor)99 },
    };

    [Theory]
    [MemberData(nameof(BadQuestions), DisableDiscoveryEnumeration = true)]
    public async Task A_question_that_is_none_is_refused_by_field(string field, Action<FindRequestsRequest> spoil)
    {
        var find = new FindRequestsRequest();
        spoil(find);

        Assert.Equal(new(StatusCode.InvalidArgument, "request.invalid", field), await Refusal.OfAsync(() => app.Requests.FindAsync(find, app.Operator().Metadata).ResponseAsync));
    }

    public static TheoryData<string, Action<SaveRequestRequest>> BadWishes => new()
    {
        { "request_id", wish => wish.RequestId = "x" },
        { "key", wish => wish.Key = "" },
        { "key", wish => wish.Key = Guid.Empty.ToString() },
        { "dataset_id", wish => wish.DatasetId = "Dopa Person" },
        { "dataset_version", wish => wish.DatasetVersion = "0" },
        { "renews_grant_id", wish => wish.RenewsGrantId = "x" },
        { "mission", wish => wish.Mission = " " },
        { "mission", wish => wish.Mission = new('x', 2001) },
        { "mission", wish => wish.Mission = "a\0b" },
        { "scope", wish => wish.Scope = null },
        { "scope.fields", wish => wish.Scope.Fields.Clear() },
        { "scope.fields", wish => wish.Scope.Fields.Add("first name") },
        { "scope.fields", wish => wish.Scope.Fields.AddRange(Enumerable.Range(0, 200).Select(n => $"f{n}")) },
        { "scope.purposes", wish => wish.Scope.Purposes.Clear() },
        { "scope.purposes", wish => wish.Scope.Purposes[0].Code = "X" },
        { "scope.purposes", wish => wish.Scope.Purposes.Add(wish.Scope.Purposes[0].Clone()) },
        { "scope.purposes.name_th", wish => wish.Scope.Purposes[0].NameTh = "" },
        { "scope.purposes.name_en", wish => wish.Scope.Purposes[0].NameEn = "a\u202Eb" },
        { "scope.purposes.first_day", wish => wish.Scope.Purposes[0].FirstDay = "2569-01-01" },
        { "scope.purposes.last_day", wish => wish.Scope.Purposes[0].LastDay = "2199-01-01" },
        { "scope.channels", wish => wish.Scope.Channels.Clear() },
        { "scope.channels", wish => wish.Scope.Channels.Add((Channel)7) },
        { "scope.first_day", wish => wish.Scope.FirstDay = "2027-02-29" },
        { "scope.last_day", wish => wish.Scope.LastDay = "2020-01-01" },
        { "scope.last_day", wish => wish.Scope.LastDay = "2199-01-01" },
        { "scope.last_day", wish => (wish.Scope.FirstDay, wish.Scope.LastDay) = ("2020-01-01", "2020-02-01") },
        { "scope.budget.calls_per_second", wish => wish.Scope.Budget = new() },
        { "scope.budget.calls_per_second", wish => wish.Scope.Budget = new() { CallsPerSecond = 1001 } },
    };

    [Theory]
    [MemberData(nameof(BadWishes), DisableDiscoveryEnumeration = true)]
    public async Task A_wish_that_is_none_is_refused_by_field(string field, Action<SaveRequestRequest> spoil)
    {
        var admin = app.Admin(app.Neighbours.NewAgency());

        Assert.Equal(new(StatusCode.InvalidArgument, "request.invalid", field), await Refusal.OfAsync(() => app.DraftAsync(admin, app.Dataset(), spoil)));
    }

    [Fact]
    public async Task What_is_not_there_is_said_to_be_so()
    {
        var (admin, nobody) = (app.Admin(app.Neighbours.NewAgency()), Guid.NewGuid().ToString());
        var dataset = app.Dataset();

        Assert.Equal(new(StatusCode.NotFound, "catalog.dataset.unknown", ""), await Refusal.OfAsync(() => app.DraftAsync(admin, dataset, wish => wish.DatasetId = "no.such")));
        Assert.Equal(new(StatusCode.NotFound, "catalog.field.unknown", ""), await Refusal.OfAsync(() => app.DraftAsync(admin, dataset, wish => wish.Scope.Fields.Add("shoeSize"))));
        Assert.Equal(new(StatusCode.NotFound, "identity.agency.unknown", ""), await Refusal.OfAsync(() => app.DraftAsync(app.Admin(Guid.NewGuid()), dataset)));
        foreach (var (field, act) in new (string, Func<string, Task>)[]
        {
            ("request_id", id => app.Requests.GetAsync(new() { RequestId = id }, admin.Metadata).ResponseAsync),
            ("request_id", id => app.Requests.SubmitAsync(new() { RequestId = id }, admin.Metadata).ResponseAsync),
            ("request_id", id => app.Requests.NarrowAsync(new() { RequestId = id }, admin.Metadata).ResponseAsync),
            ("request_id", id => app.Requests.WithdrawAsync(new() { RequestId = id }, admin.Metadata).ResponseAsync),
            ("request_id", id => app.Requests.CompleteStepAsync(new() { RequestId = id, StepId = "x" }, admin.Metadata).ResponseAsync),
            ("request_id", id => app.Requests.ReturnAsync(new() { RequestId = id, StepId = "x", Reason = "x" }, admin.Metadata).ResponseAsync),
            ("start.request_id", id => app.AttachAsync(admin, id, "ask-letter")),
        })
        {
            Assert.Equal(new(StatusCode.InvalidArgument, "request.invalid", field), await Refusal.OfAsync(() => act("x")));
            Assert.Equal(new(StatusCode.NotFound, "entitlement.request.unknown", ""), await Refusal.OfAsync(() => act(nobody)));
        }

        var open = await app.SubmittedAsync(admin, dataset);
        Assert.Equal("reason", (await Refusal.OfAsync(() => app.Requests.ReturnAsync(new() { RequestId = open.Id, StepId = "owner" }, app.Operator().Metadata).ResponseAsync)).Field);
        Assert.Equal("step_id", (await Refusal.OfAsync(() => app.Requests.CompleteStepAsync(new() { RequestId = open.Id }, admin.Metadata).ResponseAsync)).Field);
        Assert.Equal("note", (await Refusal.OfAsync(() => app.Requests.CompleteStepAsync(new() { RequestId = open.Id, StepId = "ask", Note = new('x', 1001) }, admin.Metadata).ResponseAsync)).Field);
        Assert.Equal("scope", (await Refusal.OfAsync(() => app.Requests.NarrowAsync(new() { RequestId = open.Id }, admin.Metadata).ResponseAsync)).Field);
        Assert.Equal("dataset_id", (await Refusal.OfAsync(() => app.DraftAsync(admin, app.Dataset(), wish => wish.RequestId = open.Id))).Field);
    }
}
