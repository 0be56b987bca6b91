using Gdx.Entitlement.Contracts.V1;
using Gdx.Identity.Contracts.V1;
using Gdx.TestEnvironment;

namespace Gdx.Entitlement.Tests;

public sealed class EndOfficerRightsTests(EntitlementApp app)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whoever_leaves_the_agency_or_is_suspended_leaves_its_groups_and_no_others(bool ended)
    {
        var (agency, group, officer, colleague) = await GroupAsync();
        var (elsewhere, other, stranger, _) = await GroupAsync();

        await LeaveAsync(ended, agency, officer, DateTimeOffset.UtcNow);
        await LeaveAsync(ended, agency, officer, DateTimeOffset.UtcNow);
        await LeaveAsync(ended, agency, stranger, DateTimeOffset.UtcNow); // Of another agency: nothing to do with its groups.

        await Eventually.True(async () => (await app.GroupAsync(agency, group.Id)).OfficerIds.Count == 1, "the officer to leave");
        Assert.Equal([colleague.ToString()], (await app.GroupAsync(agency, group.Id)).OfficerIds);
        var fact = await Eventually.Get(() => Task.FromResult(app.Said<OfficerRightEnded>().FirstOrDefault(fact => fact.GroupId.ToString() == group.Id)), "OfficerRightEnded");
        Assert.Equal((null, officer), (fact.By, fact.PersonIds.Single()));
        var steps = (await app.Groups.GetAsync(new() { GroupId = group.Id, WithSteps = true }, app.AsSuperUser(agency))).Steps;
        Assert.Single(steps, step => step.Act == OfficerGroupAct.OfficerLeft);
        Assert.Equal(2, (await app.GroupAsync(elsewhere, other.Id)).OfficerIds.Count);
    }

    [Fact]
    public async Task Who_comes_back_is_registered_again_and_an_old_fact_takes_nothing_from_them()
    {
        var (agency, group, officer, colleague) = await GroupAsync();

        await LeaveAsync(true, agency, officer, DateTimeOffset.UtcNow.AddHours(-1));
        await LeaveAsync(true, agency, colleague, DateTimeOffset.UtcNow);

        await Eventually.True(async () => (await app.GroupAsync(agency, group.Id)).OfficerIds.Count == 1, "the colleague to leave");
        Assert.Equal([officer.ToString()], (await app.GroupAsync(agency, group.Id)).OfficerIds);
    }

    [Fact]
    public async Task Who_leaves_while_Identity_is_being_asked_is_not_registered()
    {
        var (agency, group, _, _) = await GroupAsync();
        var leaving = app.Identity.NewMember(agency);
        app.Identity.WhileAsked[agency] = async () =>
        {
            await LeaveAsync(true, agency, leaving, DateTimeOffset.UtcNow);
            await Eventually.True(async () => await app.SqlAsync($"SELECT 1 / count(*) FROM officer_departures WHERE person_id = '{leaving}'") is null, "the departure to be known");
        };

        var refusal = await Refusal.OfAsync(() => app.Groups.AddOfficersAsync(new() { GroupId = group.Id, OfficerIds = { leaving.ToString() } }, app.AsSuperUser(agency)).ResponseAsync);

        Assert.Equal("entitlement.group.officer_unknown", refusal.Code);
        Assert.Equal(2, (await app.GroupAsync(agency, group.Id)).OfficerIds.Count);
    }

    [Fact]
    public async Task An_agency_that_is_closed_has_no_groups_any_more()
    {
        var (agency, group, officer, _) = await GroupAsync();
        var grant = group.Rights.Single().GrantId;
        var closed = new AgencyClosed { AgencyId = agency, At = DateTimeOffset.UtcNow, By = Guid.CreateVersion7() };

        await app.TellAsync(closed);
        await app.TellAsync(closed);

        await Eventually.True(async () => !(await app.GroupAsync(agency, group.Id)).Active, "the group to be dissolved");
        Assert.Single((await app.Groups.GetAsync(new() { GroupId = group.Id, WithSteps = true }, app.AsSuperUser(agency))).Steps, step => step.Act == OfficerGroupAct.AgencyClosed);
        await Eventually.True(async () => (await app.Grants.GetAsync(new() { GrantId = grant }, app.AsOperator(app.Maker))).State == GrantState.Revoked, "the grant to end, too");
        var again = EntitlementApp.Wish(new Grant { Id = grant }, officer);
        Assert.Equal("entitlement.grant.state", (await Refusal.OfAsync(() => app.Groups.SaveAsync(again, app.AsSuperUser(agency)).ResponseAsync)).Code);
    }

    private Task LeaveAsync(bool ended, Guid agency, Guid person, DateTimeOffset at) => ended
        ? app.TellAsync(new MembershipEnded { MembershipId = Guid.CreateVersion7(), AgencyId = agency, PersonId = person, At = at })
        : app.TellAsync(new MembershipSuspended { MembershipId = Guid.CreateVersion7(), AgencyId = agency, PersonId = person, At = at });

    private async Task<(Guid Agency, OfficerGroup Group, Guid Officer, Guid Colleague)> GroupAsync()
    {
        var agency = app.Identity.NewAgency();
        var (officer, colleague) = (app.Identity.NewMember(agency), app.Identity.NewMember(agency));
        return (agency, await app.Groups.SaveAsync(EntitlementApp.Wish(await app.GrantAsync(app.Letter(agency)), officer, colleague), app.AsSuperUser(agency)), officer, colleague);
    }
}
