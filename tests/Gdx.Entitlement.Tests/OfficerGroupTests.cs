using Gdx.Entitlement.Contracts.V1;
using Gdx.Identity.Contracts;
using Gdx.TestEnvironment;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Gdx.Entitlement.Tests;

public sealed class OfficerGroupTests(EntitlementApp app)
{
    [Fact]
    public async Task A_super_user_registers_officers_for_a_part_of_a_grant_and_everybody_concerned_hears_of_it()
    {
        var (agency, grant) = await GrantAsync();
        var (officer, superUser) = (app.Identity.NewMember(agency), Guid.CreateVersion7());
        var wish = EntitlementApp.Wish(grant, officer);
        wish.Rights[0].Fields.Add("lastName");
        wish.Reason = "หนังสือ กอ 12/2569";

        var group = await app.Groups.SaveAsync(wish, app.Of(agency, superUser, Roles.SuperUser));

        Assert.Equal((agency.ToString(), true, wish.Name, 150), (group.AgencyId, group.Active, group.Name, group.CallsPerOfficerAndDay));
        Assert.Equal([officer.ToString()], group.OfficerIds);
        Assert.Equal((grant.Id, "lastName", "welfare.eligibility"), (group.Rights.Single().GrantId, group.Rights[0].Fields.Single(), group.Rights[0].Purposes.Single()));
        var read = await app.Groups.GetAsync(new() { GroupId = group.Id, WithSteps = true }, app.Of(agency, Roles.OrganizationAdmin));
        Assert.Equal(group, read.Group);
        Assert.Equal((OfficerGroupAct.Created, superUser.ToString(), wish.Reason, officer.ToString()), (read.Steps.Single().Act, read.Steps[0].By, read.Steps[0].Reason, read.Steps[0].AddedIds.Single()));
        var given = await HeardAsync<OfficerRightGiven>(fact => fact.GroupId.ToString() == group.Id);
        Assert.Equal((1L, agency, superUser), (given.Revision, given.AgencyId, given.By));
        Assert.Equal((officer, Guid.Parse(grant.Id)), (given.PersonIds.Single(), given.GrantIds.Single()));
        Assert.True((await HeardAsync<OfficerGroupChanged>(fact => fact.GroupId.ToString() == group.Id)).Active);
    }

    [Fact]
    public async Task Replaced_it_is_exactly_what_was_asked_and_who_comes_and_goes_is_told()
    {
        var (agency, group, grant, stays) = await GroupAsync();
        var (goes, comes) = (app.Identity.NewMember(agency), app.Identity.NewMember(agency));
        group = await app.Groups.AddOfficersAsync(new() { GroupId = group.Id, OfficerIds = { goes.ToString() } }, app.AsSuperUser(agency));
        var wish = EntitlementApp.Again(group);
        (wish.Name, wish.CallsPerOfficerAndDay) = ("งานใหม่ " + group.Id, 1000);
        wish.OfficerIds.Clear();
        wish.OfficerIds.Add([stays.ToString(), comes.ToString()]);

        var replaced = await app.Groups.SaveAsync(wish, app.AsSuperUser(agency));

        Assert.Equal((wish.Name, 1000), (replaced.Name, replaced.CallsPerOfficerAndDay));
        Assert.Equal(new[] { stays.ToString(), comes.ToString() }.Order(), replaced.OfficerIds.Order());
        Assert.Equal(replaced, await app.Groups.SaveAsync(wish, app.AsSuperUser(agency))); // What is as asked already: no conflict.
        Assert.Equal([goes], (await HeardAsync<OfficerRightEnded>(fact => fact.GroupId.ToString() == group.Id)).PersonIds);
        await HeardAsync<OfficerRightGiven>(fact => fact.GroupId.ToString() == group.Id && fact.PersonIds.SequenceEqual([comes]));
        wish.Name = "เก่า " + group.Id;
        Assert.Equal(new(StatusCode.Aborted, "entitlement.group.changed", ""), await SaveRefusedAsync(wish, app.AsSuperUser(agency)));
        Assert.Equal(grant.Id, replaced.Rights.Single().GrantId);
    }

