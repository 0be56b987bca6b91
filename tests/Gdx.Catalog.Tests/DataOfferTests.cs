using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Gdx.Catalog.Ckan;
using Gdx.Catalog.Contracts.V1;
using Gdx.Catalog.Data;
using Gdx.Catalog.Features;
using Gdx.Identity.Contracts;
using Gdx.TestEnvironment;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Gdx.Catalog.Tests;

/// <summary>Offering data: open data by the open catalogue's action API, data for government only by an appointment.</summary>
public sealed class DataOfferTests(CatalogApp app)
{
    [Fact]
    public async Task An_accepted_offer_reaches_the_open_catalogue_with_all_mandatory_fields_is_updated_and_taken_off()
    {
        var offerer = new Offerer(app);
        var offered = await offerer.OfferAsync();
        Assert.Equal(DataOfferState.Offered, offered.State);
        Assert.Null(await PackageAsync(offerer.Slug));
        await app.Offers().AcceptAsync(new() { OfferId = offered.OfferId, Revision = offered.Revision }, offerer.Operator);
        await app.HeardAsync<DataOfferAccepted>(one => one.OfferId.ToString() == offered.OfferId && one.AgencyId == offerer.Agency);
        await UntilAsync(offerer, DataOfferState.Published);

        var package = (await PackageAsync(offerer.Slug))!;
        Assert.Equal(("บ่อน้ำบาดาล", "active", "Open Data Common", "1"), (Text("title"), Text("state"), Text("license_id"), Text("update_frequency_interval")));
        Assert.Equal(["น้ำบาดาล", "wells"], package["tags"]!.AsArray().Select(tag => tag!["name"]!.GetValue<string>()));
        Assert.Equal("https://data.example.go.th/wells.csv", package["resources"]![0]!["url"]!.GetValue<string>());
        Assert.Equal(offerer.Slug, (await app.HeardAsync<DataOfferPublished>(one => one.OfferId.ToString() == offered.OfferId)).Slug);

        var content = Offerer.Content();
        content.TitleTh = "บ่อน้ำบาดาลทั่วประเทศ";
        var revised = await app.Offers().ReviseAsync(new() { OfferId = offered.OfferId, Content = content }, offerer.Metadata);
        Assert.Equal((DataOfferState.Offered, offered.Revision + 1), (revised.State, revised.Revision));
        Assert.Equal("request.conflict", await CodeAsync(() => app.Offers().AcceptAsync(new() { OfferId = offered.OfferId, Revision = offered.Revision }, offerer.Operator).ResponseAsync));
        Assert.Equal(new(StatusCode.InvalidArgument, "request.invalid", "revision"), await Refusal.OfAsync(() => app.Offers().AcceptAsync(new() { OfferId = offered.OfferId }, offerer.Operator).ResponseAsync));
        Assert.Equal("บ่อน้ำบาดาล", (await PackageAsync(offerer.Slug))!["title"]!.GetValue<string>());
        await app.Offers().AcceptAsync(new() { OfferId = offered.OfferId, Revision = revised.Revision }, offerer.Operator);
        await Eventually.True(async () => (await PackageAsync(offerer.Slug))!["title"]!.GetValue<string>() == "บ่อน้ำบาดาลทั่วประเทศ", "the package to be updated");
        Assert.Equal(package["id"]!.GetValue<string>(), (await PackageAsync(offerer.Slug))!["id"]!.GetValue<string>());
        await UntilAsync(offerer, DataOfferState.Published);

        await app.Offers().RetractAsync(new() { OfferId = offered.OfferId, Reason = "Superseded" }, offerer.Metadata);
        await Eventually.True(async () => (await PackageAsync(offerer.Slug))!["state"]!.GetValue<string>() == "deleted", "the package to be deleted");
        await app.HeardAsync<DataOfferRetracted>(one => one.OfferId.ToString() == offered.OfferId);
        Assert.Equal("catalog.offer.state", await CodeAsync(() => app.Offers().RetractAsync(new() { OfferId = offered.OfferId, Reason = "Again" }, offerer.Metadata).ResponseAsync));

        string Text(string name) => package[name]!.GetValue<string>();
    }

