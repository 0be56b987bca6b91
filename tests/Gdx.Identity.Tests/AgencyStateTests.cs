using System.Diagnostics;
using System.Net;
using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.Numbers;
using Gdx.TestEnvironment;
using Grpc.Core;

namespace Gdx.Identity.Tests;

public sealed class AgencyStateTests(IdentityApp app) : IClassFixture<IdentityApp>
{
    [Fact]
    public async Task An_agency_goes_with_its_first_application()
    {
        var submitted = await app.SubmitAsync();
        var applied = await GetAsync(submitted.AgencyId);
        await app.VerifyAsync(submitted.Id);
        var verified = await GetAsync(submitted.AgencyId);
        await app.ApproveAsync(submitted.Id);
        var active = await GetAsync(submitted.AgencyId);

        Assert.Equal([AgencyState.Applied, AgencyState.Verified, AgencyState.Active], [applied.State, verified.State, active.State]);
        Assert.Null(verified.ApprovedAt);
        Assert.NotNull(active.ApprovedAt);
        Assert.Equal((submitted.AgencyJuristicId, submitted.AgencyNameTh), (active.JuristicId, active.NameTh));
        Assert.Equal([AgencyState.Applied, AgencyState.Verified, AgencyState.Active], active.History.Select(step => step.To));
    }

    [Fact]
    public async Task An_agency_whose_only_application_is_refused_is_closed_and_may_apply_again_under_another_name()
    {
        var first = await app.SubmitAsync();
        await app.Applications.RejectAsync(new() { ApplicationId = first.Id, Reason = "no" }, await app.AsAsync(IdentityApp.Checker));
        var closed = await GetAsync(first.AgencyId);

        var second = await app.SubmitAsync(form => (form.AgencyJuristicId, form.AgencyNameEn) = (first.AgencyJuristicId, "Renamed"));
        var applied = await GetAsync(first.AgencyId);

        Assert.Equal(AgencyState.Closed, closed.State);
        Assert.Equal((first.AgencyId, AgencyState.Applied, "Renamed"), (second.AgencyId, applied.State, applied.NameEn));
        await Eventually.True(() => app.Told.OfType<ApplicationRejected>().Any(told => told.ApplicationId.ToString() == first.Id), "the refusal on the bus");
    }

    [Fact]
    public async Task A_suspended_agency_loses_its_sessions_and_clients_within_a_second_and_gets_its_clients_back()
    {
        var application = await app.LetInAsync();
        await app.ClaimAsync(application.ApiClientId);
        var unclaimed = await app.LetInAsync(form => form.AgencyJuristicId = application.AgencyJuristicId);
        var code = await app.ClaimCodeAsync(unclaimed.ApiClientId);
        var officer = await SignedIn.AsAsync(app, Guid.Parse(application.AgencyId), Roles.Officer);
        var stranger = await SignedIn.AsAsync(app, await SignedIn.AgencyAsync(app), Roles.Officer);
        using var watch = app.Clients.Watch(new(), await app.AsAsync(IdentityApp.Adapter));
        await UntilAsync(watch, reply => reply.KindCase == WatchApiClientsReply.KindOneofCase.Heartbeat);

        await SuspendAsync(application.AgencyId);
        var since = Stopwatch.StartNew();
        await UntilAsync(watch, reply => reply.Client?.Id == application.ApiClientId && reply.Client.State == ApiClientState.Suspended);
        Assert.InRange(since.Elapsed.TotalSeconds, 0, 1);
        Assert.Equal("agency-suspended", await app.SqlAsync<string>($"SELECT ended_because FROM sessions WHERE id = '{officer.Session}' AND ended_at IS NOT NULL"));
        Assert.True(await app.SqlAsync<bool>($"SELECT ended_at IS NULL FROM sessions WHERE id = '{stranger.Session}'"));
        using var claim = await app.PostClaimAsync(code);
        Assert.Equal((HttpStatusCode.Forbidden, "identity.claim.suspended"), (claim.StatusCode, (await IdentityApp.JsonAsync(claim))["code"]!.GetValue<string>()));

        await ReinstateAsync(application.AgencyId);
        await UntilAsync(watch, reply => reply.Client?.Id == application.ApiClientId && reply.Client.State == ApiClientState.Active && reply.Client.SecretHash.Length == 32);
        using var later = await app.PostClaimAsync(code);
        Assert.Equal(HttpStatusCode.OK, later.StatusCode);
        var agency = await GetAsync(application.AgencyId);
        Assert.Equal((AgencyState.Active, "It lost its data."), (agency.State, agency.History[^2].Reason));
        await Eventually.True(() => app.Told.OfType<AgencySuspended>().Any(told => told.AgencyId.ToString() == agency.Id) && app.Told.OfType<AgencyReinstated>().Any(told => told.AgencyId.ToString() == agency.Id), "both on the bus");
    }