    [Fact]
    public async Task Saved_twice_or_at_once_it_is_one_group_and_its_name_is_the_agencys_once()
    {
        var (agency, grant) = await GrantAsync();
        var wish = EntitlementApp.Wish(grant, app.Identity.NewMember(agency));

        var made = await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ => await app.Groups.SaveAsync(wish, app.AsSuperUser(agency))));

        Assert.Single(made.Distinct());
        wish.RequestId = Guid.CreateVersion7().ToString();
        Assert.Equal(new(StatusCode.AlreadyExists, "entitlement.group.name_taken", ""), await SaveRefusedAsync(wish, app.AsSuperUser(agency)));
        await app.Groups.DissolveAsync(new() { GroupId = made[0].Id, Reason = "x" }, app.AsSuperUser(agency));
        Assert.NotEqual(made[0].Id, (await app.Groups.SaveAsync(wish, app.AsSuperUser(agency))).Id);
    }

    [Fact]
    public async Task Nobody_gives_themself_a_right()
    {
        var (agency, grant) = await GrantAsync();
        var self = app.Identity.NewMember(agency);
        var me = app.Of(agency, self, Roles.SuperUser, Roles.OrganizationAdmin);
        var refusal = new Refusal(StatusCode.PermissionDenied, "entitlement.group.self", "");

        Assert.Equal(refusal, await SaveRefusedAsync(EntitlementApp.Wish(grant, self), me));
        var group = await app.Groups.SaveAsync(EntitlementApp.Wish(grant), me);
        Assert.Equal(refusal, await Refusal.OfAsync(() => app.Groups.AddOfficersAsync(new() { GroupId = group.Id, OfficerIds = { self.ToString() } }, me).ResponseAsync));
        // Registered by somebody else they may not make it wider either.
        group = await app.Groups.AddOfficersAsync(new() { GroupId = group.Id, OfficerIds = { self.ToString() } }, app.Of(agency, Roles.OrganizationAdmin));
        var wider = EntitlementApp.Again(group);
        wider.CallsPerOfficerAndDay = 1000;
        Assert.Equal(refusal, await SaveRefusedAsync(wider, me));
        Assert.Equal(refusal, await Refusal.OfAsync(() => app.Groups.RaiseLimitAsync(new() { GroupId = group.Id, CallsPerOfficerAndDay = 5000, Reason = "x" }, app.As(self, Roles.Person, Roles.Operator)).ResponseAsync));
        Assert.Empty((await app.Groups.RemoveOfficersAsync(new() { GroupId = group.Id, OfficerIds = { self.ToString() } }, me)).OfficerIds);
    }

    [Fact]
    public async Task A_group_opens_nothing_beyond_its_grants_and_only_grants_of_its_agency()
    {
        var (agency, grant) = await GrantAsync();
        var (_, foreign) = await GrantAsync();
        var superUser = app.AsSuperUser(agency);

        Assert.Equal("entitlement.group.wider", (await SaveRefusedAsync(With(wish => wish.Rights[0].Fields.Add(["firstName", "age"])), superUser)).Code);
        Assert.Equal("entitlement.group.wider", (await SaveRefusedAsync(With(wish => wish.Rights[0].Purposes.Add("tax.audit")), superUser)).Code);
        Assert.Equal(new(StatusCode.NotFound, "entitlement.grant.unknown", ""), await SaveRefusedAsync(With(wish => wish.Rights[0].GrantId = foreign.Id), superUser));
        var kept = await app.Groups.SaveAsync(EntitlementApp.Wish(grant), superUser);
        await app.RevokeAsync(grant.Id);
        Assert.Equal("entitlement.grant.state", (await SaveRefusedAsync(EntitlementApp.Wish(grant), superUser)).Code);
        var renamed = EntitlementApp.Again(kept);
        renamed.Name = "ใหม่ " + kept.Id;
        Assert.Equal(renamed.Name, (await app.Groups.SaveAsync(renamed, superUser)).Name);

        SaveOfficerGroupRequest With(Action<SaveOfficerGroupRequest> change)
        {
            var wish = EntitlementApp.Wish(grant);
            change(wish);
            return wish;
        }
    }

    [Fact]
    public async Task Officers_of_a_managed_grant_are_the_super_users_alone()
    {
        var agency = app.Identity.NewAgency();
        var letter = app.Letter(agency);
        letter.OfficersManaged = true;
        var (managed, plain) = (await app.GrantAsync(letter), await app.GrantAsync(app.Letter(agency)));
        var (admin, officer) = (app.Of(agency, Roles.OrganizationAdmin), app.Identity.NewMember(agency));
        var refusal = new Refusal(StatusCode.PermissionDenied, "entitlement.group.super_user", "");

        Assert.Equal((true, GrantState.Conditional), (managed.OfficersManaged, managed.State));
        Assert.Equal(refusal, await SaveRefusedAsync(EntitlementApp.Wish(managed, officer), admin));
        var group = await app.Groups.SaveAsync(EntitlementApp.Wish(managed), app.AsSuperUser(agency));
        Assert.Equal(refusal, await Refusal.OfAsync(() => app.Groups.AddOfficersAsync(new() { GroupId = group.Id, OfficerIds = { officer.ToString() } }, admin).ResponseAsync));
        var swap = EntitlementApp.Again(group);
        swap.Rights[0] = new() { GrantId = plain.Id };
        Assert.Equal(refusal, await SaveRefusedAsync(swap, admin));
        Assert.Equal([officer.ToString()], (await app.Groups.SaveAsync(EntitlementApp.Wish(plain, officer), admin)).OfficerIds);
        Assert.False((await app.Groups.DissolveAsync(new() { GroupId = group.Id, Reason = "taking away never waits" }, admin)).Active);
    }

    [Fact]
    public async Task More_than_a_thousand_calls_only_the_operator_gives_and_the_super_user_may_keep_or_lower_them()
    {
        var (agency, group, _, _) = await GroupAsync();
        var superUser = app.AsSuperUser(agency);

        Assert.Equal("entitlement.group.limit", (await SaveRefusedAsync(Limited(1001), superUser)).Code);
        Assert.Equal("entitlement.grant.own_agency", (await Refusal.OfAsync(() => app.Groups.RaiseLimitAsync(new() { GroupId = group.Id, CallsPerOfficerAndDay = 3000, Reason = "x" }, app.Of(agency, Roles.Operator)).ResponseAsync)).Code);
        group = await app.Groups.RaiseLimitAsync(new() { GroupId = group.Id, CallsPerOfficerAndDay = 3000, Reason = "counter of a large district" }, app.AsOperator(app.Maker));
        Assert.Equal(3000, group.CallsPerOfficerAndDay);
        var renamed = Limited(0);
        renamed.Name = "อื่น " + group.Id;
        group = await app.Groups.SaveAsync(renamed, superUser);
        Assert.Equal(3000, group.CallsPerOfficerAndDay);
        Assert.Equal("entitlement.group.limit", (await SaveRefusedAsync(Limited(3001), superUser)).Code);
        group = await app.Groups.SaveAsync(Limited(2000), superUser);
        Assert.Equal("entitlement.group.limit", (await SaveRefusedAsync(Limited(3000), superUser)).Code);
        group = await app.Groups.SaveAsync(Limited(1), superUser);
        Assert.Equal("entitlement.group.limit", (await SaveRefusedAsync(Limited(2000), superUser)).Code);
        var steps = (await app.Groups.GetAsync(new() { GroupId = group.Id, WithSteps = true }, app.AsOperator(app.Maker))).Steps;
        Assert.Contains(steps, step => (step.Act, step.By, step.Reason) == (OfficerGroupAct.LimitRaised, app.Maker.ToString(), "counter of a large district"));

        SaveOfficerGroupRequest Limited(int limit)
        {
            var wish = EntitlementApp.Again(group);
            wish.CallsPerOfficerAndDay = limit;
            return wish;
        }
    }

    [Fact]
    public async Task Only_those_who_work_for_the_agency_now_are_registered()
    {
        var (agency, group, grant, _) = await GroupAsync();
        var foreign = app.Identity.NewMember(Guid.CreateVersion7());
        var superUser = app.AsSuperUser(agency);
        var refusal = new Refusal(StatusCode.FailedPrecondition, "entitlement.group.officer_unknown", "");

        Assert.Equal(refusal, await SaveRefusedAsync(EntitlementApp.Wish(grant, foreign), superUser));
        Assert.Equal(refusal, await AddRefusedAsync(group.Id, foreign, superUser));
        app.Identity.Faults[agency] = StatusCode.Unavailable;
        Assert.Equal("entitlement.check.unavailable", (await AddRefusedAsync(group.Id, foreign, superUser)).Code);
    }

    [Fact]
    public async Task Officers_are_added_and_removed_once_and_never_more_than_a_thousand()
    {
        var (agency, group, _, first) = await GroupAsync();
        var superUser = app.AsSuperUser(agency);
        var many = Enumerable.Range(0, 1000).Select(_ => app.Identity.NewMember(agency).ToString()).ToList();

        Assert.Equal(new(StatusCode.FailedPrecondition, "entitlement.group.too_many", ""), await Refusal.OfAsync(() => app.Groups.AddOfficersAsync(new() { GroupId = group.Id, OfficerIds = { many } }, superUser).ResponseAsync));
        var full = await app.Groups.AddOfficersAsync(new() { GroupId = group.Id, OfficerIds = { many.Take(999) } }, superUser);
        Assert.Equal(1000, full.OfficerIds.Count);
        Assert.Equal(full, await app.Groups.AddOfficersAsync(new() { GroupId = group.Id, OfficerIds = { many.Take(999) } }, superUser));
        var one = await app.Groups.RemoveOfficersAsync(new() { GroupId = group.Id, OfficerIds = { many } }, superUser);
        Assert.Equal([first.ToString()], one.OfficerIds);
        Assert.Equal(one, await app.Groups.RemoveOfficersAsync(new() { GroupId = group.Id, OfficerIds = { many } }, superUser));
        await Eventually.True(() => app.Said<OfficerRightEnded>().Any(fact => fact.GroupId.ToString() == group.Id && fact.PersonIds.Count == 999), "999 rights ended");
    }

    [Fact]
    public async Task Dissolved_it_is_closed_for_good_and_is_found_only_when_asked_for()
    {
        var (agency, group, _, officer) = await GroupAsync();
        var superUser = app.AsSuperUser(agency);

        var dissolved = await app.Groups.DissolveAsync(new() { GroupId = group.Id, Reason = "ยุบ" }, superUser);

        Assert.False(dissolved.Active);
        Assert.Equal(dissolved, await app.Groups.DissolveAsync(new() { GroupId = group.Id, Reason = "again" }, superUser));
        Assert.Equal("entitlement.group.state", (await AddRefusedAsync(group.Id, app.Identity.NewMember(agency), superUser)).Code);
        var revived = EntitlementApp.Again(dissolved);
        Assert.Equal("entitlement.group.state", (await SaveRefusedAsync(revived, superUser)).Code);
        Assert.Empty((await app.Groups.FindAsync(new(), superUser)).Groups);
        Assert.Equal([dissolved], (await app.Groups.FindAsync(new() { WithDissolved = true, OfficerId = officer.ToString() }, superUser)).Groups);
        Assert.Equal([officer], (await HeardAsync<OfficerRightEnded>(fact => fact.GroupId.ToString() == group.Id)).PersonIds);
    }

    [Fact]
    public async Task Another_agencys_group_does_not_exist()
    {
        var (agency, group, grant, officer) = await GroupAsync();
        var (other, known) = (Guid.CreateVersion7(), new Refusal(StatusCode.NotFound, "entitlement.group.unknown", ""));

        foreach (var who in new[] { app.Of(other, Roles.SuperUser), app.Of(other, Roles.OrganizationAdmin), app.Of(other, Roles.SuperUser, Roles.Operator) })
        {
            Assert.Equal(known, await SaveRefusedAsync(EntitlementApp.Again(group), who));
            Assert.Equal(known, await AddRefusedAsync(group.Id, Guid.NewGuid(), who));
            Assert.Equal(known, await Refusal.OfAsync(() => app.Groups.RemoveOfficersAsync(new() { GroupId = group.Id, OfficerIds = { officer.ToString() } }, who).ResponseAsync));
            Assert.Equal(known, await Refusal.OfAsync(() => app.Groups.DissolveAsync(new() { GroupId = group.Id, Reason = "x" }, who).ResponseAsync));
        }

        Assert.Equal(known, await Refusal.OfAsync(() => app.Groups.GetAsync(new() { GroupId = group.Id }, app.AsSuperUser(other)).ResponseAsync));
        Assert.Empty((await app.Groups.FindAsync(new() { AgencyId = agency.ToString() }, app.AsSuperUser(other))).Groups);
        Assert.Equal([group.Id], (await app.Groups.FindAsync(new() { AgencyId = agency.ToString(), GrantId = grant.Id }, app.As(Guid.NewGuid(), Roles.Person, Roles.Auditor))).Groups.Select(one => one.Id));
        Assert.Equal("caller.without_agency", (await SaveRefusedAsync(EntitlementApp.Wish(grant), app.As(Guid.NewGuid(), Roles.Person, Roles.SuperUser))).Code);
    }

    [Fact]
    public async Task Groups_are_found_page_by_page_newest_first()
    {
        var (agency, grant) = await GrantAsync();
        List<string> made = [];
        for (var n = 0; n < 5; n++)
        {
            made.Add((await app.Groups.SaveAsync(EntitlementApp.Wish(grant), app.AsSuperUser(agency))).Id);
        }

        List<string> found = [];
        var token = "";
        do
        {
            var page = await app.Groups.FindAsync(new() { PageSize = 2, PageToken = token }, app.AsSuperUser(agency));
            found.AddRange(page.Groups.Select(group => group.Id));
            token = page.NextPageToken;
        }
        while (token.Length > 0);

        Assert.Equal(made.AsEnumerable().Reverse(), found);
    }

    [Fact]
    public async Task Bad_input_is_refused_with_the_name_of_the_field()
    {
        var (agency, grant) = await GrantAsync();
        var superUser = app.AsSuperUser(agency);
        foreach (var (field, change) in new (string, Action<SaveOfficerGroupRequest>)[]
        {
            ("request_id", wish => wish.RequestId = ""),
            ("group_id", wish => wish.GroupId = "x"),
            ("name", wish => wish.Name = " "),
            ("name", wish => wish.Name = "a\nb"),
            ("name", wish => wish.Name = new string('ก', 201)),
            ("rights", wish => wish.Rights.Clear()),
            ("rights", wish => wish.Rights.Add(wish.Rights[0].Clone())),
            ("rights", wish => wish.Rights.Add(Enumerable.Range(0, 50).Select(_ => new GroupRight { GrantId = Guid.NewGuid().ToString() }))),
            ("rights.grant_id", wish => wish.Rights[0].GrantId = "x"),
            ("officer_ids", wish => wish.OfficerIds.Add("x")),
            ("officer_ids", wish => wish.OfficerIds.Add(Guid.Empty.ToString())),
            ("officer_ids", wish => wish.OfficerIds.Add(Enumerable.Range(0, 1001).Select(_ => Guid.NewGuid().ToString()))),
            ("valid_from", wish => wish.ValidFrom = null),
            ("valid_until", wish => wish.ValidUntil = new Timestamp { Seconds = long.MaxValue }),
            ("valid_until", wish => wish.ValidUntil = wish.ValidFrom),
            ("valid_until", wish => wish.ValidUntil = wish.ValidFrom.ToDateTimeOffset().AddYears(5).AddDays(1).ToTimestamp()),
            ("calls_per_officer_and_day", wish => wish.CallsPerOfficerAndDay = -1),
            ("reason", wish => wish.Reason = "a\0b"),
        })
        {
            var wish = EntitlementApp.Wish(grant);
            change(wish);
            Assert.Equal(new(StatusCode.InvalidArgument, "request.invalid", field), await SaveRefusedAsync(wish, superUser));
        }

        Assert.Equal("officer_ids", (await Refusal.OfAsync(() => app.Groups.AddOfficersAsync(new() { GroupId = grant.Id }, superUser).ResponseAsync)).Field);
        Assert.Equal("group_id", (await Refusal.OfAsync(() => app.Groups.RemoveOfficersAsync(new() { OfficerIds = { grant.Id } }, superUser).ResponseAsync)).Field);
        Assert.Equal("reason", (await Refusal.OfAsync(() => app.Groups.DissolveAsync(new() { GroupId = grant.Id }, superUser).ResponseAsync)).Field);
        Assert.Equal("group_id", (await Refusal.OfAsync(() => app.Groups.GetAsync(new(), superUser).ResponseAsync)).Field);
        Assert.Equal("page_size", (await Refusal.OfAsync(() => app.Groups.FindAsync(new() { PageSize = 101 }, superUser).ResponseAsync)).Field);
        Assert.Equal("page_token", (await Refusal.OfAsync(() => app.Groups.FindAsync(new() { PageToken = "x" }, superUser).ResponseAsync)).Field);
        foreach (var limit in new[] { 0, 10_001 })
        {
            Assert.Equal("calls_per_officer_and_day", (await Refusal.OfAsync(() => app.Groups.RaiseLimitAsync(new() { GroupId = grant.Id, CallsPerOfficerAndDay = limit, Reason = "x" }, app.AsOperator(app.Maker)).ResponseAsync)).Field);
        }
    }

    private async Task<(Guid Agency, Grant Grant)> GrantAsync()
    {
        var agency = app.Identity.NewAgency();
        return (agency, await app.GrantAsync(app.Letter(agency)));
    }

    private async Task<(Guid Agency, OfficerGroup Group, Grant Grant, Guid Officer)> GroupAsync()
    {
        var (agency, grant) = await GrantAsync();
        var officer = app.Identity.NewMember(agency);
        return (agency, await app.Groups.SaveAsync(EntitlementApp.Wish(grant, officer), app.AsSuperUser(agency)), grant, officer);
    }

    private Task<Refusal> SaveRefusedAsync(SaveOfficerGroupRequest wish, Metadata who) => Refusal.OfAsync(() => app.Groups.SaveAsync(wish, who).ResponseAsync);

    private Task<Refusal> AddRefusedAsync(string group, Guid person, Metadata who) => Refusal.OfAsync(() => app.Groups.AddOfficersAsync(new() { GroupId = group, OfficerIds = { person.ToString() } }, who).ResponseAsync);

    private Task<T> HeardAsync<T>(Func<T, bool> which)
        where T : class => Eventually.Get(() => Task.FromResult(app.Said<T>().FirstOrDefault(which)), $"{typeof(T).Name} on the bus");
}