    [Fact]
    public async Task While_the_catalogue_is_down_an_offer_waits_and_a_crash_after_the_call_does_nothing_twice()
    {
        await using var own = new CatalogApp();
        await own.InitializeAsync();
        var offerer = new Offerer(own);
        var offered = await offerer.OfferAsync();
        await own.Ckan.PutAsJsonAsync("/ckan/faults", new { dropAnswers = true });
        await own.Offers().AcceptAsync(new() { OfferId = offered.OfferId, Revision = offered.Revision }, offerer.Operator);
        await Eventually.True(async () => (await ReadAsync(own, offerer)).PushAttempts > 0, "an attempt to fail");
        var waiting = await ReadAsync(own, offerer);
        Assert.Equal((DataOfferState.Accepted, true, false), (waiting.State, waiting.PushWaits, waiting.PushFailed));
        Assert.NotNull(waiting.NextPushAt);

        // As if a replica had died in the middle: it holds a lease that has run out, and the package is there.
        await own.Ckan.DeleteAsync(new Uri("/ckan/faults", UriKind.Relative));
        await SqlAsync(own, $"UPDATE data_offer SET next_push_at = now(), lease = gen_random_uuid(), leased_until = now() - interval '1 second' WHERE id = '{offered.OfferId}'");

        await Eventually.True(async () => (await ReadAsync(own, offerer)).State == DataOfferState.Published, "the offer to arrive");
        Assert.Single((await own.Ckan.GetFromJsonAsync<JsonArray>("/ckan/packages"))!);
        await Eventually.True(() => own.AllSaid.OfType<DataOfferPublished>().Any(), "the publication to be told");
        Assert.Single(own.AllSaid.OfType<DataOfferPublished>());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_arrived_without_an_answer_is_taken_off_again_also_when_it_was_revised_or_declined_meanwhile(bool declined)
    {
        await using var own = new CatalogApp();
        await own.InitializeAsync();
        var offerer = new Offerer(own);
        var offered = await offerer.OfferAsync();
        await own.Ckan.PutAsJsonAsync("/ckan/faults", new { dropAnswersOf = "package_create" });
        await own.Offers().AcceptAsync(new() { OfferId = offered.OfferId, Revision = offered.Revision }, offerer.Operator);
        await Eventually.True(async () => (await ReadAsync(own, offerer)).PushAttempts > 0, "an attempt to fail");
        await own.Offers().ReviseAsync(new() { OfferId = offered.OfferId, Content = Offerer.Content() }, offerer.Metadata);
        await own.Ckan.DeleteAsync(new Uri("/ckan/faults", UriKind.Relative));
        if (declined)
        {
            await own.Offers().DeclineAsync(new() { OfferId = offered.OfferId, Reason = "Not open data." }, offerer.Operator);
        }

        await own.Offers().RetractAsync(new() { OfferId = offered.OfferId, Reason = "A mistake" }, offerer.Metadata);

        await Eventually.True(async () => !(await ReadAsync(own, offerer)).PushWaits, "the retraction to be done");
        Assert.Equal("deleted", (await own.Ckan.GetFromJsonAsync<JsonArray>("/ckan/packages"))!.Single()!["state"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_proxy_that_says_404_does_not_mean_that_a_package_is_gone()
    {
        await using var own = new CatalogApp();
        await own.InitializeAsync();
        var offerer = new Offerer(own);
        var offered = await offerer.OfferAsync();
        await own.Offers().AcceptAsync(new() { OfferId = offered.OfferId, Revision = offered.Revision }, offerer.Operator);
        await Eventually.True(async () => (await ReadAsync(own, offerer)).State == DataOfferState.Published, "the offer to arrive");
        await own.Ckan.PutAsJsonAsync("/ckan/faults", new { status = 404 });

        await own.Offers().RetractAsync(new() { OfferId = offered.OfferId, Reason = "Superseded" }, offerer.Metadata);

        await Eventually.True(async () => (await ReadAsync(own, offerer)).PushAttempts == 1, "an attempt to fail");
        var shown = await own.Offers().GetAsync(new() { OfferId = offered.OfferId }, offerer.Operator);
        Assert.Equal((true, false, "HTTP 404: no CKAN answer"), (shown.PushWaits, shown.PushFailed, shown.PushError));
        await own.Ckan.DeleteAsync(new Uri("/ckan/faults", UriKind.Relative));
        await SqlAsync(own, $"UPDATE data_offer SET next_push_at = now() WHERE id = '{offered.OfferId}'");
        await Eventually.True(async () => (await own.Ckan.GetFromJsonAsync<JsonArray>("/ckan/packages"))!.Single()!["state"]!.GetValue<string>() == "deleted", "the package to be deleted");
    }

    [Fact]
    public async Task A_push_that_hangs_in_the_middle_of_an_answer_ends_before_its_lease()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds()));
        await using var own = new CatalogApp { Clock = clock };
        await own.InitializeAsync();
        var offerer = new Offerer(own);
        var offered = await offerer.OfferAsync();
        await own.Ckan.PutAsJsonAsync("/ckan/faults", new { stallAnswers = true });
        await own.Offers().AcceptAsync(new() { OfferId = offered.OfferId, Revision = offered.Revision }, offerer.Operator);
        await Eventually.True(async () => (await own.Ckan.GetFromJsonAsync<Dictionary<string, int>>("/ckan/calls"))!.ContainsKey("package_show"), "the call to come");

        Assert.True(CkanCatalog.MostTime < PushOffers.LeaseTime);
        clock.Advance(CkanCatalog.MostTime);

        await Eventually.True(async () => (await ReadAsync(own, offerer)).PushAttempts == 1, "the attempt to end");
        var shown = await own.Offers().GetAsync(new() { OfferId = offered.OfferId }, offerer.Operator);
        Assert.Equal(("Timeout", false), (shown.PushError, shown.PushFailed));
    }

    [Fact]
    public async Task A_fault_of_the_exchange_itself_counts_as_an_attempt_and_is_shown()
    {
        await using var own = new CatalogApp { Settings = { ["Gdx:Ckan:ApiKeyFile"] = "/" } }; // A directory: no key can be read from it.
        await own.InitializeAsync();
        var offerer = new Offerer(own);
        var offered = await offerer.OfferAsync();

        await own.Offers().AcceptAsync(new() { OfferId = offered.OfferId, Revision = offered.Revision }, offerer.Operator);

        await Eventually.True(async () => (await ReadAsync(own, offerer)).PushAttempts == 1, "an attempt to fail");
        Assert.Equal(nameof(UnauthorizedAccessException), (await own.Offers().GetAsync(new() { OfferId = offered.OfferId }, offerer.Operator)).PushError);
    }

    [Fact]
    public async Task A_declined_revision_of_what_is_out_is_revised_again()
    {
        var offerer = new Offerer(app);
        var offered = await offerer.OfferAsync();
        await app.Offers().AcceptAsync(new() { OfferId = offered.OfferId, Revision = offered.Revision }, offerer.Operator);
        await UntilAsync(offerer, DataOfferState.Published);
        var revised = await app.Offers().ReviseAsync(new() { OfferId = offered.OfferId, Content = Offerer.Content() }, offerer.Metadata);
        await app.Offers().DeclineAsync(new() { OfferId = offered.OfferId, Reason = "Unclear." }, offerer.Operator);

        var again = await app.Offers().ReviseAsync(new() { OfferId = offered.OfferId, Content = Offerer.Content() }, offerer.Metadata);

        Assert.Equal((DataOfferState.Offered, revised.Revision + 1, ""), (again.State, again.Revision, again.DeclinedBecause));
        await app.Offers().AcceptAsync(new() { OfferId = offered.OfferId, Revision = again.Revision }, offerer.Operator);
        await UntilAsync(offerer, DataOfferState.Published);
        var never = await new Offerer(app) { Agency = offerer.Agency, Person = offerer.Person }.OfferAsync();
        await app.Offers().DeclineAsync(new() { OfferId = never.OfferId, Reason = "Not open data." }, offerer.Operator);
        Assert.Equal("catalog.offer.state", await CodeAsync(() => app.Offers().ReviseAsync(new() { OfferId = never.OfferId, Content = Offerer.Content() }, offerer.Metadata).ResponseAsync));
    }

    [Fact]
    public async Task An_agency_has_two_hundred_open_offers_at_most()
    {
        var offerer = new Offerer(app);
        await using (var scope = app.Services.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<CatalogDb>();
            db.AddRange(Enumerable.Range(0, 199).Select(_ => new DataOfferEntry
            {
                Id = Guid.NewGuid(),
                Kind = DataOfferKind.GovernmentOnly,
                Slug = "",
                Content = new(),
                AgencyId = offerer.Agency,
                OfferedBy = offerer.Person,
                OfferedAt = DateTimeOffset.UtcNow,
            }));
            await db.SaveChangesAsync();
        }

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(async n =>
        {
            try
            {
                var request = new OfferDataRequest { OfferId = Guid.NewGuid().ToString(), Kind = DataOfferKind.Open, Slug = $"{offerer.Slug}-{n}", Content = Offerer.Content() };
                return (await app.Offers().OfferAsync(request, offerer.Metadata)).State.ToString();
            }
            catch (RpcException refused)
            {
                return (await Refusal.OfAsync(() => Task.FromException(refused))).Code;
            }
        }));

        Assert.Equal(["Offered", "catalog.offer.too_many", "catalog.offer.too_many", "catalog.offer.too_many"], outcomes.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_live_lease_keeps_other_replicas_away()
    {
        await using var own = new CatalogApp();
        await own.InitializeAsync();
        var offerer = new Offerer(own);
        await own.Ckan.PutAsJsonAsync("/ckan/faults", new { latencyMs = 300 });
        var offered = await offerer.OfferAsync();
        var replicas = await Task.WhenAll(own.StartReplicaAsync(), own.StartReplicaAsync());

        await own.Offers().AcceptAsync(new() { OfferId = offered.OfferId, Revision = offered.Revision }, offerer.Operator);

        await Eventually.True(async () => (await ReadAsync(own, offerer)).State == DataOfferState.Published, "the offer to arrive");
        Assert.Equal(1, (await own.Ckan.GetFromJsonAsync<Dictionary<string, int>>("/ckan/calls"))!["package_create"]);
        foreach (var replica in replicas)
        {
            await replica.DisposeAsync();
        }
    }

    [Fact]
    public async Task What_the_catalogue_refuses_is_shown_to_operators_and_sent_again_by_them()
    {
        var offerer = new Offerer(app);
        var content = Offerer.Content();
        content.OwnerOrg = "no-such-organization";
        var offered = await offerer.OfferAsync(content);
        await app.Offers().AcceptAsync(new() { OfferId = offered.OfferId, Revision = offered.Revision }, offerer.Operator);
        await app.HeardAsync<DataOfferFailed>(one => one.OfferId.ToString() == offered.OfferId);

        var failed = (await app.Offers().FindAsync(new() { FailedOnly = true, AgencyId = offerer.Agency.ToString() }, offerer.Operator)).Offers.Single();
        Assert.Equal((true, "HTTP 409: Validation Error (owner_org)"), (failed.PushFailed, failed.PushError));
        Assert.Equal("", (await ReadAsync(app, offerer)).PushError);
        Assert.Equal("catalog.offer.state", await CodeAsync(async () => await app.Offers().ResendAsync(new() { OfferId = (await new Offerer(app).OfferAsync()).OfferId }, offerer.Operator)));
        await SqlAsync(app, $"UPDATE data_offer SET content = jsonb_set(content, '{{ownerOrg}}', '\"dgr\"') WHERE id = '{offered.OfferId}'");
        await app.Offers().ResendAsync(new() { OfferId = offered.OfferId }, offerer.Operator);

        await UntilAsync(offerer, DataOfferState.Published);
    }

    [Theory]
    [InlineData("""{"status":503}""", "HTTP 503: no CKAN answer")]
    [InlineData("""{"garbage":true}""", "HTTP 200: no CKAN answer")]
    [InlineData("""{"dropConnections":true}""", null)]
    public async Task A_catalogue_that_is_away_for_a_day_is_given_up_and_shown(string faults, string? why)
    {
        await using var own = new CatalogApp();
        await own.InitializeAsync();
        using var knobs = new StringContent(faults, System.Text.Encoding.UTF8, "application/json");
        await own.Ckan.PutAsync(new Uri("/ckan/faults", UriKind.Relative), knobs);
        var offerer = new Offerer(own);
        var offered = await offerer.OfferAsync();
        await own.Offers().AcceptAsync(new() { OfferId = offered.OfferId, Revision = offered.Revision }, offerer.Operator);
        await Eventually.True(async () => (await ReadAsync(own, offerer)).PushAttempts == 1, "an attempt to fail");
        Assert.False((await ReadAsync(own, offerer)).PushFailed);

        await SqlAsync(own, $"UPDATE data_offer SET push_attempts = {PushOffers.MostAttempts - 1}, next_push_at = now() WHERE id = '{offered.OfferId}'");

        await Eventually.True(async () => (await ReadAsync(own, offerer)).PushFailed, "the offer to be given up");
        var shown = (await own.Offers().GetAsync(new() { OfferId = offered.OfferId }, offerer.Operator)).PushError;
        Assert.True(why is null ? shown.Length > 0 : shown == why, shown);
        await own.HeardAsync<DataOfferFailed>(one => one.OfferId.ToString() == offered.OfferId);
    }

    [Fact]
    public async Task An_offer_that_is_taken_back_before_it_is_accepted_never_reaches_the_catalogue()
    {
        var offerer = new Offerer(app);
        var offered = await offerer.OfferAsync();

        var retracted = await app.Offers().RetractAsync(new() { OfferId = offered.OfferId, Reason = "A mistake" }, offerer.Metadata);

        Assert.Equal((DataOfferState.Retracted, false), (retracted.State, retracted.PushWaits));
        await app.HeardAsync<DataOfferRetracted>(one => one.OfferId.ToString() == offered.OfferId);
        Assert.Equal("catalog.offer.state", await CodeAsync(() => app.Offers().AcceptAsync(new() { OfferId = offered.OfferId, Revision = offered.Revision }, offerer.Operator).ResponseAsync));
        Assert.Null(await PackageAsync(offerer.Slug));
    }

    [Fact]
    public async Task A_package_of_somebody_else_is_not_touched()
    {
        var (first, second) = (new Offerer(app), new Offerer(app));
        var offered = await first.OfferAsync();
        await app.Offers().AcceptAsync(new() { OfferId = offered.OfferId, Revision = offered.Revision }, first.Operator);
        await UntilAsync(first, DataOfferState.Published);
        var other = await second.OfferAsync();
        await SqlAsync(app, $"UPDATE data_offer SET slug = slug || '-moved' WHERE id = '{offered.OfferId}'; UPDATE data_offer SET slug = '{first.Slug}' WHERE id = '{other.OfferId}'");

        await app.Offers().AcceptAsync(new() { OfferId = other.OfferId, Revision = other.Revision }, second.Operator);

        await app.HeardAsync<DataOfferFailed>(one => one.OfferId.ToString() == other.OfferId);
        Assert.Equal(offered.OfferId, (await PackageAsync(first.Slug))!["extras"]!.AsArray().Single(extra => extra!["key"]!.GetValue<string>() == "gdx_offer_id")!["value"]!.GetValue<string>());
    }

    [Fact]
    public async Task Whoever_wrote_an_offer_does_not_decide_about_it()
    {
        var both = Guid.NewGuid();
        var agency = Guid.NewGuid();
        var offerer = new Offerer(app) { Person = both, Agency = agency };
        var offered = await offerer.OfferAsync();
        var self = app.As(both, agency, [Roles.Operator]);

        Assert.Equal("catalog.offer.same_person", await CodeAsync(() => app.Offers().AcceptAsync(new() { OfferId = offered.OfferId, Revision = offered.Revision }, self).ResponseAsync));
        Assert.Equal("catalog.offer.same_person", await CodeAsync(() => app.Offers().DeclineAsync(new() { OfferId = offered.OfferId, Reason = "no" }, self).ResponseAsync));
        Assert.Equal("ck_data_offer_four_eyes", (await Assert.ThrowsAsync<PostgresException>(() => SqlAsync(app, $"UPDATE data_offer SET decided_by = offered_by WHERE id = '{offered.OfferId}'"))).ConstraintName);
        var declined = await app.Offers().DeclineAsync(new() { OfferId = offered.OfferId, Reason = "Not open data." }, offerer.Operator);
        Assert.Equal((DataOfferState.Declined, "Not open data."), (declined.State, declined.DeclinedBecause));
        Assert.Equal(both, (await app.HeardAsync<DataOfferDeclined>(one => one.OfferId.ToString() == offered.OfferId)).OfferedBy);
        Assert.Equal("catalog.offer.state", await CodeAsync(() => app.Offers().AcceptAsync(new() { OfferId = offered.OfferId, Revision = offered.Revision }, offerer.Operator).ResponseAsync));
    }

    [Fact]
    public async Task Another_agencys_offer_is_unknown()
    {
        var (offerer, other) = (new Offerer(app), new Offerer(app));
        var id = (await offerer.OfferAsync()).OfferId;
        foreach (var call in new Func<Task>[]
        {
            () => app.Offers().GetAsync(new() { OfferId = id }, other.Metadata).ResponseAsync,
            () => app.Offers().ReviseAsync(new() { OfferId = id, Content = Offerer.Content() }, other.Metadata).ResponseAsync,
            () => app.Offers().RetractAsync(new() { OfferId = id, Reason = "mine" }, other.Metadata).ResponseAsync,
            () => app.Offers().ProposeTimesAsync(new() { OfferId = id, Times = { In(1) } }, other.Metadata).ResponseAsync,
            () => app.Offers().AgreeTimeAsync(new() { OfferId = id, Time = In(1) }, other.Metadata).ResponseAsync,
        })
        {
            Assert.Equal("catalog.offer.unknown", await CodeAsync(call));
        }

        Assert.Empty((await app.Offers().FindAsync(new(), other.Metadata)).Offers);
        Assert.Equal("agency_id", (await Refusal.OfAsync(() => app.Offers().FindAsync(new() { AgencyId = offerer.Agency.ToString() }, other.Metadata).ResponseAsync)).Field);
        Assert.Equal("catalog.offer.slug_taken", await CodeAsync(() => app.Offers().OfferAsync(new() { OfferId = Guid.NewGuid().ToString(), Kind = DataOfferKind.Open, Slug = offerer.Slug, Content = Offerer.Content() }, other.Metadata).ResponseAsync));
    }

    [Fact]
    public async Task Data_for_government_only_goes_by_an_appointment_to_a_draft_of_the_offering_agency()
    {
        var offerer = new Offerer(app);
        var content = new OfferContent { TitleTh = "ทะเบียนครุภัณฑ์", Notes = "ใช้ร่วมกันระหว่างหน่วยงาน" };
        var offered = await app.Offers().OfferAsync(new() { OfferId = Guid.NewGuid().ToString(), Kind = DataOfferKind.GovernmentOnly, Content = content }, offerer.Metadata);
        Assert.True((await app.HeardAsync<DataOfferMade>(one => one.OfferId.ToString() == offered.OfferId)).GovernmentOnly);
        Assert.Equal("catalog.offer.state", await CodeAsync(() => app.Offers().AcceptAsync(new() { OfferId = offered.OfferId, Revision = offered.Revision }, offerer.Operator).ResponseAsync));
        Assert.Equal("times", (await Refusal.OfAsync(() => app.Offers().ProposeTimesAsync(new() { OfferId = offered.OfferId, Times = { In(-1) } }, offerer.Operator).ResponseAsync)).Field);

        await app.Offers().ProposeTimesAsync(new() { OfferId = offered.OfferId, Times = { In(2), In(3) } }, offerer.Operator);
        Assert.Equal("catalog.offer.state", await CodeAsync(() => app.Offers().AgreeTimeAsync(new() { OfferId = offered.OfferId, Time = In(2) }, offerer.Operator).ResponseAsync));
        Assert.Equal("catalog.offer.time", await CodeAsync(() => app.Offers().AgreeTimeAsync(new() { OfferId = offered.OfferId, Time = In(4) }, offerer.Metadata).ResponseAsync));
        await app.Offers().ProposeTimesAsync(new() { OfferId = offered.OfferId, Times = { In(5) } }, offerer.Metadata);
        Assert.Equal("catalog.offer.state", await CodeAsync(() => app.Offers().MakeDraftAsync(new() { OfferId = offered.OfferId, DatasetId = "test.early" }, offerer.Operator).ResponseAsync));
        Assert.Equal(In(5), (await app.Offers().AgreeTimeAsync(new() { OfferId = offered.OfferId, Time = In(5) }, offerer.Operator)).AgreedTime);
        await app.Offers().NoteDownAsync(new() { OfferId = offered.OfferId, Notes = "ตกลงให้บริการรายเดือน" }, offerer.Operator);
        Assert.Equal("", (await app.Offers().GetAsync(new() { OfferId = offered.OfferId }, offerer.Metadata)).Notes);
        var slug = $"test.o{Guid.NewGuid():N}"[..24];
        Assert.Equal("catalog.dataset.state", await CodeAsync(() => app.Offers().MakeDraftAsync(new() { OfferId = offered.OfferId, DatasetId = "dopa.person" }, offerer.Operator).ResponseAsync));

        Assert.Equal("catalog.offer.same_person", await CodeAsync(() => app.Offers().MakeDraftAsync(new() { OfferId = offered.OfferId, DatasetId = slug }, app.As(offerer.Person, offerer.Agency, [Roles.Operator])).ResponseAsync));

        var made = await app.Offers().MakeDraftAsync(new() { OfferId = offered.OfferId, DatasetId = slug }, offerer.Operator);

        Assert.Equal((DataOfferState.DraftMade, slug, "1"), (made.State, made.DatasetId, made.DatasetVersion));
        var owner = app.As(Guid.NewGuid(), offerer.Agency, [Roles.DataOwner]);
        var draft = await app.Client().GetAsync(new() { DatasetId = slug, Version = "1" }, owner);
        Assert.Equal((VersionState.Draft, offerer.Agency.ToString(), "ทะเบียนครุภัณฑ์"), (draft.State, draft.OwnerAgencyId, draft.NameTh));
        Assert.Equal("catalog.dataset.state", await CodeAsync(() => app.Client().ProposeDraftAsync(new() { DatasetId = slug, Version = "1" }, owner).ResponseAsync));
        Assert.Contains(offerer.Person, await EditorsAsync(slug));
        await app.HeardAsync<DataOfferAppointmentProposed>(one => one.OfferId.ToString() == offered.OfferId && one.ByOperator);
        await app.HeardAsync<DataOfferAppointmentProposed>(one => one.OfferId.ToString() == offered.OfferId && !one.ByOperator);
        Assert.Equal(In(5).ToDateTimeOffset(), (await app.HeardAsync<DataOfferAppointmentAgreed>(one => one.OfferId.ToString() == offered.OfferId)).AgreedTime);
        Assert.Equal(slug, (await app.HeardAsync<DataOfferDraftMade>(one => one.OfferId.ToString() == offered.OfferId)).DatasetId);
    }

    [Theory]
    [InlineData("content.metadata.data_type")]
    [InlineData("content.title_th")]
    [InlineData("content.owner_org")]
    [InlineData("content.maintainer")]
    [InlineData("content.maintainer_mail")]
    [InlineData("content.metadata.tags")]
    [InlineData("content.notes")]
    [InlineData("content.metadata.objectives")]
    [InlineData("content.metadata.update_frequency_unit")]
    [InlineData("content.metadata.update_frequency_interval")]
    [InlineData("content.metadata.geo_coverage")]
    [InlineData("content.data_source")]
    [InlineData("content.metadata.data_formats")]
    [InlineData("content.metadata.data_category")]
    [InlineData("content.metadata.license_id")]
    public async Task An_open_offer_without_a_mandatory_field_is_refused_by_its_name(string field)
    {
        var content = Offerer.Content();
        Google.Protobuf.IMessage message = field.Contains("metadata", StringComparison.Ordinal) ? content.Metadata : content;
        message.Descriptor.FindFieldByName(field.Split('.')[^1]).Accessor.Clear(message);

        Assert.Equal(new(StatusCode.InvalidArgument, "request.invalid", field), await Refusal.OfAsync(() => new Offerer(app).OfferAsync(content)));
    }

    [Fact]
    public async Task Bad_input_is_refused_with_the_name_of_the_field()
    {
        await RefusedAsync("offer_id", request => request.OfferId = "1");
        await RefusedAsync("kind", request => request.Kind = DataOfferKind.Unspecified);
        await RefusedAsync("slug", request => request.Slug = "Wells");
        await RefusedAsync("slug", request => request.Kind = DataOfferKind.GovernmentOnly);
        await RefusedAsync("content", request => request.Content = null);
        await RefusedAsync("content.maintainer_mail", request => request.Content.MaintainerMail = "a b");
        await RefusedAsync("content.metadata.license_id", request => request.Content.Metadata.LicenseId = "MIT");
        await RefusedAsync("content.metadata.objectives", request => request.Content.Metadata.Objectives.Add("กำไร"));
        await RefusedAsync("content.metadata.data_category", request => request.Content.Metadata.DataCategory = "ข้อมูลส่วนบุคคล");
        await RefusedAsync("content.metadata.others", request => request.Content.Metadata.Others["title"] = "x");
        await RefusedAsync("content.resources[0].url", request => request.Content.Resources[0].Url = "javascript:alert(1)");
        await RefusedAsync("content.resources[0].url", request => request.Content.Resources[0].Url = "https://user:secret@example.go.th/");
        await RefusedAsync("content.resources[0].format", request => request.Content.Resources[0].Format = "EXE");

        async Task RefusedAsync(string field, Action<OfferDataRequest> spoil)
        {
            var offerer = new Offerer(app);
            var request = new OfferDataRequest { OfferId = Guid.NewGuid().ToString(), Kind = DataOfferKind.Open, Slug = offerer.Slug, Content = Offerer.Content() };
            spoil(request);
            Assert.Equal(new(StatusCode.InvalidArgument, "request.invalid", field), await Refusal.OfAsync(() => app.Offers().OfferAsync(request, offerer.Metadata).ResponseAsync));
        }
    }

    [Theory]
    [InlineData(1, 10)]
    [InlineData(2, 20)]
    [InlineData(5, 160)]
    [InlineData(10, 3600)]
    [InlineData(30, 3600)]
    public void Pauses_grow_from_ten_seconds_to_an_hour(int attempts, int seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), PushOffers.Pause(attempts));

    private static Timestamp In(int days) => Timestamp.FromDateTimeOffset(new DateTimeOffset(DateTime.UtcNow.Date.AddDays(days).AddHours(9), TimeSpan.Zero));

    private async Task<JsonNode?> PackageAsync(string slug) => (await app.Ckan.GetFromJsonAsync<JsonArray>("/ckan/packages"))!.SingleOrDefault(package => package!["name"]!.GetValue<string>() == slug);

    private async Task UntilAsync(Offerer offerer, DataOfferState state) =>
        await Eventually.True(async () => await ReadAsync(app, offerer) is var offer && offer.State == state && !offer.PushWaits, $"the offer to be {state}");

    private static async Task<DataOffer> ReadAsync(CatalogApp app, Offerer offerer) => (await app.Offers().FindAsync(new(), offerer.Metadata)).Offers.Single();

    private async Task<List<Guid>> EditorsAsync(string slug)
    {
        await using var scope = app.Services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<CatalogDb>().Datasets.AsNoTracking().SingleAsync(dataset => dataset.Slug == slug)).Editors;
    }

