using Gdx.Catalog.Contracts.V1;
using Gdx.Identity.Contracts;
using Gdx.TestEnvironment;
using Grpc.Core;

namespace Gdx.Catalog.Tests;

/// <summary>Asking for data that the dictionary has not.</summary>
public sealed class DataRequestTests(CatalogApp app)
{
    private Metadata Operator => app.As(Guid.NewGuid(), null, [Roles.Operator]);

    [Fact]
    public async Task A_request_is_taken_up_answered_by_a_dataset_and_its_asker_is_told()
    {
        var asker = new Asker(app);
        var asked = await asker.AskAsync();
        Assert.Equal((DataRequestState.Asked, asker.Agency.ToString(), asker.Person.ToString()), (asked.State, asked.AgencyId, asked.AskedBy));
        await app.HeardAsync<DataRequestAsked>(one => one.RequestId.ToString() == asked.RequestId && one.AgencyId == asker.Agency);

        Assert.Equal(DataRequestState.Collecting, (await app.Requests().CollectAsync(new() { RequestId = asked.RequestId }, Operator)).State);
        await app.Requests().AnswerAsync(new() { RequestId = asked.RequestId, DatasetId = "dopa.house", DatasetVersion = "1" }, Operator);

        var told = await app.HeardAsync<DataRequestAnswered>(one => one.RequestId.ToString() == asked.RequestId);
        Assert.Equal(("dopa.house", "1"), (told.DatasetId, told.DatasetVersion));
        Assert.Equal([asker.Person], told.PersonIds);
        Assert.Equal([asker.Agency], told.AgencyIds);
        var read = await app.Requests().GetAsync(new() { RequestId = asked.RequestId }, asker.Metadata);
        Assert.Equal((DataRequestState.Answered, "dopa.house", "1"), (read.State, read.DatasetId, read.DatasetVersion));
        Assert.Equal("catalog.request.state", await CodeAsync(() => app.Requests().AnswerAsync(new() { RequestId = asked.RequestId, DatasetId = "dopa.house", DatasetVersion = "1" }, Operator).ResponseAsync));
        Assert.Equal("catalog.request.state", await CodeAsync(() => app.Requests().CollectAsync(new() { RequestId = asked.RequestId }, Operator).ResponseAsync));
        Assert.Equal("catalog.request.state", await CodeAsync(() => app.Requests().DeclineAsync(new() { RequestId = asked.RequestId, Reason = "no" }, Operator).ResponseAsync));
    }

    [Fact]
    public async Task Who_asked_for_the_same_shares_the_answer_and_each_is_told_once()
    {
        var (first, second, third) = (new Asker(app), new Asker(app), new Asker(app));
        var (one, two, three) = (await first.AskAsync(), await second.AskAsync("the same, said otherwise"), await third.AskAsync());
        await app.Requests().MergeAsync(new() { RequestId = three.RequestId, IntoRequestId = two.RequestId }, Operator);
        var merged = await app.Requests().MergeAsync(new() { RequestId = two.RequestId, IntoRequestId = one.RequestId }, Operator);
        Assert.Equal(one.RequestId, merged.MergedInto);
        Assert.Equal(2, (await app.Requests().GetAsync(new() { RequestId = one.RequestId }, Operator)).Merged);
        Assert.Equal("catalog.request.state", await CodeAsync(() => app.Requests().MergeAsync(new() { RequestId = one.RequestId, IntoRequestId = three.RequestId }, Operator).ResponseAsync));
        Assert.Equal("catalog.request.state", await CodeAsync(() => app.Requests().AnswerAsync(new() { RequestId = two.RequestId, DatasetId = "dopa.house", DatasetVersion = "1" }, Operator).ResponseAsync));

        await app.Requests().DeclineAsync(new() { RequestId = one.RequestId, Reason = "No agency keeps it." }, Operator);

        var told = await app.HeardAsync<DataRequestDeclined>(fact => fact.RequestId.ToString() == one.RequestId);
        Assert.Equal(new[] { first.Person, second.Person, third.Person }.Order(), told.PersonIds.Order());
        var late = new Asker(app);
        var four = await late.AskAsync();
        await app.Requests().MergeAsync(new() { RequestId = four.RequestId, IntoRequestId = three.RequestId }, Operator);
        var toldLate = await app.HeardAsync<DataRequestDeclined>(fact => fact.RequestId.ToString() == one.RequestId && fact.PersonIds.Contains(late.Person));
        Assert.Equal([late.Person], toldLate.PersonIds);
        var own = await app.Requests().GetAsync(new() { RequestId = two.RequestId }, second.Metadata);
        Assert.Equal(("the same, said otherwise", DataRequestState.Declined, "No agency keeps it.", "", 0), (own.What, own.State, own.DeclinedBecause, own.MergedInto, own.Merged));
    }

