using Gdx.Identity.Contracts;
using Gdx.Identity.Contracts.V1;
using Gdx.TestEnvironment;
using Grpc.Core;

namespace Gdx.Identity.Tests;

public sealed class PeopleBadInputTests(IdentityApp app) : IClassFixture<IdentityApp>
{
    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    [InlineData("{01a20b3c-b2a9-7dab-836b-0da0005d4972}")]
    public async Task What_is_no_id_is_refused_and_what_was_never_given_out_is_unknown(string wrong)
    {
        var (admin, registrar, maker) = (await SignedIn.AsAsync(app, await SignedIn.AgencyAsync(app), Roles.OrganizationAdmin), await SignedIn.AsAsync(app, await SignedIn.AgencyAsync(app), Roles.Registrar), await app.AsAsync(IdentityApp.Maker));
        var (who, agency) = (admin.Metadata, admin.Agency.ToString());
        const string Member = "identity.membership.unknown";
        foreach (var (field, code, call) in new (string, string, Func<string, Task>)[]
        {
            ("agency_id", "identity.agency.unknown", async id => await app.Memberships.JoinAsync(new() { AgencyId = id }, who)),
            ("membership_id", Member, async id => await app.Memberships.LeaveAsync(new() { MembershipId = id }, who)),
            ("membership_id", Member, async id => await app.Memberships.FindStepsAsync(new() { MembershipId = id }, who)),
            ("membership_id", Member, async id => await app.Memberships.ApproveAsync(new() { MembershipId = id, Roles = { Roles.Officer } }, who)),
            ("membership_id", Member, async id => await app.Memberships.RefuseAsync(new() { MembershipId = id, Reason = "x" }, who)),
            ("membership_id", Member, async id => await app.Memberships.SetMenusAsync(new() { MembershipId = id }, who)),
            ("membership_id", Member, async id => await app.Memberships.SetRolesAsync(new() { MembershipId = id, Roles = { Roles.Officer } }, who)),
            ("membership_id", Member, async id => await app.Memberships.SuspendAsync(new() { MembershipId = id, Reason = "x" }, who)),
            ("membership_id", Member, async id => await app.Memberships.ResumeAsync(new() { MembershipId = id }, who)),
            ("membership_id", Member, async id => await app.Memberships.EndAsync(new() { MembershipId = id, Reason = "x" }, who)),
            ("membership_id", Member, async id => await app.Memberships.TransferAsync(new() { MembershipId = id, AgencyId = agency, Reason = "x" }, who)),
            ("agency_id", "identity.agency.unknown", async id => await app.Memberships.TransferAsync(new() { MembershipId = admin.Membership.ToString(), AgencyId = id, Reason = "x" }, who)),
            ("membership_id", Member, async id => await app.Memberships.NameAdminAsync(new() { MembershipId = id }, who)),
            ("membership_id", Member, async id => await app.Memberships.RemoveAdminAsync(new() { MembershipId = id, Reason = "x" }, who)),
            ("membership_id", Member, async id => await app.Memberships.AskPrimaryChangeAsync(new() { MembershipId = id }, who)),
            ("change_id", "identity.primary_change.unknown", async id => await app.Memberships.DecidePrimaryChangeAsync(new() { ChangeId = id, Reason = "x" }, maker)),
            ("membership_id", Member, async id => await app.OperatorRoles.AskAsync(new() { MembershipId = id, Role = Roles.Auditor }, maker)),
            ("grant_id", "identity.role_grant.unknown", async id => await app.OperatorRoles.DecideAsync(new() { GrantId = id, Reason = "x" }, maker)),
            ("grant_id", "identity.role_grant.unknown", async id => await app.OperatorRoles.WithdrawAsync(new() { GrantId = id, Reason = "x" }, maker)),
            ("person_id", "identity.person.unknown", async id => await app.People.VerifyCitizenAsync(new() { PersonId = id, CitizenId = Numbers.CitizenId.Synthetic(IdentityApp.NextNumber()).Value }, registrar.Metadata)),
        })
        {
            var refused = await Refusal.OfAsync(() => call(wrong));
            Assert.Equal((StatusCode.InvalidArgument, field), (refused.Status, refused.Field));
            var missing = await Refusal.OfAsync(() => call(Guid.NewGuid().ToString()));
            Assert.Equal((StatusCode.NotFound, code), (missing.Status, missing.Code));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n ")]
    [InlineData("a\0b")]
    [InlineData("long")]
    public async Task A_reason_is_a_readable_text_of_a_thousand_characters(string text)
    {
        var reason = text == "long" ? new string('x', 1001) : text;
        var (agency, id) = (await SignedIn.AgencyAsync(app), Guid.NewGuid().ToString());
        var (who, maker) = ((await SignedIn.AsAsync(app, agency, Roles.OrganizationAdmin)).Metadata, await app.AsAsync(IdentityApp.Maker));
        foreach (var call in new Func<Task>[]
        {
            async () => await app.Memberships.RefuseAsync(new() { MembershipId = id, Reason = reason }, who),
            async () => await app.Memberships.SuspendAsync(new() { MembershipId = id, Reason = reason }, who),
            async () => await app.Memberships.EndAsync(new() { MembershipId = id, Reason = reason }, who),
            async () => await app.Memberships.TransferAsync(new() { MembershipId = id, AgencyId = agency.ToString(), Reason = reason }, who),
            async () => await app.Memberships.RemoveAdminAsync(new() { MembershipId = id, Reason = reason }, who),
            async () => await app.Memberships.DecidePrimaryChangeAsync(new() { ChangeId = id, Reason = reason }, maker),
            async () => await app.OperatorRoles.DecideAsync(new() { GrantId = id, Reason = reason }, maker),
            async () => await app.OperatorRoles.WithdrawAsync(new() { GrantId = id, Reason = reason }, maker),
        })
        {
            Assert.Equal("reason", (await Refusal.OfAsync(call)).Field);
        }
    }

    [Theory]
    [InlineData(-1, "", 0, "page_size")]
    [InlineData(101, "", 0, "page_size")]
    [InlineData(1, "x", 0, "page_token")]
    [InlineData(1, "", 99, "state")]
    [InlineData(1, "", -1, "state")]
    public async Task A_page_that_cannot_be_is_refused(int size, string token, int state, string field)
    {
        var maker = await app.AsAsync(IdentityApp.Maker);
        var calls = new List<Func<Task>>
        {
            async () => await app.Memberships.FindAsync(new() { PageSize = size, PageToken = token, State = (MembershipState)state }, maker),
            async () => await app.Memberships.FindPrimaryChangesAsync(new() { PageSize = size, PageToken = token, State = (DecisionState)state }, maker),
            async () => await app.OperatorRoles.FindAsync(new() { PageSize = size, PageToken = token, State = (DecisionState)state }, maker),
        };
        if (state == 0)
        {
            calls.Add(async () => await app.Memberships.FindStepsAsync(new() { PageSize = size, PageToken = token, MembershipId = Guid.NewGuid().ToString() }, maker));
            calls.Add(async () => await app.People.FindAsync(new() { PageSize = size, PageToken = token }, maker));
        }

        foreach (var call in calls)
        {
            Assert.Equal(field, (await Refusal.OfAsync(call)).Field);
        }
    }

    [Fact]
    public async Task Filters_are_ids()
    {
        var (maker, person) = (await app.AsAsync(IdentityApp.Maker), await SignedIn.AnyoneAsync(app));

        Assert.Equal("agency_id", (await Refusal.OfAsync(async () => await app.Memberships.FindAsync(new() { AgencyId = "x" }, maker))).Field);
        Assert.Equal("person_id", (await Refusal.OfAsync(async () => await app.Memberships.FindAsync(new() { PersonId = "x" }, maker))).Field);
        Assert.Equal("agency_id", (await Refusal.OfAsync(async () => await app.Memberships.FindPrimaryChangesAsync(new() { AgencyId = "x" }, maker))).Field);
        Assert.Equal("person_id", (await Refusal.OfAsync(async () => await app.People.FindAsync(new() { PersonId = "x" }, maker))).Field);
        Assert.Equal("branch_id", (await Refusal.OfAsync(async () => await app.Memberships.JoinAsync(new() { AgencyId = Guid.NewGuid().ToString(), BranchId = "x" }, person.Metadata))).Field);
    }
}