    [Fact]
    public async Task What_was_revoked_before_or_during_the_suspension_stays_revoked()
    {
        var number = JuristicId.Synthetic(IdentityApp.NextNumber()).Value;
        var clients = new List<Application>();
        for (var n = 0; n < 3; n++)
        {
            clients.Add(await app.LetInAsync(form => form.AgencyJuristicId = number));
        }

        await RevokeAsync(clients[0].ApiClientId);
        await SuspendAsync(clients[0].AgencyId);
        await RevokeAsync(clients[1].ApiClientId);
        await ReinstateAsync(clients[0].AgencyId);

        var states = (await app.Clients.FindAsync(new() { AgencyId = clients[0].AgencyId }, await app.AsAsync(IdentityApp.Maker))).Clients.ToDictionary(client => client.Id, client => client.State);
        Assert.Equal([ApiClientState.Revoked, ApiClientState.Revoked, ApiClientState.Unclaimed], clients.Select(client => states[client.ApiClientId]));
    }

    [Fact]
    public async Task A_closed_agency_is_over_for_good()
    {
        var application = await app.LetInAsync();
        await app.ClaimAsync(application.ApiClientId);
        var officer = await SignedIn.AsAsync(app, Guid.Parse(application.AgencyId), Roles.Officer);

        var closed = await CloseAsync(application.AgencyId);

        Assert.Equal((AgencyState.Closed, "Merged."), (closed.State, closed.History[^1].Reason));
        Assert.Equal(ApiClientState.Revoked, Assert.Single((await app.Clients.FindAsync(new() { AgencyId = closed.Id }, await app.AsAsync(IdentityApp.Maker))).Clients).State);
        Assert.Equal("agency-closed", await app.SqlAsync<string>($"SELECT ended_because FROM sessions WHERE id = '{officer.Session}'"));
        foreach (var step in new Func<Task>[]
        {
            () => SuspendAsync(closed.Id),
            () => ReinstateAsync(closed.Id),
            () => CloseAsync(closed.Id),
            () => app.SubmitAsync(form => form.AgencyJuristicId = application.AgencyJuristicId),
            () => ImportAsync(closed.Id),
        })
        {
            Assert.Equal(new(StatusCode.FailedPrecondition, "identity.agency.state", ""), await Refusal.OfAsync(step));
        }

        await Eventually.True(() => app.Told.OfType<AgencyClosed>().Any(told => told.AgencyId.ToString() == closed.Id) && app.Told.OfType<ApiClientRevoked>().Any(told => told.AgencyId.ToString() == closed.Id), "both on the bus");
    }