    private static async Task SqlAsync(CatalogApp app, string sql)
    {
        await using var source = NpgsqlDataSource.Create(app.ConnectionString);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<string> CodeAsync(Func<Task> call) => (await Refusal.OfAsync(call)).Code;

    private sealed class Offerer(CatalogApp app)
    {
        public Guid Agency { get; init; } = Guid.NewGuid();

        public Guid Person { get; init; } = Guid.NewGuid();

        public string Slug { get; } = $"wells-{Guid.NewGuid():N}"[..20];

        public Metadata Metadata => app.As(Person, Agency, [Roles.Officer], Menus.OfferData);

        public Metadata Operator { get; } = app.As(Guid.NewGuid(), null, [Roles.Operator]);

        public static OfferContent Content()
        {
            var metadata = Draft.Open();
            metadata.Tags.Clear();
            metadata.Tags.Add(["น้ำบาดาล", "wells"]);
            return new()
            {
                TitleTh = "บ่อน้ำบาดาล",
                TitleEn = "Wells",
                Notes = "ที่ตั้งบ่อน้ำบาดาล",
                OwnerOrg = "dgr",
                Maintainer = "กรมทรัพยากรน้ำบาดาล",
                MaintainerMail = "data@example.go.th",
                DataSource = "กรมทรัพยากรน้ำบาดาล",
                Metadata = metadata,
                Resources = { new OfferResource { Name = "wells", Url = "https://data.example.go.th/wells.csv", Format = "CSV" } },
            };
        }

        public async Task<DataOffer> OfferAsync(OfferContent? content = null) =>
            await app.Offers().OfferAsync(new() { OfferId = Guid.NewGuid().ToString(), Kind = DataOfferKind.Open, Slug = Slug, Content = content ?? Content() }, Metadata);
    }
}
