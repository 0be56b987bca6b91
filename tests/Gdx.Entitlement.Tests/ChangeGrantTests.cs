using Gdx.Entitlement.Contracts.V1;
using Gdx.Entitlement.Features;
using Gdx.Identity.Contracts;
using Gdx.TestEnvironment;
using Grpc.Core;

namespace Gdx.Entitlement.Tests;

public sealed class ChangeGrantTests(EntitlementApp app)
{
    [Fact]
    public async Task Suspended_it_opens_nothing_resumed_it_does_again_and_its_steps_tell_who_did_what_and_why()
    {
        var grant = await app.GrantAsync();

        var suspended = await app.Grants.SuspendAsync(new() { GrantId = grant.Id, Reason = "สงสัยว่าใช้ผิดวัตถุประสงค์" }, app.AsOperator(app.Maker));
        var resumed = await app.Grants.ResumeAsync(new() { GrantId = grant.Id, Reason = "ตรวจแล้ว" }, app.AsOperator(app.Checker));

        Assert.Equal((GrantState.Suspended, app.Maker.ToString(), "สงสัยว่าใช้ผิดวัตถุประสงค์"), (suspended.State, suspended.SuspendedBy, suspended.SuspensionReason));
        Assert.Equal((GrantState.Active, "", "", true), (resumed.State, resumed.SuspendedBy, resumed.SuspensionReason, resumed.SuspendedAt is null));
        Assert.True(grant.Revision < suspended.Revision && suspended.Revision < resumed.Revision);
        var steps = (await app.Grants.GetAsync(new() { GrantId = grant.Id, WithSteps = true }, app.AsOperator(app.Maker))).Steps;
        Assert.Equal(
            [(GrantAct.Suspended, app.Maker.ToString(), "สงสัยว่าใช้ผิดวัตถุประสงค์"), (GrantAct.Resumed, app.Checker.ToString(), "ตรวจแล้ว")],
            steps.Select(step => (step.Act, step.By, step.Reason)));
        Assert.All(steps, step => Assert.Equal(GrantStanding.Operator, step.Standing));
        var first = await HeardAsync<GrantSuspended>(fact => fact.GrantId.ToString() == grant.Id);
        var second = await HeardAsync<GrantResumed>(fact => fact.GrantId.ToString() == grant.Id);
        Assert.Equal((2L, 3L, app.Maker, app.Checker, "dopa.person"), (first.Revision, second.Revision, first.By, second.By, first.DatasetId));
    }

    [Fact]
    public async Task Done_twice_or_at_once_it_is_done_once()
    {
        var grant = await app.GrantAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(async n => await app.Grants.SuspendAsync(new() { GrantId = grant.Id, Reason = $"reason {n}" }, app.AsOperator(Guid.CreateVersion7()))));
        var resumed = await Task.WhenAll(Enumerable.Range(0, 8).Select(async n => await app.Grants.ResumeAsync(new() { GrantId = grant.Id, Reason = $"reason {n}" }, app.AsOperator(Guid.CreateVersion7()))));

