using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.TestEnvironment;
using Grpc.Core;

namespace Gdx.Identity.Tests;

public sealed class MembershipTests(IdentityApp app) : IClassFixture<IdentityApp>
{
    [Fact]
    public async Task A_person_asks_waits_and_is_let_in_with_roles_and_menus()
    {
        var agency = await SignedIn.AgencyAsync(app);
        var (admin, person) = (await AdminAsync(agency), await SignedIn.AnyoneAsync(app));

        var asked = await JoinAsync(person, agency);
        var queue = await app.Memberships.FindAsync(new() { AgencyId = agency.ToString(), State = MembershipState.Waiting }, admin.Metadata);
        var approved = await app.Memberships.ApproveAsync(
            new() { MembershipId = asked.Id, Roles = { Roles.Officer, Roles.SuperUser }, Menus = { Menus.LookUpPerson } }, admin.Metadata);

        Assert.Equal((MembershipState.Waiting, person.Person.ToString(), agency.ToString(), ""), (asked.State, asked.PersonId, asked.AgencyId, asked.DecidedBy));
        Assert.Empty(asked.Roles);
        var waits = Assert.Single(queue.Memberships);
        Assert.Equal((asked.Id, true), (waits.Id, waits.PersonVerified));
        Assert.All([waits.PersonNameTh, waits.PersonEmail, waits.AgencyNameTh, waits.AgencyNameEn], Assert.NotEmpty);
        Assert.Equal((MembershipState.Active, admin.Person.ToString()), (approved.State, approved.DecidedBy));
        Assert.Equal([Roles.Officer, Roles.SuperUser], approved.Roles);
        Assert.Equal([Menus.LookUpPerson], approved.Menus);
        await ToldAsync<MembershipRequested>(told => told.MembershipId.ToString() == asked.Id && told.AgencyId == agency && told.PersonId == person.Person);
        await ToldAsync<MembershipApproved>(told => told.MembershipId.ToString() == asked.Id && told.AgencyId == agency && told.PersonId == person.Person);
    }