    [Fact]
    public async Task Only_an_active_agency_can_be_suspended_and_only_a_suspended_one_reinstated()
    {
        var applied = (await app.SubmitAsync()).AgencyId;
        var active = (await SignedIn.AgencyAsync(app)).ToString();

        foreach (var step in new Func<Task>[] { () => SuspendAsync(applied), () => ReinstateAsync(applied), () => CloseAsync(applied), () => ReinstateAsync(active) })
        {
            Assert.Equal("identity.agency.state", (await Refusal.OfAsync(step)).Code);
        }

        foreach (var step in new Func<string, Task>[] { SuspendAsync, ReinstateAsync, CloseAsync })
        {
            Assert.Equal("identity.agency.unknown", (await Refusal.OfAsync(() => step(Guid.NewGuid().ToString()))).Code);
            Assert.Equal("agency_id", (await Refusal.OfAsync(() => step("x"))).Field);
        }

        Assert.Equal("reason", (await Refusal.OfAsync(async () => await app.Agencies.SuspendAsync(new() { AgencyId = active }, await app.AsAsync(IdentityApp.Maker)))).Field);
    }

    [Fact]
    public async Task Of_an_approval_and_a_suspension_at_once_no_client_is_left_working()
    {
        foreach (var _ in Enumerable.Range(0, 5))
        {
            var first = await app.LetInAsync();
            var second = await app.SubmitAsync(form => form.AgencyJuristicId = first.AgencyJuristicId);
            await app.VerifyAsync(second.Id);

            var outcomes = await Task.WhenAll(OutcomeAsync(() => app.ApproveAsync(second.Id)), OutcomeAsync(() => SuspendAsync(first.AgencyId)));

            Assert.Equal(StatusCode.OK, outcomes[1]);
            Assert.Contains(outcomes[0], new[] { StatusCode.OK, StatusCode.FailedPrecondition });
            var clients = (await app.Clients.FindAsync(new() { AgencyId = first.AgencyId }, await app.AsAsync(IdentityApp.Maker))).Clients;
            Assert.Equal(outcomes[0] == StatusCode.OK ? 2 : 1, clients.Count);
            Assert.All(clients, client => Assert.Equal(ApiClientState.Suspended, client.State));
        }
    }

    [Fact]
    public async Task A_key_that_is_registered_while_the_agency_is_suspended_opens_nothing_until_it_is_reinstated()
    {
        var application = await app.LetInAsync();
        await SuspendAsync(application.AgencyId);

        var suspended = await app.Clients.RegisterKeyAsync(new() { ApiClientId = application.ApiClientId, Jwk = TestClient.NewEcKey().Jwk }, await app.AsAsync(IdentityApp.Maker));
        await ReinstateAsync(application.AgencyId);
        var reinstated = await app.Clients.GetAsync(new() { ApiClientId = application.ApiClientId }, await app.AsAsync(IdentityApp.Maker));

        Assert.Equal((ApiClientState.Suspended, ApiClientState.Active), (suspended.State, reinstated.State));
    }

    [Fact]
    public async Task Suspending_while_keys_are_revoked_and_renewed_ends_in_order()
    {
        var number = JuristicId.Synthetic(IdentityApp.NextNumber()).Value;
        var clients = new List<Application>();
        for (var n = 0; n < 4; n++)
        {
            clients.Add(await app.LetInAsync(form => form.AgencyJuristicId = number));
        }

        var maker = await app.AsAsync(IdentityApp.Maker);
        var outcomes = await Task.WhenAll(clients.Select(client => OutcomeAsync(() => RevokeAsync(client.ApiClientId)))
            .Concat(clients.Select(client => OutcomeAsync(() => app.Clients.RenewAsync(new() { ApiClientId = client.ApiClientId }, maker).ResponseAsync)))
            .Append(OutcomeAsync(() => SuspendAsync(clients[0].AgencyId))));

        Assert.All(outcomes, outcome => Assert.Contains(outcome, new[] { StatusCode.OK, StatusCode.FailedPrecondition }));
        Assert.All((await app.Clients.FindAsync(new() { AgencyId = clients[0].AgencyId }, maker)).Clients, client => Assert.Equal(ApiClientState.Revoked, client.State));
    }