        Assert.Single(answers.Distinct());
        Assert.Single(resumed.Distinct());
        Assert.Equal(2, (await app.Grants.GetAsync(new() { GrantId = grant.Id, WithSteps = true }, app.AsOperator(app.Maker))).Steps.Count);
        await HeardAsync<GrantResumed>(fact => fact.GrantId.ToString() == grant.Id);
        Assert.Single(app.Said<GrantSuspended>(), fact => fact.GrantId.ToString() == grant.Id);
    }

    [Fact]
    public async Task The_owner_and_the_central_agency_take_away_too_and_nobody_else()
    {
        var (regional, central, owner) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        var parent = await app.InsertGrantAsync(central, "owner_agency_id", $"'{owner}'");

        foreach (var who in new[] { app.Of(owner, Roles.DataOwner), app.Of(central, Roles.OrganizationAdmin), app.AsOperator(app.Maker) })
        {
            var child = await app.InsertGrantAsync(regional, "owner_agency_id, parent_grant_id", $"'{owner}', '{parent}'::uuid");
            Assert.Equal(GrantState.Suspended, (await app.Grants.SuspendAsync(new() { GrantId = child, Reason = "x" }, who)).State);
            Assert.Equal(GrantState.Revoked, (await app.Grants.RevokeAsync(new() { GrantId = child, Reason = "x" }, who)).State);
        }

        var other = await app.InsertGrantAsync(regional, "owner_agency_id, parent_grant_id", $"'{owner}', '{parent}'::uuid");
        foreach (var (who, code, status) in new[]
        {
            (app.Of(regional, Roles.OrganizationAdmin), "entitlement.grant.not_yours", StatusCode.PermissionDenied),
            (app.Of(Guid.NewGuid(), Roles.OrganizationAdmin, Roles.DataOwner), "entitlement.grant.unknown", StatusCode.NotFound),
            (app.Of(regional, Roles.DataOwner), "entitlement.grant.unknown", StatusCode.NotFound),
            (app.Of(central, Roles.DataOwner), "entitlement.grant.unknown", StatusCode.NotFound),
        })
        {
            Assert.Equal(new(status, code, ""), await Refusal.OfAsync(() => app.Grants.SuspendAsync(new() { GrantId = other, Reason = "x" }, who).ResponseAsync));
            Assert.Equal(new(status, code, ""), await Refusal.OfAsync(() => app.Grants.RevokeAsync(new() { GrantId = other, Reason = "x" }, who).ResponseAsync));
            Assert.Equal(new(status, code, ""), await Refusal.OfAsync(() => app.Grants.ResumeAsync(new() { GrantId = other, Reason = "x" }, who).ResponseAsync));
            Assert.Equal(new(status, code, ""), await Refusal.OfAsync(() => app.Grants.RecertifyAsync(new() { GrantId = other, Reason = "x" }, who).ResponseAsync));
        }
    }

    [Fact]
    public async Task Nobody_of_the_holder_and_nobody_who_recorded_it_gives_it_back()
    {
        var grant = await app.GrantAsync();
        await app.Grants.SuspendAsync(new() { GrantId = grant.Id, Reason = "x" }, app.AsOperator(app.Checker));

        Assert.Equal(new(StatusCode.PermissionDenied, "entitlement.grant.maker", ""), await ResumeAsync(grant.Id, app.AsOperator(app.Maker)));
        Assert.Equal(new(StatusCode.PermissionDenied, "entitlement.grant.own_agency", ""), await ResumeAsync(grant.Id, app.Of(Guid.Parse(grant.AgencyId), Roles.Operator)));
    }

    [Fact]
    public async Task A_central_agency_resumes_what_it_suspended_itself_and_nothing_else()
    {
        var (regional, central, owner) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        var parent = await app.InsertGrantAsync(central, "owner_agency_id", $"'{owner}'");
        var child = await app.InsertGrantAsync(regional, "owner_agency_id, parent_grant_id", $"'{owner}', '{parent}'::uuid");

        await app.Grants.SuspendAsync(new() { GrantId = child, Reason = "x" }, app.Of(central, Roles.OrganizationAdmin));
        Assert.Equal(GrantState.Conditional, (await app.Grants.ResumeAsync(new() { GrantId = child, Reason = "x" }, app.Of(central, Roles.OrganizationAdmin))).State);
        await app.Grants.SuspendAsync(new() { GrantId = child, Reason = "x" }, app.Of(owner, Roles.DataOwner));
        Assert.Equal(new(StatusCode.PermissionDenied, "entitlement.grant.not_yours", ""), await ResumeAsync(child, app.Of(central, Roles.OrganizationAdmin)));
        Assert.Equal(GrantState.Conditional, (await app.Grants.ResumeAsync(new() { GrantId = child, Reason = "x" }, app.Of(owner, Roles.DataOwner))).State);
    }

    [Theory]
    [InlineData(Roles.DataOwner)]
    [InlineData(Roles.Operator)]
    public async Task What_the_owner_or_the_operator_suspends_after_the_central_agency_is_theirs(string role)
    {
        var (regional, central, owner) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        var parent = await app.InsertGrantAsync(central, "owner_agency_id", $"'{owner}'");
        var child = await app.InsertGrantAsync(regional, "owner_agency_id, parent_grant_id", $"'{owner}', '{parent}'::uuid");
        var higher = role == Roles.DataOwner ? app.Of(owner, Roles.DataOwner) : app.AsOperator(app.Checker);

        await app.Grants.SuspendAsync(new() { GrantId = child, Reason = "central" }, app.Of(central, Roles.OrganizationAdmin));
        var suspended = await app.Grants.SuspendAsync(new() { GrantId = child, Reason = "higher" }, higher);
        var again = await app.Grants.SuspendAsync(new() { GrantId = child, Reason = "central again" }, app.Of(central, Roles.OrganizationAdmin));

        Assert.Equal(("higher", suspended), (suspended.SuspensionReason, again));
        Assert.Equal(new(StatusCode.PermissionDenied, "entitlement.grant.not_yours", ""), await ResumeAsync(child, app.Of(central, Roles.OrganizationAdmin)));
        Assert.Equal(2, (await app.Grants.GetAsync(new() { GrantId = child, WithSteps = true }, app.AsOperator(app.Maker))).Steps.Count);
        await Eventually.True(() => app.Said<GrantSuspended>().Count(fact => fact.GrantId.ToString() == child) == 2, "both facts");
        Assert.Equal(GrantState.Conditional, (await app.Grants.ResumeAsync(new() { GrantId = child, Reason = "x" }, higher)).State);
    }

    [Fact]
    public async Task The_owner_recertifies_for_a_year_and_the_operator_where_there_is_no_owner()
    {
        var (agency, owner) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var owned = await app.InsertGrantAsync(agency, "owner_agency_id, recertify_by", $"'{owner}', now() + interval '3 days'");
        var unowned = await app.InsertGrantAsync(agency, "recertify_by", "now() - interval '3 days'");
        var soon = await app.InsertGrantAsync(agency, "recertify_by", "now() + interval '3 days'");
        await app.SqlAsync($"UPDATE grants SET valid_until = now() + interval '90 days' WHERE id = '{soon}'");
        var before = DateTimeOffset.UtcNow;

        var one = await app.Grants.RecertifyAsync(new() { GrantId = owned, Reason = "ยังจำเป็น" }, app.Of(owner, Roles.DataOwner));
        var two = await app.Grants.RecertifyAsync(new() { GrantId = unowned, Reason = "x" }, app.AsOperator(app.Checker));
        var three = await app.Grants.RecertifyAsync(new() { GrantId = soon, Reason = "x" }, app.AsOperator(app.Checker));

        Assert.All([one, two], grant => Assert.InRange(grant.RecertifyBy.ToDateTimeOffset(), before.AddMonths(12).AddDays(-1), DateTimeOffset.UtcNow.AddMonths(12).AddDays(1)));
        Assert.Equal(three.ValidUntil, three.RecertifyBy);
        Assert.Equal(one, await app.Grants.RecertifyAsync(new() { GrantId = owned, Reason = "again" }, app.Of(owner, Roles.DataOwner)));
        Assert.Equal("entitlement.grant.not_yours", (await RecertifyAsync(owned, app.AsOperator(app.Checker))).Code);
        Assert.Equal("entitlement.grant.maker", (await RecertifyAsync(unowned, app.AsOperator(app.Maker))).Code);
        var fact = await HeardAsync<GrantRecertified>(fact => fact.GrantId.ToString() == owned);
        Assert.Equal((one.RecertifyBy.ToDateTimeOffset(), owner), (fact.RecertifyBy, fact.OwnerAgencyId));
    }

    [Fact]
    public async Task What_is_over_is_neither_suspended_nor_resumed_nor_recertified()
    {
        var agency = Guid.CreateVersion7();
        var (revoked, expired, plain) = (await app.InsertGrantAsync(agency, "recertify_by", "now()"), await app.InsertGrantAsync(agency, "recertify_by", "now()"), await app.InsertGrantAsync(agency));
        await app.RevokeAsync(revoked);
        await app.SqlAsync($"UPDATE grants SET valid_until = now() - interval '1 second' WHERE id = '{expired}'");
        var state = new Refusal(StatusCode.FailedPrecondition, "entitlement.grant.state", "");

        foreach (var id in new[] { revoked, expired })
        {
            Assert.Equal(state, await Refusal.OfAsync(() => app.Grants.SuspendAsync(new() { GrantId = id, Reason = "x" }, app.AsOperator(app.Checker)).ResponseAsync));
            Assert.Equal(state, await ResumeAsync(id, app.AsOperator(app.Checker)));
            Assert.Equal(state, await RecertifyAsync(id, app.AsOperator(app.Checker)));
        }

        Assert.Equal(state, await RecertifyAsync(plain, app.AsOperator(app.Checker)));
        Assert.Equal(GrantState.Revoked, (await app.RevokeAsync(expired)).State);
    }

    [Fact]
    public async Task A_reason_and_an_id_are_needed()
    {
        var operatorOf = app.AsOperator(app.Checker);
        foreach (var (id, reason, field) in new[] { ("x", "y", "grant_id"), (Guid.NewGuid().ToString(), " ", "reason"), (Guid.NewGuid().ToString(), "a\0b", "reason"), (Guid.NewGuid().ToString(), new string('ก', 1001), "reason") })
        {
            Assert.Equal(field, (await Refusal.OfAsync(() => app.Grants.SuspendAsync(new() { GrantId = id, Reason = reason }, operatorOf).ResponseAsync)).Field);
            Assert.Equal(field, (await Refusal.OfAsync(() => app.Grants.ResumeAsync(new() { GrantId = id, Reason = reason }, operatorOf).ResponseAsync)).Field);
            Assert.Equal(field, (await Refusal.OfAsync(() => app.Grants.RecertifyAsync(new() { GrantId = id, Reason = reason }, operatorOf).ResponseAsync)).Field);
        }

        Assert.Equal("entitlement.grant.unknown", (await ResumeAsync(Guid.NewGuid().ToString(), operatorOf)).Code);
    }

    [Theory]
    [InlineData("2027-02-28T17:00:00Z", "2028-02-29T17:00:00Z")] // 1 March 2570 in Thailand, 28 February in UTC: a year later it is 1 March again.
    [InlineData("2028-02-28T18:00:00Z", "2029-02-27T18:00:00Z")] // 29 February 2571 in Thailand: a year later it is the 28th.
    [InlineData("2026-11-24T00:00:00Z", "2027-11-24T00:00:00Z")]
    public void A_year_is_one_of_the_Thai_calendar(string now, string expected) => Assert.Equal(Instant(expected), GrantRules.GoodUntil(Instant(now), GrantRules.RecertifyMonths, DateTimeOffset.MaxValue));

    [Fact]
    public void Whoever_is_several_things_to_a_grant_is_still_not_its_own_giver()
    {
        var (person, makers) = (Guid.NewGuid(), new HashSet<Guid>());
        var everything = new GrantPlace(Operator: true, Owner: true, Central: true, Holder: true, Sees: true);

        Assert.Equal(GrantRules.Refusal.OwnAgency, GrantRules.Resume(everything, person, makers, GrantStanding.Operator));
        Assert.Equal(GrantRules.Refusal.OwnAgency, GrantRules.Recertify(everything, person, makers, Guid.NewGuid(), Guid.NewGuid()));
        Assert.Equal(GrantRules.Refusal.Maker, GrantRules.Resume(everything with { Holder = false }, person, new HashSet<Guid> { person }, GrantStanding.Operator));
        Assert.Equal(GrantRules.Refusal.None, GrantRules.Resume(everything with { Holder = false }, person, makers, GrantStanding.Operator));
        Assert.Equal(GrantRules.Refusal.NotYours, GrantRules.Resume(default(GrantPlace) with { Sees = true }, person, makers, GrantStanding.Unspecified));
        Assert.Equal(GrantRules.Refusal.NotYours, GrantRules.TakeAway(default(GrantPlace) with { Sees = true, Holder = true }));
    }

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private Task<Refusal> ResumeAsync(string id, Metadata who) => Refusal.OfAsync(() => app.Grants.ResumeAsync(new() { GrantId = id, Reason = "x" }, who).ResponseAsync);

    private Task<Refusal> RecertifyAsync(string id, Metadata who) => Refusal.OfAsync(() => app.Grants.RecertifyAsync(new() { GrantId = id, Reason = "x" }, who).ResponseAsync);

    private Task<T> HeardAsync<T>(Func<T, bool> which)
        where T : class => Eventually.Get(() => Task.FromResult(app.Said<T>().FirstOrDefault(which)), $"{typeof(T).Name} on the bus");
}