    [Fact]
    public async Task Nobody_asks_an_agency_twice_also_not_at_once()
    {
        var agency = await SignedIn.AgencyAsync(app);
        var (person, member) = (await SignedIn.AnyoneAsync(app), await SignedIn.AsAsync(app, agency, Roles.Officer));

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => OutcomeAsync(() => JoinAsync(person, agency))));

        Assert.Single(outcomes, "");
        Assert.All(outcomes.Where(outcome => outcome.Length > 0), outcome => Assert.Equal("identity.membership.duplicate", outcome));
        Assert.Equal((StatusCode.AlreadyExists, "identity.membership.duplicate"), await RefusedAsync(() => JoinAsync(member, agency)));
    }

    [Theory]
    [InlineData(AgencyState.Applied)]
    [InlineData(AgencyState.Verified)]
    [InlineData(AgencyState.Suspended)]
    [InlineData(AgencyState.Closed)]
    public async Task Nobody_joins_or_is_let_into_an_agency_that_is_not_active(AgencyState state)
    {
        var (closed, agency) = (await SignedIn.AgencyAsync(app, agency => agency.State = state), await SignedIn.AgencyAsync(app));
        var (admin, person) = (await AdminAsync(agency), await SignedIn.AnyoneAsync(app));
        var waits = await JoinAsync(person, agency);
        await app.SqlAsync<string>($"UPDATE agencies SET state = '{state}' WHERE id = '{agency}' RETURNING state");

        Assert.Equal((StatusCode.FailedPrecondition, "identity.agency.state"), await RefusedAsync(() => JoinAsync(person, closed)));
        Assert.Equal((StatusCode.FailedPrecondition, "identity.agency.state"), await RefusedAsync(() => ApproveAsync(admin, waits.Id)));
        Assert.Equal((StatusCode.NotFound, "identity.agency.unknown"), await RefusedAsync(() => JoinAsync(person, Guid.NewGuid())));
    }

    [Fact]
    public async Task A_person_picks_a_branch_of_the_agency_and_of_no_other()
    {
        var (agency, other) = (await SignedIn.AgencyAsync(app), await SignedIn.AgencyAsync(app));
        var (own, foreign, person) = (await BranchAsync(agency), await BranchAsync(other), await SignedIn.AnyoneAsync(app));

        foreach (var branch in new[] { foreign, Guid.NewGuid() })
        {
            Assert.Equal((StatusCode.NotFound, "identity.branch.unknown"), await RefusedAsync(async () =>
                await app.Memberships.JoinAsync(new() { AgencyId = agency.ToString(), BranchId = branch.ToString() }, person.Metadata)));
        }

        Assert.Equal(own.ToString(), (await app.Memberships.JoinAsync(new() { AgencyId = agency.ToString(), BranchId = own.ToString() }, person.Metadata)).BranchId);
    }

    [Fact]
    public async Task Who_goes_to_another_branch_of_the_agency_is_approved_anew()
    {
        var agency = await SignedIn.AgencyAsync(app);
        var (admin, member, branch) = (await AdminAsync(agency), await SignedIn.AsAsync(app, agency, Roles.Officer), await BranchAsync(agency));

        var waits = await app.Memberships.TransferAsync(
            new() { MembershipId = member.Membership.ToString(), AgencyId = agency.ToString(), BranchId = branch.ToString(), Reason = "ย้ายสาขา" }, admin.Metadata);

        Assert.Equal((MembershipState.Waiting, agency.ToString(), branch.ToString()), (waits.State, waits.AgencyId, waits.BranchId));
        Assert.Equal((MembershipState.Ended, "transferred"), ((await OneAsync(await member.AgainAsync(app), member.Membership.ToString()!)).State, await EndedAsync(member)));
        Assert.Equal(branch.ToString(), (await ApproveAsync(admin, waits.Id)).BranchId);
    }

    [Fact]
    public async Task Who_was_refused_reads_why_and_may_ask_again_but_not_all_day()
    {
        var agency = await SignedIn.AgencyAsync(app);
        var (admin, person) = (await AdminAsync(agency), await SignedIn.AnyoneAsync(app));

        foreach (var _ in Enumerable.Range(0, 5))
        {
            var asked = await JoinAsync(person, agency);
            await app.Memberships.RefuseAsync(new() { MembershipId = asked.Id, Reason = "ไม่พบชื่อในบัญชี" }, admin.Metadata);
        }

        var own = await app.Memberships.FindAsync(new() { State = MembershipState.Refused }, person.Metadata);
        Assert.Equal(5, own.Memberships.Count);
        Assert.All(own.Memberships, refused => Assert.Equal(("ไม่พบชื่อในบัญชี", admin.Person.ToString()), (refused.Reason, refused.DecidedBy)));
        Assert.Equal((StatusCode.ResourceExhausted, "identity.membership.too_many"), await RefusedAsync(() => JoinAsync(person, agency)));
        await ToldAsync<MembershipRefused>(told => told.MembershipId.ToString() == own.Memberships[4].Id);
        await JoinAsync(person, await SignedIn.AgencyAsync(app));
    }

    [Fact]
    public async Task Nobody_waits_at_more_than_twenty_agencies()
    {
        var person = await SignedIn.AnyoneAsync(app);
        foreach (var _ in Enumerable.Range(0, 20))
        {
            await JoinAsync(person, await SignedIn.AgencyAsync(app));
        }

        var one = await SignedIn.AgencyAsync(app);
        Assert.Equal((StatusCode.ResourceExhausted, "identity.membership.too_many"), await RefusedAsync(() => JoinAsync(person, one)));
    }

    [Fact]
    public async Task A_person_without_verified_number_waits()
    {
        var agency = await SignedIn.AgencyAsync(app);
        var (admin, person) = (await AdminAsync(agency), await SignedIn.AnyoneAsync(app, verified: false));
        var asked = await JoinAsync(person, agency);

        Assert.False(asked.PersonVerified);
        Assert.Equal((StatusCode.FailedPrecondition, "identity.person.unverified"), await RefusedAsync(() => ApproveAsync(admin, asked.Id)));
        Assert.Equal(MembershipState.Waiting, (await OneAsync(person, asked.Id)).State);
    }

    [Fact]
    public async Task Nobody_decides_about_themself()
    {
        var agency = await SignedIn.AgencyAsync(app);
        var (admin, _) = (await AdminAsync(agency), await AdminAsync(agency));
        var id = admin.Membership.ToString();

        foreach (var act in new Func<Task>[]
        {
            () => ApproveAsync(admin, id!),
            async () => await app.Memberships.RefuseAsync(new() { MembershipId = id, Reason = "x" }, admin.Metadata),
            async () => await app.Memberships.SetMenusAsync(new() { MembershipId = id, Menus = { Menus.LookUpPerson } }, admin.Metadata),
            async () => await app.Memberships.SetRolesAsync(new() { MembershipId = id, Roles = { Roles.SuperUser } }, admin.Metadata),
            async () => await app.Memberships.SuspendAsync(new() { MembershipId = id, Reason = "x" }, admin.Metadata),
            async () => await app.Memberships.ResumeAsync(new() { MembershipId = id }, admin.Metadata),
            async () => await app.Memberships.EndAsync(new() { MembershipId = id, Reason = "x" }, admin.Metadata),
            async () => await app.Memberships.TransferAsync(new() { MembershipId = id, AgencyId = (await SignedIn.AgencyAsync(app)).ToString(), Reason = "x" }, admin.Metadata),
            async () => await app.Memberships.NameAdminAsync(new() { MembershipId = id }, admin.Metadata),
            async () => await app.Memberships.RemoveAdminAsync(new() { MembershipId = id, Reason = "x" }, admin.Metadata),
        })
        {
            Assert.Equal((StatusCode.PermissionDenied, "identity.membership.own"), await RefusedAsync(act));
        }
    }

    [Fact]
    public async Task An_admin_who_is_none_any_more_decides_nothing_though_the_token_still_says_so()
    {
        var agency = await SignedIn.AgencyAsync(app);
        var (admin, removed) = (await AdminAsync(agency), await AdminAsync(agency));
        var waits = await JoinAsync(await SignedIn.AnyoneAsync(app), agency);

        await app.Memberships.RemoveAdminAsync(new() { MembershipId = removed.Membership.ToString(), Reason = "x" }, admin.Metadata);
        Assert.Equal(StatusCode.Unauthenticated, (await RefusedAsync(() => ApproveAsync(removed, waits.Id))).Status);
        removed = await removed.AgainAsync(app);

        Assert.Equal((StatusCode.PermissionDenied, "caller.forbidden"), await RefusedAsync(() => ApproveAsync(removed, waits.Id)));
        Assert.Equal((StatusCode.PermissionDenied, "caller.forbidden"), await RefusedAsync(async () =>
            await app.Memberships.FindAsync(new() { AgencyId = agency.ToString() }, removed.Metadata)));
        Assert.Equal((StatusCode.PermissionDenied, "caller.forbidden"), await RefusedAsync(async () => await app.Memberships.FindPrimaryChangesAsync(new(), removed.Metadata)));
        Assert.Equal((StatusCode.PermissionDenied, "caller.forbidden"), await RefusedAsync(async () =>
            await app.Memberships.AskPrimaryChangeAsync(new() { MembershipId = admin.Membership.ToString() }, removed.Metadata)));
    }

    [Fact]
    public async Task An_admin_gives_only_roles_of_the_agency_and_named_menus()
    {
        var agency = await SignedIn.AgencyAsync(app);
        var admin = await AdminAsync(agency);
        var (waits, member) = (await JoinAsync(await SignedIn.AnyoneAsync(app), agency), await SignedIn.AsAsync(app, agency, Roles.Officer));

        foreach (var roles in new string[][] { [], [""], ["root"], [Roles.OrganizationAdmin], [Roles.Operator], [Roles.Registrar], [Roles.Auditor], [Roles.Service], [Roles.Person], [Roles.Officer, Roles.Officer], ["OFFICER"] })
        {
            Assert.Equal("roles", await FieldAsync(async () => await app.Memberships.ApproveAsync(new() { MembershipId = waits.Id, Roles = { roles } }, admin.Metadata)));
            Assert.Equal("roles", await FieldAsync(async () => await app.Memberships.SetRolesAsync(new() { MembershipId = member.Membership.ToString(), Roles = { roles } }, admin.Metadata)));
        }

        foreach (var menus in new string[][] { [""], ["lookup.everything"], [Menus.LookUpPerson, Menus.LookUpPerson], ["LOOKUP.PERSON"] })
        {
            Assert.Equal("menus", await FieldAsync(async () => await app.Memberships.ApproveAsync(new() { MembershipId = waits.Id, Roles = { Roles.Officer }, Menus = { menus } }, admin.Metadata)));
            Assert.Equal("menus", await FieldAsync(async () => await app.Memberships.SetMenusAsync(new() { MembershipId = member.Membership.ToString(), Menus = { menus } }, admin.Metadata)));
        }
    }

    [Fact]
    public async Task What_is_taken_away_ends_the_sessions_that_carry_it_and_what_is_given_does_not()
    {
        var agency = await SignedIn.AgencyAsync(app);
        var admin = await AdminAsync(agency);
        var (menus, roles) = (await SignedIn.AsAsync(app, agency, Roles.Officer), await SignedIn.AsAsync(app, agency, Roles.Officer, Roles.Registrar));

        await app.Memberships.SetMenusAsync(new() { MembershipId = menus.Membership.ToString(), Menus = { Menus.LookUpPerson, Menus.SeeUsage } }, admin.Metadata);
        var more = await app.Memberships.SetRolesAsync(new() { MembershipId = roles.Membership.ToString(), Roles = { Roles.Officer, Roles.DataOwner } }, admin.Metadata);
        Assert.All([await EndedAsync(menus), await EndedAsync(roles)], Assert.Empty);

        await app.Memberships.SetMenusAsync(new() { MembershipId = menus.Membership.ToString(), Menus = { Menus.SeeUsage } }, admin.Metadata);
        var less = await app.Memberships.SetRolesAsync(new() { MembershipId = roles.Membership.ToString(), Roles = { Roles.DataOwner } }, admin.Metadata);

        Assert.All([await EndedAsync(menus), await EndedAsync(roles)], because => Assert.Equal("rights-changed", because));
        Assert.Equal([Roles.DataOwner, Roles.Officer, Roles.Registrar], more.Roles.Order());
        Assert.Equal([Roles.DataOwner, Roles.Registrar], less.Roles.Order());
    }

    [Fact]
    public async Task Who_is_suspended_is_out_at_once_and_comes_back_when_resumed()
    {
        var agency = await SignedIn.AgencyAsync(app);
        var (admin, member) = (await AdminAsync(agency), await SignedIn.AsAsync(app, agency, Roles.Officer));

        var suspended = await app.Memberships.SuspendAsync(new() { MembershipId = member.Membership.ToString(), Reason = "สอบสวน" }, admin.Metadata);
        var because = await EndedAsync(member);
        var resumed = await app.Memberships.ResumeAsync(new() { MembershipId = member.Membership.ToString() }, admin.Metadata);

        Assert.Equal((MembershipState.Suspended, "สอบสวน", "suspended"), (suspended.State, suspended.Reason, because));
        Assert.Equal((MembershipState.Active, ""), (resumed.State, resumed.Reason));
        Assert.Equal([Roles.Officer], resumed.Roles);
        await ToldAsync<MembershipSuspended>(told => told.MembershipId == member.Membership);
        await ToldAsync<MembershipResumed>(told => told.MembershipId == member.Membership && told.PersonId == member.Person && told.AgencyId == agency);
    }

    [Fact]
    public async Task Who_is_ended_or_leaves_is_out_at_once_and_for_good()
    {
        var agency = await SignedIn.AgencyAsync(app);
        var (admin, ended, leaver, waiter) = (await AdminAsync(agency), await SignedIn.AsAsync(app, agency, Roles.Officer), await SignedIn.AsAsync(app, agency, Roles.Officer), await SignedIn.AnyoneAsync(app));
        var waits = await JoinAsync(waiter, agency);

        var end = await app.Memberships.EndAsync(new() { MembershipId = ended.Membership.ToString(), Reason = "เกษียณ" }, admin.Metadata);
        var left = await app.Memberships.LeaveAsync(new() { MembershipId = leaver.Membership.ToString() }, leaver.Metadata);
        var tookBack = await app.Memberships.LeaveAsync(new() { MembershipId = waits.Id }, waiter.Metadata);

        Assert.All([end, left, tookBack], one => Assert.Equal(MembershipState.Ended, one.State));
        Assert.Equal((admin.Person.ToString(), "เกษียณ", leaver.Person.ToString()), (end.EndedBy, end.Reason, left.EndedBy));
        Assert.Equal(("ended", "left"), (await EndedAsync(ended), await EndedAsync(leaver)));
        await ToldAsync<MembershipEnded>(told => told.MembershipId == ended.Membership);
        await ToldAsync<MembershipEnded>(told => told.MembershipId == leaver.Membership);
        Assert.Equal((StatusCode.FailedPrecondition, "identity.membership.state"), await RefusedAsync(async () =>
            await app.Memberships.ResumeAsync(new() { MembershipId = ended.Membership.ToString() }, admin.Metadata)));
        Assert.Equal((StatusCode.FailedPrecondition, "identity.membership.state"), await RefusedAsync(async () =>
            await app.Memberships.LeaveAsync(new() { MembershipId = leaver.Membership.ToString() }, (await leaver.AgainAsync(app)).Metadata)));
    }

    [Fact]
    public async Task Who_is_transferred_is_out_here_and_waits_there()
    {
        var (here, there) = (await SignedIn.AgencyAsync(app), await SignedIn.AgencyAsync(app));
        var (admin, other, member) = (await AdminAsync(here), await AdminAsync(there), await SignedIn.AsAsync(app, here, Roles.Officer, Roles.SuperUser));

        var waits = await app.Memberships.TransferAsync(new() { MembershipId = member.Membership.ToString(), AgencyId = there.ToString(), Reason = "ย้าย" }, admin.Metadata);

        var old = await OneAsync(await member.AgainAsync(app), member.Membership.ToString()!);
        Assert.Equal((MembershipState.Ended, "ย้าย", "transferred"), (old.State, old.Reason, await EndedAsync(member)));
        Assert.Equal((MembershipState.Waiting, there.ToString(), member.Person.ToString()), (waits.State, waits.AgencyId, waits.PersonId));
        Assert.Empty(waits.Roles);
        Assert.Equal((StatusCode.NotFound, "identity.membership.unknown"), await RefusedAsync(() => ApproveAsync(admin, waits.Id)));
        Assert.Equal(MembershipState.Active, (await ApproveAsync(other, waits.Id)).State);
        await ToldAsync<MembershipEnded>(told => told.MembershipId == member.Membership);
        await ToldAsync<MembershipRequested>(told => told.MembershipId.ToString() == waits.Id);
    }

    [Fact]
    public async Task A_transfer_that_cannot_be_leaves_everything_as_it_was()
    {
        var (here, there) = (await SignedIn.AgencyAsync(app), await SignedIn.AgencyAsync(app));
        var (admin, member) = (await AdminAsync(here), await SignedIn.AsAsync(app, here, Roles.Officer));
        await JoinAsync(member, there);

        var twice = await RefusedAsync(async () => await app.Memberships.TransferAsync(new() { MembershipId = member.Membership.ToString(), AgencyId = there.ToString(), Reason = "x" }, admin.Metadata));
        var nowhere = await RefusedAsync(async () => await app.Memberships.TransferAsync(new() { MembershipId = member.Membership.ToString(), AgencyId = Guid.NewGuid().ToString(), Reason = "x" }, admin.Metadata));
        var same = await FieldAsync(async () => await app.Memberships.TransferAsync(new() { MembershipId = member.Membership.ToString(), AgencyId = here.ToString(), Reason = "x" }, admin.Metadata));

        Assert.Equal(("identity.membership.duplicate", "identity.agency.unknown", "agency_id"), (twice.Code, nowhere.Code, same));
        Assert.Equal((MembershipState.Active, ""), ((await OneAsync(await member.AgainAsync(app), member.Membership.ToString()!)).State, await EndedAsync(member)));
    }

    [Fact]
    public async Task Each_step_wants_its_state()
    {
        var agency = await SignedIn.AgencyAsync(app);
        var (admin, active, person) = (await AdminAsync(agency), await SignedIn.AsAsync(app, agency, Roles.Officer), await SignedIn.AnyoneAsync(app));
        var waits = (await JoinAsync(person, agency)).Id;
        var id = active.Membership.ToString()!;

        foreach (var act in new Func<Task>[]
        {
            () => ApproveAsync(admin, id),
            async () => await app.Memberships.RefuseAsync(new() { MembershipId = id, Reason = "x" }, admin.Metadata),
            async () => await app.Memberships.ResumeAsync(new() { MembershipId = id }, admin.Metadata),
            async () => await app.Memberships.SetMenusAsync(new() { MembershipId = waits }, admin.Metadata),
            async () => await app.Memberships.SetRolesAsync(new() { MembershipId = waits, Roles = { Roles.Officer } }, admin.Metadata),
            async () => await app.Memberships.SuspendAsync(new() { MembershipId = waits, Reason = "x" }, admin.Metadata),
            async () => await app.Memberships.EndAsync(new() { MembershipId = waits, Reason = "x" }, admin.Metadata),
            async () => await app.Memberships.TransferAsync(new() { MembershipId = waits, AgencyId = (await SignedIn.AgencyAsync(app)).ToString(), Reason = "x" }, admin.Metadata),
            async () => await app.Memberships.NameAdminAsync(new() { MembershipId = waits }, admin.Metadata),
            async () => await app.Memberships.RemoveAdminAsync(new() { MembershipId = waits, Reason = "x" }, admin.Metadata),
            async () => await app.Memberships.AskPrimaryChangeAsync(new() { MembershipId = waits }, admin.Metadata),
        })
        {
            Assert.Equal((StatusCode.FailedPrecondition, "identity.membership.state"), await RefusedAsync(act));
        }
    }

    [Fact]
    public async Task Of_an_approval_and_a_refusal_at_once_one_counts()
    {
        foreach (var _ in Enumerable.Range(0, 5))
        {
            var agency = await SignedIn.AgencyAsync(app);
            var (one, two) = (await AdminAsync(agency), await AdminAsync(agency));
            var asked = await JoinAsync(await SignedIn.AnyoneAsync(app), agency);

            var outcomes = await Task.WhenAll(
                OutcomeAsync(() => ApproveAsync(one, asked.Id)),
                OutcomeAsync(async () => await app.Memberships.RefuseAsync(new() { MembershipId = asked.Id, Reason = "x" }, two.Metadata)));

            Assert.Equal(["", "identity.membership.state"], outcomes.Order());
        }
    }

    [Fact]
    public async Task Everyone_sees_what_is_theirs_and_operators_see_all()
    {
        var (agency, other) = (await SignedIn.AgencyAsync(app), await SignedIn.AgencyAsync(app));
        var (admin, member) = (await AdminAsync(agency), await SignedIn.AsAsync(app, agency, Roles.Officer));
        var elsewhere = await JoinAsync(member, other);
        var maker = await app.AsAsync(IdentityApp.Maker);

        var own = await app.Memberships.FindAsync(new(), member.Metadata);
        var agencys = await app.Memberships.FindAsync(new() { AgencyId = agency.ToString() }, admin.Metadata);
        var persons = await app.Memberships.FindAsync(new() { PersonId = member.Person.ToString() }, maker);
        var others = await app.Memberships.FindAsync(new() { AgencyId = other.ToString(), State = MembershipState.Waiting }, maker);

        Assert.Equal([member.Membership.ToString(), elsewhere.Id], own.Memberships.Select(one => one.Id));
        Assert.Equal([admin.Membership.ToString(), member.Membership.ToString()], agencys.Memberships.Select(one => one.Id));
        Assert.Equal([member.Membership.ToString(), elsewhere.Id], persons.Memberships.Select(one => one.Id));
        Assert.Equal([elsewhere.Id], others.Memberships.Select(one => one.Id));
        Assert.Equal((StatusCode.PermissionDenied, "caller.forbidden"), await RefusedAsync(async () => await app.Memberships.FindAsync(new() { AgencyId = agency.ToString() }, member.Metadata)));
        Assert.Equal((StatusCode.PermissionDenied, "caller.forbidden"), await RefusedAsync(async () => await app.Memberships.FindAsync(new() { AgencyId = other.ToString() }, admin.Metadata)));
        Assert.Equal((StatusCode.PermissionDenied, "caller.forbidden"), await RefusedAsync(async () => await app.Memberships.FindAsync(new() { PersonId = member.Person.ToString() }, admin.Metadata)));
    }

    [Fact]
    public async Task Pages_follow_each_other_who_asked_first_first()
    {
        var agency = await SignedIn.AgencyAsync(app);
        var admin = await AdminAsync(agency);
        var asked = new List<string>();
        foreach (var _ in Enumerable.Range(0, 5))
        {
            asked.Add((await JoinAsync(await SignedIn.AnyoneAsync(app), agency)).Id);
        }

        var (found, token) = (new List<string>(), "");
        do
        {
            var page = await app.Memberships.FindAsync(new() { AgencyId = agency.ToString(), State = MembershipState.Waiting, PageSize = 2, PageToken = token }, admin.Metadata);
            Assert.True(page.Memberships.Count <= 2);
            found.AddRange(page.Memberships.Select(one => one.Id));
            token = page.NextPageToken;
        }
        while (token.Length > 0);

        Assert.Equal(asked, found);
    }

    [Fact]
    public async Task Every_step_is_kept_with_who_when_and_why()
    {
        var agency = await SignedIn.AgencyAsync(app);
        var (admin, other, person) = (await AdminAsync(agency), await SignedIn.AsAsync(app, agency, Roles.Officer), await SignedIn.AnyoneAsync(app));
        var id = (await JoinAsync(person, agency)).Id;
        await app.Memberships.ApproveAsync(new() { MembershipId = id, Roles = { Roles.Officer }, Menus = { Menus.SeeUsage } }, admin.Metadata);
        await app.Memberships.SetMenusAsync(new() { MembershipId = id, Menus = { Menus.LookUpHouse } }, admin.Metadata);
        await app.Memberships.SetRolesAsync(new() { MembershipId = id, Roles = { Roles.SuperUser } }, admin.Metadata);
        await app.Memberships.SuspendAsync(new() { MembershipId = id, Reason = "สอบสวน" }, admin.Metadata);
        await app.Memberships.ResumeAsync(new() { MembershipId = id }, admin.Metadata);
        await app.Memberships.NameAdminAsync(new() { MembershipId = id }, admin.Metadata);
        await app.Memberships.RemoveAdminAsync(new() { MembershipId = id, Reason = "ครบวาระ" }, admin.Metadata);
        await app.Memberships.LeaveAsync(new() { MembershipId = id }, person.Metadata);

        var (steps, token) = (new List<MembershipStep>(), "");
        do
        {
            var page = await app.Memberships.FindStepsAsync(new() { MembershipId = id, PageSize = 3, PageToken = token }, admin.Metadata);
            steps.AddRange(page.Steps);
            token = page.NextPageToken;
        }
        while (token.Length > 0);

        var (a, p) = (admin.Person.ToString(), person.Person.ToString());
        Assert.Equal(
            [
                (MembershipAct.Requested, p, "", MembershipState.Waiting, "", ""),
                (MembershipAct.Approved, a, "", MembershipState.Active, "officer", Menus.SeeUsage),
                (MembershipAct.MenusSet, a, "", MembershipState.Active, "officer", Menus.LookUpHouse),
                (MembershipAct.RolesSet, a, "", MembershipState.Active, "super-user", Menus.LookUpHouse),
                (MembershipAct.Suspended, a, "สอบสวน", MembershipState.Suspended, "super-user", Menus.LookUpHouse),
                (MembershipAct.Resumed, a, "", MembershipState.Active, "super-user", Menus.LookUpHouse),
                (MembershipAct.AdminNamed, a, "", MembershipState.Active, "super-user,organization-admin", Menus.LookUpHouse),
                (MembershipAct.AdminRemoved, a, "ครบวาระ", MembershipState.Active, "super-user", Menus.LookUpHouse),
                (MembershipAct.Left, p, "", MembershipState.Ended, "super-user", Menus.LookUpHouse),
            ],
            steps.Select(step => (step.Act, step.By, step.Reason, step.State, string.Join(',', step.Roles), string.Join(',', step.Menus))));
        Assert.Equal(steps.Count, (await app.Memberships.FindStepsAsync(new() { MembershipId = id }, person.Metadata)).Steps.Count);
        Assert.Equal(steps.Count, (await app.Memberships.FindStepsAsync(new() { MembershipId = id }, await app.AsAsync(IdentityApp.Maker))).Steps.Count);
        Assert.Equal((StatusCode.NotFound, "identity.membership.unknown"), await RefusedAsync(async () => await app.Memberships.FindStepsAsync(new() { MembershipId = id }, other.Metadata)));
    }

    private Task<Guid> BranchAsync(Guid agency) => app.SqlAsync<Guid>(
        $"INSERT INTO branches (id, agency_id, code, name_th, province) VALUES (gen_random_uuid(), '{agency}', '{IdentityApp.NextNumber()}', 'สาขาทดสอบ', 'กรุงเทพมหานคร') RETURNING id");

    private Task<SignedIn> AdminAsync(Guid agency) => SignedIn.AsAsync(app, agency, Roles.OrganizationAdmin);

    private async Task<Membership> JoinAsync(SignedIn person, Guid agency) => await app.Memberships.JoinAsync(new() { AgencyId = agency.ToString() }, person.Metadata);

    private async Task<Membership> ApproveAsync(SignedIn admin, string id) => await app.Memberships.ApproveAsync(new() { MembershipId = id, Roles = { Roles.Officer } }, admin.Metadata);

    private async Task<Membership> OneAsync(SignedIn person, string id) => (await app.Memberships.FindAsync(new(), person.Metadata)).Memberships.Single(one => one.Id == id);

    private Task<string> EndedAsync(SignedIn person) => app.SqlAsync<string>($"SELECT coalesce(ended_because, '') FROM sessions WHERE id = '{person.Session}' AND (ended_at IS NULL) = (ended_because IS NULL)");

    private Task ToldAsync<T>(Func<T, bool> what) => Eventually.True(() => app.Told.OfType<T>().Any(what), $"{typeof(T).Name} on the bus");

    private static async Task<(StatusCode Status, string Code)> RefusedAsync(Func<Task> call) => await Refusal.OfAsync(call) is var refusal ? (refusal.Status, refusal.Code) : default;

    private static async Task<string> FieldAsync(Func<Task> call) => (await Refusal.OfAsync(call)).Field;

    private static async Task<string> OutcomeAsync(Func<Task> call)
    {
        try
        {
            await call();
            return "";
        }
        catch (RpcException refused)
        {
            return refused.Reason() ?? refused.StatusCode.ToString();
        }
    }
}