    [Fact]
    public async Task An_agency_sees_its_own_requests_and_an_operator_all_page_by_page()
    {
        var (asker, other) = (new Asker(app), new Asker(app));
        List<string> asked = [];
        for (var n = 0; n < 5; n++)
        {
            asked.Add((await asker.AskAsync()).RequestId);
        }

        var foreign = await other.AskAsync();
        await app.Requests().MergeAsync(new() { RequestId = asked[0], IntoRequestId = foreign.RequestId }, Operator);
        List<string> found = [];
        var token = "";
        do
        {
            var page = await app.Requests().FindAsync(new() { PageSize = 2, PageToken = token }, asker.Metadata);
            Assert.InRange(page.Requests.Count, 1, 2);
            found.AddRange(page.Requests.Select(one => one.RequestId));
            token = page.NextPageToken;
        }
        while (token.Length > 0);

        Assert.Equal(Enumerable.Reverse(asked), found);
        Assert.Equal("catalog.request.unknown", await CodeAsync(() => app.Requests().GetAsync(new() { RequestId = foreign.RequestId }, asker.Metadata).ResponseAsync));
        Assert.Equal(5, (await app.Requests().FindAsync(new() { AgencyId = asker.Agency.ToString() }, Operator)).Requests.Count);
        Assert.Equal(4, (await app.Requests().FindAsync(new() { AgencyId = asker.Agency.ToString(), LeadingOnly = true }, Operator)).Requests.Count);
        Assert.Empty((await app.Requests().FindAsync(new() { States = { DataRequestState.Answered } }, asker.Metadata)).Requests);
        Assert.Equal("agency_id", (await Refusal.OfAsync(() => app.Requests().FindAsync(new() { AgencyId = other.Agency.ToString() }, asker.Metadata).ResponseAsync)).Field);
        Assert.Equal("leading_only", (await Refusal.OfAsync(() => app.Requests().FindAsync(new() { LeadingOnly = true }, asker.Metadata).ResponseAsync)).Field);
    }

    [Fact]
    public async Task The_same_id_again_is_the_same_request_and_nobody_elses()
    {
        var asker = new Asker(app);
        var request = Asker.Request();

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => app.Requests().AskAsync(request, asker.Metadata).ResponseAsync));

        Assert.Single(answers.Distinct());
        Assert.Single((await app.Requests().FindAsync(new(), asker.Metadata)).Requests);
        Assert.Equal("request_id", (await Refusal.OfAsync(() => app.Requests().AskAsync(request, new Asker(app).Metadata).ResponseAsync)).Field);
    }

    [Fact]
    public async Task Bad_input_is_refused_with_the_name_of_the_field()
    {
        var asker = new Asker(app);
        await RefusedAsync("request_id", request => request.RequestId = "1");
        await RefusedAsync("what", request => request.What = "");
        await RefusedAsync("what", request => request.What = new string('ก', 2001));
        await RefusedAsync("needed_for", request => request.NeededFor = "\0");
        await RefusedAsync("responsible_agency", request => request.ResponsibleAgency = "");
        await RefusedAsync("responsible_agency_id", request => request.ResponsibleAgencyId = "dopa");
        var asked = await asker.AskAsync();
        Assert.Equal("reason", (await Refusal.OfAsync(() => app.Requests().DeclineAsync(new() { RequestId = asked.RequestId }, Operator).ResponseAsync)).Field);
        Assert.Equal("dataset_id", (await Refusal.OfAsync(() => app.Requests().AnswerAsync(new() { RequestId = asked.RequestId }, Operator).ResponseAsync)).Field);
        Assert.Equal("catalog.dataset.unknown", await CodeAsync(() => app.Requests().AnswerAsync(new() { RequestId = asked.RequestId, DatasetId = "dopa.house", DatasetVersion = "7" }, Operator).ResponseAsync));
        Assert.Equal("into_request_id", (await Refusal.OfAsync(() => app.Requests().MergeAsync(new() { RequestId = asked.RequestId, IntoRequestId = asked.RequestId }, Operator).ResponseAsync)).Field);
        Assert.Equal("catalog.request.unknown", await CodeAsync(() => app.Requests().MergeAsync(new() { RequestId = asked.RequestId, IntoRequestId = Guid.NewGuid().ToString() }, Operator).ResponseAsync));
        Assert.Equal("page_token", (await Refusal.OfAsync(() => app.Requests().FindAsync(new() { PageToken = "-1" }, asker.Metadata).ResponseAsync)).Field);
        Assert.Equal("page_size", (await Refusal.OfAsync(() => app.Requests().FindAsync(new() { PageSize = 101 }, asker.Metadata).ResponseAsync)).Field);

        async Task RefusedAsync(string field, Action<AskForDataRequest> spoil)
        {
            var request = Asker.Request();
            spoil(request);
            Assert.Equal(new(StatusCode.InvalidArgument, "request.invalid", field), await Refusal.OfAsync(() => app.Requests().AskAsync(request, asker.Metadata).ResponseAsync));
        }
    }

    private static async Task<string> CodeAsync(Func<Task> call) => (await Refusal.OfAsync(call)).Code;

    private sealed class Asker(CatalogApp app)
    {
        public Guid Agency { get; } = Guid.NewGuid();

        public Guid Person { get; } = Guid.NewGuid();

        public Metadata Metadata => app.As(Person, Agency, [Roles.Officer], Menus.RequestData);

        public static AskForDataRequest Request(string what = "ทะเบียนบ่อน้ำบาดาล") => new() { RequestId = Guid.NewGuid().ToString(), What = what, ResponsibleAgency = "กรมทรัพยากรน้ำบาดาล", NeededFor = "ช่วยเหลือภัยแล้ง" };

        public async Task<DataRequest> AskAsync(string what = "ทะเบียนบ่อน้ำบาดาล") => await app.Requests().AskAsync(Request(what), Metadata);
    }
}