    [Fact]
    public async Task Operators_find_every_agency_and_others_the_names_of_active_ones()
    {
        var word = $"Ministry{IdentityApp.NextNumber()}";
        var active = await app.LetInAsync(form => (form.AgencyNameEn, form.OfficialCode, form.Address) = ($"{word} of 100% Welfare_A", "00777", "secret address"));
        var applied = await app.SubmitAsync(form => (form.AgencyNameEn, form.AgencyKind) = ($"{word} B", AgencyKind.Local));
        var (maker, anyone) = (await app.AsAsync(IdentityApp.Maker), (await SignedIn.AnyoneAsync(app)).Metadata);

        Assert.Equal([applied.AgencyId, active.AgencyId], await FindAsync(new() { Text = word }, maker));
        Assert.Equal([applied.AgencyId], await FindAsync(new() { Text = word, State = AgencyState.Applied }, maker));
        Assert.Equal([applied.AgencyId], await FindAsync(new() { Text = word, Kind = AgencyKind.Local }, maker));
        Assert.Equal([active.AgencyId], await FindAsync(new() { Text = "100% welfare_a", State = AgencyState.Active }, maker));
        Assert.Empty(await FindAsync(new() { Text = "100_ welfare" }, maker));
        Assert.Equal([active.AgencyId], await FindAsync(new() { Text = active.AgencyJuristicId }, maker));
        var page = await app.Agencies.FindAsync(new() { Text = word, PageSize = 1 }, maker);
        Assert.Equal([active.AgencyId], await FindAsync(new() { Text = word, PageSize = 1, PageToken = page.NextPageToken }, maker));
        var seen = Assert.Single((await app.Agencies.FindAsync(new() { Text = word }, anyone)).Agencies);
        Assert.Equal((active.AgencyId, "00777", "", ""), (seen.Id, seen.OfficialCode, seen.Address, seen.JuristicId));
        Assert.Empty(await FindAsync(new() { Text = active.AgencyJuristicId }, anyone));
        foreach (var (field, request) in new (string, FindAgenciesRequest)[]
        {
            ("state", new() { State = (AgencyState)99 }), ("kind", new() { Kind = (AgencyKind)99 }), ("text", new() { Text = new string('x', 201) }),
            ("central_agency_id", new() { CentralAgencyId = "x" }), ("page_size", new() { PageSize = 101 }), ("page_token", new() { PageToken = "x" }),
        })
        {
            Assert.Equal(field, (await Refusal.OfAsync(() => FindAsync(request, maker))).Field);
        }
    }

    private static async Task UntilAsync(AsyncServerStreamingCall<WatchApiClientsReply> watch, Func<WatchApiClientsReply, bool> wanted)
    {
        while (true)
        {
            Assert.True(await watch.ResponseStream.MoveNext(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(20)));
            if (wanted(watch.ResponseStream.Current))
            {
                return;
            }
        }
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

    private async Task<string[]> FindAsync(FindAgenciesRequest request, Metadata who) => [.. (await app.Agencies.FindAsync(request, who)).Agencies.Select(agency => agency.Id)];

    private async Task<Agency> GetAsync(string id) => await app.Agencies.GetAsync(new() { AgencyId = id }, await app.AsAsync(IdentityApp.Entitlement));

    private async Task<Agency> SuspendAsync(string id) => await app.Agencies.SuspendAsync(new() { AgencyId = id, Reason = "It lost its data." }, await app.AsAsync(IdentityApp.Maker));

    private async Task<Agency> ReinstateAsync(string id) => await app.Agencies.ReinstateAsync(new() { AgencyId = id, Reason = "It found its data." }, await app.AsAsync(IdentityApp.Maker));

    private async Task<Agency> CloseAsync(string id) => await app.Agencies.CloseAsync(new() { AgencyId = id, Reason = "Merged." }, await app.AsAsync(IdentityApp.Maker));

    private async Task RevokeAsync(string client) => await app.Clients.RevokeAsync(new() { ApiClientId = client, Reason = "over" }, await app.AsAsync(IdentityApp.Maker));

    private async Task ImportAsync(string agency) => await Lists.ImportAsync(app, await app.AsAsync(IdentityApp.Maker), agency, Lists.Workbook(Lists.BranchSheet, [Lists.BranchHeadings, ["1", "สาขา", "", "เชียงใหม่", ""]]));
}
